"""A picture is read without changing what arrived, and only a whole one is stored."""

import random

import pytest
from PIL import Image

from nova_app.decoder import pictures as images
from nova_app.decoder.pictures import PictureRefused
from tests.builders import a_picture
from tests.pictures import encode, mutate, samples


@pytest.fixture
def inspect(tmp_path):
    def run(data):
        received, stored, thumbnail = (tmp_path / name for name in ("file.part", "file", "file.thumb"))
        received.write_bytes(data)
        try:
            return images.inspect(received, stored, thumbnail), stored, thumbnail
        finally:
            assert received.read_bytes() == data
            assert not list(tmp_path.glob("*.new")), "nothing half written is left"

    return run


@pytest.mark.parametrize("kind", sorted(samples()))
def test_any_damage_is_a_refusal_or_a_whole_file(inspect, kind):
    chance, original = random.Random(kind), samples()[kind]
    for _ in range(150):
        data = mutate(original, chance)
        try:
            facts, stored, thumbnail = inspect(data)
        except PictureRefused:
            continue
        if facts.width:
            with Image.open(stored) as picture, Image.open(thumbnail) as small:
                picture.load()
                small.load()
                assert picture.size == (facts.width, facts.height)
        else:
            assert stored.read_bytes() == data


UNEXPECTED = (
    KeyError("MPO"),
    RuntimeError("adding a frame"),
    AttributeError("none"),
    OverflowError("too large"),
    MemoryError(),
    RecursionError("too deep"),
    OSError(22, "seek"),
    Image.DecompressionBombError("too many pixels"),
)


@pytest.mark.parametrize("fault", UNEXPECTED, ids=lambda fault: type(fault).__name__)
def test_whatever_a_decoder_raises_is_a_refusal(inspect, monkeypatch, fault):
    def fail(*_args, **_options):
        raise fault

    monkeypatch.setattr(images, "to_srgb", fail)
    with pytest.raises(PictureRefused) as refused:
        inspect(a_picture())
    assert refused.value.is_too_large == isinstance(fault, MemoryError | Image.DecompressionBombError)


def test_a_full_disk_is_no_damage(inspect, monkeypatch):
    def fail(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(images, "to_srgb", fail)
    with pytest.raises(OSError, match="No space"):
        inspect(a_picture())


def test_a_file_that_was_written_wrongly_is_not_stored(inspect, monkeypatch, tmp_path):
    inspect(a_picture("PNG", color="teal"))
    before = (tmp_path / "file").read_bytes()

    def write_half(_picture, file, _form, **_options):
        file.write(a_picture("PNG", color="red")[:-20])

    monkeypatch.setattr(Image.Image, "save", write_half)
    with pytest.raises(PictureRefused):
        inspect(before)
    assert (tmp_path / "file").read_bytes() == before


def test_the_frames_of_a_moving_picture_keep_their_times(inspect):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    data = encode(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=[40, 80, 120])
    _, stored, _ = inspect(data)
    with Image.open(stored) as picture:
        durations = []
        for number in range(picture.n_frames):
            picture.seek(number)
            picture.load()
            durations.append(picture.info["duration"])
    assert durations == [40, 80, 120]


def test_of_too_many_frames_the_first_is_kept(inspect, monkeypatch):
    monkeypatch.setattr(images, "FRAMES_MAX", 2)
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    _, stored, _ = inspect(encode(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    with Image.open(stored) as picture:
        assert getattr(picture, "n_frames", 1) == 1


def test_a_picture_that_was_held_sideways_is_upright(inspect):
    exif = Image.Exif()
    exif[0x0112] = 6
    facts, stored, _ = inspect(a_picture("JPEG", (60, 40), exif=exif))
    assert (facts.width, facts.height) == (40, 60)
    with Image.open(stored) as picture:
        assert not dict(picture.getexif())
