"""Sound and video that browsers play, recognised by their first bytes."""

from __future__ import annotations

PLAYABLE = frozenset(
    {f"audio/{form}" for form in ("aac", "flac", "mp4", "mpeg", "ogg", "wav", "webm")} | {"video/mp4", "video/webm"}
)
"""The types that are served as what they are; every other file is served as bytes to be saved."""

HEAD_BYTES = 4_096
"""So much of a file says what it is."""

_AUDIO_BRANDS = frozenset({b"M4A ", b"M4B "})
_VIDEO_BRANDS = frozenset(
    {b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash", b"M4V ", b"MSNV"}
)
_OGG_AUDIO = (b"OpusHead", b"\x01vorbis", b"\x7fFLAC", b"Speex")
_EBML = b"\x1a\x45\xdf\xa3"
_SYNC = 0xE0
_LAYERS = {0b01: "audio/mpeg", 0b00: "audio/aac"}
"""What the layer bits of a frame without a container mean; the others are not played."""
_FREE_BITRATE = 0xF0
_RESERVED_RATE = 0x0C


def playable_type(head: bytes) -> str:
    """Return the type of sound or video whose file begins with these bytes; empty for anything else."""
    if head[4:8] == b"ftyp":
        return _mp4(head[8:12])
    if head.startswith(_EBML):
        return _webm(head)
    if head.startswith(b"OggS"):
        return "audio/ogg" if any(mark in head[:128] for mark in _OGG_AUDIO) else ""
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "audio/wav"
    if head.startswith(b"fLaC"):
        return "audio/flac"
    return "audio/mpeg" if head.startswith(b"ID3") else _bare_frames(head)


def _mp4(brand: bytes) -> str:
    if brand in _AUDIO_BRANDS:
        return "audio/mp4"
    return "video/mp4" if brand in _VIDEO_BRANDS else ""


def _webm(head: bytes) -> str:
    """Return the type of a WebM file: video if one of its first tracks is, otherwise sound."""
    if b"webm" not in head[:64]:
        return ""
    return "audio/webm" if b"A_" in head and b"V_" not in head else "video/webm"


def _bare_frames(head: bytes) -> str:
    """Return the type of a file that begins with an MPEG frame: 11 bits set, then version and layer."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & _SYNC != _SYNC:  # noqa: PLR2004 - the header of a frame
        return ""
    kind = _LAYERS.get(head[1] >> 1 & 0b11, "")
    if kind == "audio/aac":
        # ADTS has all twelve bits.
        return kind if head[1] & 0xF0 == 0xF0 else ""  # noqa: PLR2004
    is_valid = head[2] & _FREE_BITRATE != _FREE_BITRATE and head[2] & _RESERVED_RATE != _RESERVED_RATE
    return kind if kind and is_valid else ""
