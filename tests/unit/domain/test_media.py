"""What is played is recognised by its content alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_app.domain.media import PLAYABLE, playable_type
from tests.media import a_wav

EBML = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01"
FTYP = b"\x00\x00\x00\x20ftyp"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (FTYP + b"isom\x00\x00\x02\x00", "video/mp4"),
        (FTYP + b"mp42", "video/mp4"),
        (FTYP + b"M4A ", "audio/mp4"),
        (FTYP + b"avif", ""),
        (FTYP + b"heic", ""),
        (FTYP + b"qt  ", ""),
        (EBML + b"\x42\x82\x84webm" + bytes(80) + b"V_VP9 A_OPUS", "video/webm"),
        (EBML + b"\x42\x82\x84webm" + bytes(80) + b"A_OPUS", "audio/webm"),
        (EBML + b"\x42\x82\x88matroska", ""),
        (b"OggS\x00\x02" + bytes(20) + b"OpusHead", "audio/ogg"),
        (b"OggS\x00\x02" + bytes(20) + b"\x80theora", ""),
        (a_wav(seconds=0.01), "audio/wav"),
        (b"RIFF\x00\x00\x00\x00AVI ", ""),
        (b"fLaC\x00\x00\x00\x22", "audio/flac"),
        (b"ID3\x04\x00\x00", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", "audio/aac"),
        (b"\xff\xfb\xf0\x64", ""),
        ("\ufeffa text".encode("utf-16"), ""),
        (b"\xff\xd8\xff\xe0", ""),
        (b"<!doctype html><script>", ""),
        (b"", ""),
        (b"\xff\xfb", ""),
    ],
)
def test_the_first_bytes_say_what_it_is(head, kind):
    assert playable_type(head) == kind
    assert kind in PLAYABLE | {""}


@given(st.binary(max_size=64))
def test_any_bytes_get_a_type_that_is_served_or_none(head):
    assert playable_type(head) in PLAYABLE | {""}
