"""What a file is by its content, and pictures that are safe to show.

A picture is decoded and written again from its pixels, as sRGB: what else was in the file
(the place it was taken, a web page, an exploit for a decoder) is gone.
What arrived is only read, so that a failure at any point leaves it as it came.  Source of
the rules: OWASP File Upload Cheat Sheet.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import os
import shutil
import struct
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import puremagic
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError
from PIL.Image import Image as Picture

from nova_app.decoder.colours import to_srgb

PIXELS_MAX = 40_000_000
"""Of one picture: four bytes each in memory while it is written again."""
FRAMES_MAX = 2_000
"""Of a moving picture; of a longer one, the first frame is kept."""
THUMBNAIL_PIXELS = 640
"""The longer side of the small picture at most."""
FRAME_MS = 100
"""How long a frame is shown that does not say it."""
MOVING = ("GIF", "WEBP")
HEAD_BYTES = 4_096
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
"""What is shown; nothing else is even handed to a decoder."""
VARIANTS = {"MPO": "JPEG"}
"""Names that Pillow gives to files of these formats: a JPEG with more pictures after the first."""
PLAIN = "application/octet-stream"


_DAMAGE = (SyntaxError, ValueError, EOFError, IndexError, TypeError, ZeroDivisionError, struct.error)
"""What decoders usually raise about damaged data, besides an OSError."""
_OF_DATA = frozenset({None, errno.EINVAL, errno.EOVERFLOW})
"""Numbers of an OSError that a damaged file causes, by naming a place that cannot be; others are the disk's."""


class PictureRefused(Exception):
    """A picture that is not stored.

    Attributes:
        is_too_large: It would take too much to decode; otherwise it cannot be decoded.
        is_unexpected: Developers should hear of its cause.
    """

    def __init__(self, detail: str, *, is_too_large: bool = False, is_unexpected: bool = False) -> None:
        super().__init__(detail)
        self.is_too_large = is_too_large
        self.is_unexpected = is_unexpected


@dataclass(frozen=True, slots=True)
class Found:
    """What a file is: its type by its content, its size as it is stored, and its pixels if it is a picture."""

    content_type: str
    size_bytes: int
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class _Frames:
    """The pixels of a picture, upright and sRGB."""

    form: str
    pictures: Sequence[Picture]
    durations: Sequence[int]


def inspect(received: Path, stored: Path, thumbnail: Path) -> Found:
    """Say what this whole file is, and store it; a picture is written again, with a thumbnail.

    ``received`` is not changed. ``stored`` and ``thumbnail`` are replaced in one step
    each, by files that were read again first.

    Raises:
        PictureRefused: It cannot be decoded, or has more than ``PIXELS_MAX`` pixels.
        OSError: The disk is full or cannot be written.
    """
    with _damage_refused(), warnings.catch_warnings():
        # Decoders warn about what they repair, and up to twice Pillow's limit of pixels.
        warnings.simplefilter("ignore")
        try:
            frames = _read(received)
        except UnidentifiedImageError:
            _keep(received, stored)
            return Found(_type_of(received), received.stat().st_size)
        _save(frames, stored)
        _save(_Frames("WEBP", [_small(frames.pictures[0])], ()), thumbnail)
        return Found(FORMATS[frames.form], stored.stat().st_size, *frames.pictures[0].size)


@contextlib.contextmanager
def _damage_refused() -> Iterator[None]:
    """Refuse a picture for whatever is raised about it; only the disk's own trouble goes through."""
    try:
        yield
    except PictureRefused:
        raise
    except (Image.DecompressionBombError, MemoryError) as fault:
        raise PictureRefused(str(fault) or "expected a picture that fits into memory", is_too_large=True) from fault
    except OSError as fault:
        if fault.errno not in _OF_DATA:
            raise
        raise _unreadable(fault) from fault
    except Exception as fault:
        raise _unreadable(fault, is_unexpected=not isinstance(fault, _DAMAGE)) from fault


def _unreadable(fault: Exception, *, is_unexpected: bool = False) -> PictureRefused:
    detail = f"expected a whole picture: {fault or type(fault).__name__}"
    return PictureRefused(detail, is_unexpected=is_unexpected)


def _read(path: Path) -> _Frames:
    """Decode all that is shown; of a moving picture that would be too much, the first frame."""
    with Image.open(path, formats=tuple(FORMATS)) as picture:
        width, height = picture.size
        if width * height > PIXELS_MAX:
            raise PictureRefused(f"expected at most {PIXELS_MAX} pixels, got {width} x {height}", is_too_large=True)
        form = VARIANTS.get(str(picture.format), str(picture.format))
        rawmode = _rawmode(picture)
        moves = form in MOVING and not _has_more_frames(picture, min(FRAMES_MAX, PIXELS_MAX // (width * height or 1)))
        pictures, durations = [], []
        for source in ImageSequence.Iterator(picture) if moves else [picture]:
            pictures.append(to_srgb(_upright(source), with_alpha=form != "JPEG", rawmode=rawmode))
            durations.append(int(source.info.get("duration", FRAME_MS)))
        return _Frames(form, pictures, durations)


def _has_more_frames(picture: Picture, most: int) -> bool:
    """Look at no more frames than are allowed: to count those of a GIF means to read all of it."""
    try:
        picture.seek(most)
    except EOFError:
        return False
    finally:
        picture.seek(0)
    return True


def _rawmode(picture: Picture) -> str:
    """Return how the file stores a pixel; only known before it is decoded."""
    arguments = next((part.args for part in getattr(picture, "tile", ())), "")
    return arguments if isinstance(arguments, str) else ""


def _upright(picture: Picture) -> Picture:
    picture.load()
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # noqa: BLE001 - how it was held is not worth a picture
        return picture


def _small(picture: Picture) -> Picture:
    small = picture.copy()
    small.thumbnail((THUMBNAIL_PIXELS, THUMBNAIL_PIXELS))
    return small


def _save(frames: _Frames, path: Path) -> None:
    """Write a picture beside its place, read it again, and only then put it there."""
    first, *others = frames.pictures
    options: dict[str, Any] = {"quality": 88} if frames.form in {"JPEG", "WEBP"} else {}
    if others:
        options |= {"save_all": True, "append_images": others, "duration": list(frames.durations), "loop": 0}
    with _replacing(path) as fresh:
        with fresh.open("wb") as file:
            first.save(file, frames.form, **options)
            file.flush()
            os.fsync(file.fileno())
        _prove(fresh, frames.form, first.size)


def _prove(path: Path, form: str, size: tuple[int, int]) -> None:
    with Image.open(path, formats=(form,)) as picture:
        for frame in ImageSequence.Iterator(picture):
            frame.load()
        if picture.size != size:
            raise RuntimeError(f"expected a picture of {size}, wrote one of {picture.size}")


def _keep(received: Path, stored: Path) -> None:
    """Store a file as it came; both names are one file where the disk can do that."""
    with _replacing(stored) as fresh:
        try:
            fresh.hardlink_to(received)
        except OSError:
            shutil.copyfile(received, fresh)


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Yield a name beside ``path`` that takes its place if the block ends well, and goes if not."""
    fresh = path.with_suffix(f"{path.suffix}.new")
    fresh.unlink(missing_ok=True)
    try:
        yield fresh
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _type_of(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    try:
        found = puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        found = ""
    return found or ("text/plain" if _is_text(head) else PLAIN)


def _is_text(head: bytes) -> bool:
    # The end may cut a character in two.
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head, final=len(head) < HEAD_BYTES)
    except UnicodeDecodeError:
        return False
    return b"\0" not in head
