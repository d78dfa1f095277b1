"""Small pictures of the kinds that people send, whole and damaged."""

from __future__ import annotations

import io
import struct
from pathlib import Path

from PIL import Image, ImageCms

DAMAGED_ANIMATION = Path(__file__).with_name("damaged_animation.webp")
MOVING_COLOURS = ((255, 0, 0), (0, 255, 0), (0, 0, 255))


def encode(picture, form, **options):
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def two_pictures():
    """A JPEG with a second picture in it, as cameras and phones make them."""
    first, second = Image.new("RGB", (64, 48), (200, 30, 30)), Image.new("RGB", (32, 24), (30, 200, 30))
    return encode(first, "MPO", save_all=True, append_images=[second])


def swapped_profile():
    """An sRGB profile whose red and blue are exchanged: what is stored as red is seen as blue."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    count = struct.unpack(">I", profile[128:132])[0]
    table = profile[132 : 132 + 12 * count]
    for one, other in ((b"rXYZ", b"bXYZ"),):
        table = table.replace(one, b"????").replace(other, one).replace(b"????", other)
    return profile[:132] + table + profile[132 + 12 * count :]


def samples():
    """A small file of each kind that people send."""
    plain = Image.new("RGB", (24, 16), (10, 120, 230))
    moving = [Image.new("RGB", (12, 12), colour) for colour in MOVING_COLOURS]
    grey = Image.new("I;16", (12, 12), 30_000)
    many = {"save_all": True, "append_images": moving[1:], "duration": 40}
    return {
        "png": encode(plain, "PNG", icc_profile=swapped_profile()),
        "grey16": encode(grey, "PNG", transparency=30_000),
        "jpeg": encode(plain, "JPEG", icc_profile=swapped_profile()),
        "cmyk": encode(plain.convert("CMYK"), "JPEG"),
        "mpo": two_pictures(),
        "gif": encode(moving[0], "GIF", **many),
        "webp": encode(moving[0], "WEBP", **many),
        "tiff": encode(plain, "TIFF", compression="tiff_lzw"),
        "bmp": encode(plain, "BMP"),
        "damaged": DAMAGED_ANIMATION.read_bytes(),
    }


def mutate(data, chance):
    """Change, cut, repeat or insert bytes somewhere."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(changed))
        match chance.randrange(4):
            case 0:
                changed[place] = chance.randrange(256)
            case 1:
                changed[place : place + 4] = struct.pack(">I", chance.choice([0, 1, 0x7FFFFFFF, 0xFFFFFFFF]))
            case 2:
                del changed[place : place + chance.randint(1, 40)]
            case _:
                changed[place:place] = changed[place : place + chance.randint(1, 40)]
        if not changed:
            return b"x"
    return bytes(changed)
