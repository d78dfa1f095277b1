"""Sound and video for tests."""

import io
import math
import struct
import wave


def a_wav(seconds=0.5, rate=8_000):
    """A tone, as a WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        count = int(seconds * rate)
        file.writeframes(b"".join(struct.pack("<h", int(9_000 * math.sin(n * 0.3))) for n in range(count)))
    return buffer.getvalue()


def a_broken_video():
    """What begins as a WebM video, and is none."""
    return b"\x1a\x45\xdf\xa3" + b"\x01\x00\x00\x00\x00\x00\x00\x1f" + b"\x42\x82\x84webm" + b"V_VP9" + b"\x00" * 2_000


def an_unknown_codec():
    """An MP4 file with a codec that no browser plays."""

    def box(kind, content):
        return struct.pack(">I", 8 + len(content)) + kind + content

    entry = box(b"zzzz", b"\x00" * 6 + b"\x00\x01" + b"\x00" * 70)
    table = box(b"stbl", box(b"stsd", b"\x00" * 4 + struct.pack(">I", 1) + entry))
    return box(b"ftyp", b"isom\x00\x00\x02\x00isommp41") + box(b"moov", box(b"trak", box(b"mdia", box(b"minf", table))))
