"""What a file is by its content, and pictures that are safe to show.

A picture is decoded and written anew from its pixels: what else was in the file (the
place it was taken, a page behind a picture's name, a trap for a decoder) is gone.  Source
of the rules: OWASP File Upload Cheat Sheet.
May import: domain, Pillow, puremagic.
"""

from __future__ import annotations

import codecs
import os
import struct
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import puremagic
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError
from PIL.Image import Image as Picture

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.files import FileFacts

PIXELS_MAX = 40_000_000
"""Of one picture: four bytes each in memory while it is written anew."""
THUMBNAIL_PIXELS = 640
"""The longer side of the small picture at most."""
MOVING = ("GIF", "WEBP")
HEAD_BYTES = 4_096
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
"""What is shown; nothing else is even handed to a decoder."""
PLAIN = "application/octet-stream"


_DAMAGE = (SyntaxError, ValueError, EOFError, IndexError, TypeError, ZeroDivisionError, struct.error)
"""What decoders raise about damaged data, besides an OSError without a number."""


def inspect(path: Path, thumbnail: Path) -> FileFacts:
    """Say what this whole file is; a picture is written anew, with a thumbnail.

    Blocks. Both are replaced in one step each, so that a repeat after a crash finds
    either the file as it came or the finished one.

    Raises:
        Refused: ``IMAGE_UNREADABLE`` for a picture that cannot be decoded,
            ``IMAGE_TOO_LARGE`` for one of more than ``PIXELS_MAX`` pixels.
        OSError: The disk is full or cannot be written.
    """
    try:
        with warnings.catch_warnings(), Image.open(path, formats=tuple(FORMATS)) as picture:
            # Pillow only warns up to twice its limit; the size is checked below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return _rewrite(picture, path, thumbnail)
    except UnidentifiedImageError:
        return FileFacts(_type_of(path), path.stat().st_size)
    except Image.DecompressionBombError as fault:
        raise Refused(ErrorCode.IMAGE_TOO_LARGE, str(fault)) from fault
    except _DAMAGE as fault:
        raise _unreadable(fault) from fault
    except OSError as fault:
        if fault.errno is not None:
            raise  # the disk's own trouble, which has a number
        raise _unreadable(fault) from fault


def _unreadable(fault: Exception) -> Refused:
    return Refused(ErrorCode.IMAGE_UNREADABLE, f"expected a whole picture: {fault}")


def _rewrite(picture: Picture, path: Path, thumbnail: Path) -> FileFacts:
    form = str(picture.format)
    width, height = picture.size
    if width * height > PIXELS_MAX:
        raise Refused(ErrorCode.IMAGE_TOO_LARGE, f"expected at most {PIXELS_MAX} pixels, got {width} x {height}")
    frames = _read_frames(picture, form)
    _save(frames, path, form, durations=_durations(picture, len(frames)))
    small = frames[0].convert("RGBA" if frames[0].mode == "RGBA" else "RGB")
    small.thumbnail((THUMBNAIL_PIXELS, THUMBNAIL_PIXELS))
    _save([small], thumbnail, "WEBP")
    return FileFacts(FORMATS[form], path.stat().st_size, *frames[0].size)


def _read_frames(picture: Picture, form: str) -> list[Picture]:
    """Upright pixels and nothing else; of a moving picture that would be too much, the first."""
    count = getattr(picture, "n_frames", 1)
    width, height = picture.size
    moves = form in MOVING and width * height * count <= PIXELS_MAX
    sources = ImageSequence.Iterator(picture) if moves else [picture]
    return [_plain(ImageOps.exif_transpose(source), form) for source in sources]


def _plain(picture: Picture, form: str) -> Picture:
    has_alpha = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    plain = picture.convert("RGBA" if has_alpha and form != "JPEG" else "RGB")
    plain.info.clear()
    return plain


def _durations(picture: Picture, count: int) -> list[int]:
    """How long each frame is shown, in milliseconds."""
    durations = []
    for number in range(count if count > 1 else 0):
        picture.seek(number)
        durations.append(int(picture.info.get("duration", 100)))
    return durations


def _save(frames: Sequence[Picture], path: Path, form: str, *, durations: Sequence[int] = ()) -> None:
    options: dict[str, Any] = {"quality": 88} if form in {"JPEG", "WEBP"} else {}
    if len(frames) > 1:
        options |= {"save_all": True, "append_images": frames[1:], "duration": list(durations), "loop": 0}
    fresh = path.with_suffix(f"{path.suffix}.new")
    with fresh.open("wb") as file:
        frames[0].save(file, form, **options)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


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
