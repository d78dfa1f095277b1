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
