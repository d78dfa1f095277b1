"""Pictures over the API: second pictures, damage, 16-bit grey, colour profiles, and what is kept when the end fails."""

import io
import random
import uuid

import pytest
from PIL import Image

from nova_app.domain.errors import ErrorCode, Unavailable
from tests.asgi import services_of
from tests.builders import a_picture
from tests.pictures import DAMAGED_ANIMATION, encode, mutate, samples, swapped_profile, two_pictures

pytestmark = pytest.mark.anyio


async def send(client, data, name="picture"):
    return await client.post("/api/v1/uploads", files={"file": (name, data)})


async def shown(client, stored, key="url"):
    return Image.open(io.BytesIO((await client.get(stored[key])).content))


def assert_colour(picture, wanted, place=(8, 8)):
    found = picture.convert("RGB").getpixel(place)
    assert all(abs(one - other) <= 4 for one, other in zip(found, wanted, strict=True)), found


async def test_the_first_picture_of_a_jpeg_with_two_is_shown(register):
    ada = await register("ada")
    answer = await send(ada, two_pictures(), "two.jpg")
    assert answer.status_code == 201, answer.text
    stored = answer.json()
    assert (stored["content_type"], stored["width"], stored["height"]) == ("image/jpeg", 64, 48)
    picture = await shown(ada, stored)
    assert (picture.format, getattr(picture, "n_frames", 1)) == ("JPEG", 1)


async def test_an_unexpected_failure_of_a_decoder_is_a_refusal(register, caplog):
    ada = await register("ada")
    answer = await send(ada, DAMAGED_ANIMATION.read_bytes())
    found = answer.json()
    assert (answer.status_code, found["code"], found["retryable"]) == (422, "image_unreadable", False)
    noted = [record for record in caplog.records if record.name == "nova_app.persistence.decoders"]
    assert [record.levelname for record in noted] == ["WARNING"]
    assert noted[0].at.startswith("WebPImagePlugin.py:"), "developers see where it came from"


async def test_an_upload_whose_end_failed_can_go_on(register, nova, monkeypatch):
    ada, data = await register("ada"), a_picture("JPEG", (400, 300))
    begun = await ada.post(
        "/api/v1/uploads/resumable",
        json={"name": "photo.jpg", "size_bytes": len(data)},
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    place = f"/api/v1/uploads/{begun.json()['id']}"
    repository = services_of(nova).uploads._uploads
    finish = repository.finish

    async def fail(*_):
        raise Unavailable(ErrorCode.STORAGE_UNAVAILABLE)

    monkeypatch.setattr(repository, "finish", fail)
    assert (await ada.patch(place, params={"offset": 0}, content=data)).status_code == 503
    assert (await ada.get(f"{place}/state")).json()["offset"] == len(data)
    monkeypatch.setattr(repository, "finish", finish)
    done = await ada.patch(place, params={"offset": len(data)}, content=b"")
    assert done.json()["file"]["width"] == 400
    left = sorted(path.name for path in (nova.settings.data_dir / "uploads").rglob("*") if path.is_file())
    assert left == sorted([begun.json()["id"], f"{begun.json()['id']}.thumb"])


async def test_16_bit_grey_keeps_its_shades(register):
    ada = await register("ada")
    ramp = Image.new("I;16", (64, 64))
    ramp.putdata([x * 1023 for _ in range(64) for x in range(64)])
    stored = (await send(ada, encode(ramp, "PNG"))).json()
    for key, spare in (("url", 0), ("thumbnail_url", 3)):
        picture = (await shown(ada, stored, key)).convert("L")
        for x, grey in ((5, 19), (20, 79), (40, 159)):
            assert abs(picture.getpixel((x, 20)) - grey) <= spare


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
async def test_the_colours_of_a_profile_are_kept(register, form):
    ada = await register("ada")
    picture = Image.new("RGB", (16, 16), (200, 30, 30))
    stored = (await send(ada, encode(picture, form, icc_profile=swapped_profile()))).json()
    for key in ("url", "thumbnail_url"):
        found = await shown(ada, stored, key)
        assert_colour(found, (30, 30, 200))
        assert "icc_profile" not in found.info


@pytest.mark.parametrize("kind", sorted(samples()))
async def test_damage_is_never_an_internal_error(register, nova, kind):
    client, chance = await register("ada"), random.Random(kind)
    original = samples()[kind]
    for _ in range(5):
        data = mutate(original, chance)
        answer = await send(client, data)
        assert answer.status_code in (201, 422), (answer.text, data.hex())
        if answer.status_code == 201 and not answer.json()["width"]:
            assert (await client.get(answer.json()["url"])).content == data
        if answer.status_code == 201:
            await client.delete(answer.json()["url"])
    assert not [path for path in (nova.settings.data_dir / "uploads").rglob("*") if path.is_file()]
