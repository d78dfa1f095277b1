"""Files as pages show them: uploading, or attached to a message or post."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SentFile:
    """An upload; ``state`` is waiting, sending, resting, processing, done or failed.

    ``preview_url`` shows a picture, and ``alt`` describes it.
    """

    key: str
    name: str
    size_label: str
    percent: int
    state: str
    error_code: str
    error_text: str
    can_retry: bool
    preview_url: str
    alt: str


@dataclass(frozen=True)
class ShownFile:
    """A file of a message or a post; sizes in pixels.

    ``state`` is stored, or that of a :class:`SentFile`; without a ``url`` it is still uploading.
    ``thumbnail_url`` is empty where it is no picture. ``name_start`` may be cut short, ``name_end``
    stays; ``kind_label`` is ``PDF`` for ``plan.pdf``, empty without an ending. ``medium`` is audio or
    video where pages play it; ``alt`` describes the file, or names it.
    """

    key: str
    name: str
    name_start: str
    name_end: str
    kind_label: str
    medium: str
    alt: str
    url: str
    thumbnail_url: str
    size_label: str
    width: int
    height: int
    state: str
    percent: int
