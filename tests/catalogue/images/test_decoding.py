"""Opening images: every mode and format, upright, within limits, or one clear error."""

import io
import random
import struct
import threading
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image

from core.catalogue.images.decoding import MAX_PIXELS, Size, image_size, open_image, thumbnail
from core.common.errors import ImageError
from core.common.meter import Meter

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def encode(image: Image.Image, format: str, **options) -> bytes:
    written = io.BytesIO()
    image.save(written, format, **options)
    return written.getvalue()


def corners() -> Image.Image:
    """Return a 60 x 40 image: red, green / blue, white."""
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[:20, :30], pixels[:20, 30:], pixels[20:, :30], pixels[20:, 30:] = RED, GREEN, BLUE, WHITE
    return Image.fromarray(pixels)


def palette() -> Image.Image:
    """Return an image of one index, 1, whose colour is red."""
    image = Image.new("P", (8, 8), 1)
    image.putpalette([*BLUE, *RED])
    return image


def near(image: Image.Image, place: tuple[int, int], colour: tuple[int, int, int], by: int = 12) -> bool:
    assert image.mode == "RGB"
    return max(abs(a - b) for a, b in zip(image.getpixel(place), colour, strict=True)) <= by


# --- formats and modes


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF", "MPO"])
def test_formats(format, tmp_path):
    content = encode(corners(), format)
    image = open_image(content)
    assert image.size == (60, 40) and image_size(content) == Size(60, 40)
    assert near(image, (5, 5), RED, 40) and near(image, (50, 5), GREEN, 40) and near(image, (5, 35), BLUE, 40)
    (tmp_path / "named.by.nothing").write_bytes(content)
    assert open_image(tmp_path / "named.by.nothing").tobytes() == image.tobytes()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize(
    ("orientation", "first", "last"),
    # Which colours belong at the top left and the bottom right, by the EXIF standard.
    [(1, RED, WHITE), (2, GREEN, BLUE), (3, WHITE, RED), (4, BLUE, GREEN),
     (5, RED, WHITE), (6, BLUE, GREEN), (7, WHITE, RED), (8, GREEN, BLUE)],
)  # fmt: skip
def test_images_are_upright(format, orientation, first, last):
    notes = Image.Exif()
    notes[0x0112] = orientation
    content = encode(corners(), format, exif=notes)
    image = open_image(content)
    assert image.size == ((60, 40) if orientation < 5 else (40, 60))
    assert image_size(content) == Size(*image.size)
    assert near(image, (4, 4), first, 40)
    assert near(image, (image.width - 5, image.height - 5), last, 40)


def test_damaged_metadata_are_ignored():
    content = encode(corners(), "JPEG", exif=b"Exif\x00\x00not notes at all")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert open_image(content).size == (60, 40)


def test_cmyk():
    assert near(open_image(encode(corners().convert("CMYK"), "JPEG", quality=95)), (5, 5), RED)


@pytest.mark.parametrize(
    "content",
    [
        encode(Image.new("RGBA", (8, 8), (255, 0, 0, 0)), "PNG"),
        encode(Image.new("RGBA", (8, 8), (255, 0, 0, 0)), "WEBP", lossless=True, exact=True),
        encode(Image.new("LA", (8, 8), (0, 0)), "PNG"),
        encode(palette(), "PNG", transparency=1),
        encode(palette(), "GIF", transparency=1),
        encode(Image.new("RGB", (8, 8), RED), "PNG", transparency=RED),
        encode(Image.new("L", (8, 8), 7), "PNG", transparency=7),
        encode(Image.new("1", (8, 8), 0), "PNG", transparency=0),
    ],
    ids=["rgba", "webp", "la", "palette", "gif", "rgb-key", "grey-key", "bit-key"],
)
def test_transparent_parts_are_white(content):
    assert open_image(content).getpixel((4, 4)) == WHITE


def test_half_transparent_is_mixed_with_white():
    assert near(
        open_image(encode(Image.new("RGBA", (8, 8), (255, 0, 0, 128)), "PNG")), (4, 4), (255, 127, 127), 1
    )


@pytest.mark.parametrize("grey", [0, 40, 30_000, 65_535])
def test_16_bits_are_scaled_to_8(grey):
    image = Image.fromarray(np.full((8, 8), grey, np.uint16))
    for content in (encode(image, "PNG"), encode(image, "TIFF")):
        # Values of 8 bits in 16 are meant as they are.
        assert near(open_image(content), (4, 4), (grey if grey < 256 else grey // 257,) * 3, 1)


@pytest.mark.parametrize(
    ("values", "grey"),
    [(np.full((8, 8), 0.5, np.float32), 127), (np.full((8, 8), 200, np.float32), 200),
     (np.full((8, 8), np.nan, np.float32), 0), (np.full((8, 8), 65535, np.int32), 255),
     (np.full((8, 8), 90, np.int32), 90), (np.full((8, 8), 1_000_000, np.int32), 255)],
)  # fmt: skip
def test_32_bits_and_floats(values, grey):
    assert near(open_image(encode(Image.fromarray(values), "TIFF")), (4, 4), (grey,) * 3, 1)


def png(head: bytes, rows: bytes, *, before: dict[bytes, bytes], after: dict[bytes, bytes]) -> bytes:
    """Return a PNG made by hand, with chunks before and after its pixels."""
    chunks = [
        (b"IHDR", head),
        *before.items(),
        (b"IDAT", zlib.compress(rows)),
        *after.items(),
        (b"IEND", b""),
    ]
    written = b"\x89PNG\r\n\x1a\n"
    for kind, content in chunks:
        check = struct.pack(">I", zlib.crc32(kind + content))
        written += struct.pack(">I", len(content)) + kind + content + check
    return written


def test_the_transparent_value_of_16_bits_is_white():
    head = struct.pack(">IIBBBBB", 2, 1, 16, 0, 0, 0, 0)
    content = png(head, b"\0" + struct.pack(">HH", 1000, 40_000), before={b"tRNS": b"\x03\xe8"}, after={})
    image = open_image(content)
    assert image.getpixel((0, 0)) == WHITE and near(image, (1, 0), (40_000 // 257,) * 3, 1)


@pytest.mark.parametrize("bits", [8, 12, 16])
@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_values_of_fewer_bits_than_they_are_stored_in_are_visible(bits, format):
    values = np.linspace(0, 2**bits - 1, 64).astype(np.uint16).reshape(8, 8)
    image = open_image(encode(Image.fromarray(values), format))
    grey = np.asarray(image)[..., 0].ravel()
    np.testing.assert_allclose(grey, np.linspace(0, 255, 64), atol=1)


@pytest.mark.parametrize(
    ("kind", "prefix", "turned"),
    [
        (b"eXIf", b"", True),
        (b"tEXt", b"Raw profile type exif\0", True),
        (b"tEXt", b"Comment\0", False),
    ],
)
@pytest.mark.parametrize("place", ["before", "after"])
def test_exif_data_on_either_side_of_the_pixels(kind, prefix, turned, place):
    exif = Image.Exif()
    exif[0x0112] = 6
    content = exif.tobytes()
    if kind == b"eXIf":
        content = content.removeprefix(b"Exif\0\0")
    else:
        content = b"\nexif\n%8d\n%s\n" % (len(content), content.hex().encode())
    head, rows = struct.pack(">IIBBBBB", 6, 2, 8, 0, 0, 0, 0), (b"\0" + bytes(range(6))) * 2
    chunks = {"before": {}, "after": {}} | {place: {kind: prefix + content}}
    made = png(head, rows, **chunks)
    size = (2, 6) if turned else (6, 2)
    assert open_image(made).size == size
    assert image_size(made) == Size(*size)


@pytest.mark.parametrize(
    ("kind", "prefix"),
    [
        (b"eXIf", b""),
        (b"tEXt", b"Raw profile type exif\0"),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0"),
    ],
)
@pytest.mark.parametrize("place", ["before", "after"])
def test_no_pixel_is_decoded_to_know_a_size(kind, prefix, place):
    exif = Image.Exif()
    exif[0x0112] = 6
    content = {
        b"eXIf": exif.tobytes().removeprefix(b"Exif\0\0"),
        b"tEXt": b"\nexif\n%8d\n%s\n" % (len(exif.tobytes()), exif.tobytes().hex().encode()),
        b"iTXt": b'<x tiff:Orientation="6"/>',
    }[kind]
    side = 9_000
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = {"before": {}, "after": {}} | {place: {kind: prefix + content}}
    bomb = png(head, bytes(side * (3 * side + 1)), **chunks)
    wide = png(struct.pack(">IIBBBBB", 60, 40, 8, 2, 0, 0, 0), bytes(40 * 181), **chunks)
    assert image_size(wide) == Size(40, 60) == Size(*open_image(wide).size)
    with Meter() as meter:
        assert image_size(bomb) == Size(side, side)
    assert meter.peak_mb < 50


def test_a_wrong_checksum_of_metadata_behind_the_pixels_does_no_harm():
    exif = Image.Exif()
    exif[0x0112] = 6
    content = exif.tobytes().removeprefix(b"Exif\0\0")
    made = png(struct.pack(">IIBBBBB", 6, 2, 8, 0, 0, 0, 0), bytes(14), before={}, after={b"eXIf": content})
    at = made.index(content) + len(content)
    wrong = made[:at] + b"\0\0\0\0" + made[at + 4 :]
    assert image_size(wrong) == Size(2, 6) == Size(*open_image(wrong).size)
    cut = made[: at - 3]
    assert image_size(cut) == Size(6, 2)
    with pytest.raises(ImageError):
        open_image(cut)


def test_black_and_white():
    assert open_image(encode(Image.new("1", (8, 8), 1), "PNG")).getpixel((4, 4)) == WHITE


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP", "TIFF", "MPO"])
def test_the_first_of_several_frames(format):
    frames = [Image.new("RGB", (16, 16), colour) for colour in (RED, BLUE)]
    content = encode(frames[0], format, save_all=True, append_images=frames[1:])
    assert near(open_image(content), (8, 8), RED)


# --- scaled decoding


def test_a_large_jpeg_is_decoded_near_twice_the_side():
    rng = np.random.default_rng(0)
    tiles = Image.fromarray(rng.integers(0, 255, (20, 30, 3), np.uint8)).resize(
        (3000, 2000), Image.Resampling.BICUBIC
    )
    content = encode(tiles, "JPEG", quality=95)
    small = open_image(content, side=224)
    assert small.size == (750, 500)  # the smallest eighth of the size with both sides at least 448
    whole = open_image(content).resize((75, 50), Image.Resampling.BOX)
    difference = np.asarray(whole, int) - np.asarray(small.resize((75, 50), Image.Resampling.BOX), int)
    assert np.abs(difference).mean() < 2
    assert open_image(encode(corners(), "JPEG"), side=224).size == (60, 40)


# --- errors


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not an image"),
        (b"sku,name\n1,a text file\n", "not an image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not an image"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not an image"),
        (encode(corners(), "PPM"), "not an image"),
    ],
)
def test_not_an_image(content, message, tmp_path):
    (tmp_path / "a.jpg").write_bytes(content)
    for read in (open_image, image_size, thumbnail):
        with pytest.raises(ImageError, match=f"a.jpg: {message}"):
            read(tmp_path / "a.jpg")


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "BMP"])
def test_a_truncated_image(format):
    content = encode(Image.effect_noise((300, 300), 90).convert("RGB"), format)
    content = content[: len(content) // 2] if format != "TIFF" else content[:-2000]
    for read in (open_image, thumbnail):
        with pytest.raises(ImageError):
            read(content)


def test_a_missing_file(tmp_path):
    with pytest.raises(ImageError, match=r"none\.jpg"):
        open_image(tmp_path / "none.jpg")


def test_too_many_pixels():
    # The size is in the header: nothing is decoded to find out.
    content = bytearray(encode(Image.new("1", (8, 8)), "BMP"))
    content[18:26] = (20_000).to_bytes(4, "little") + (10_001).to_bytes(4, "little")
    for read in (open_image, image_size, thumbnail):
        with pytest.raises(ImageError, match=f"20000 x 10001 pixels, more than the limit of {MAX_PIXELS:,}"):
            read(bytes(content))


def test_a_photo_beyond_pillows_own_limit_opens_without_a_warning(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert open_image(encode(corners(), "PNG")).size == (60, 40)
        assert image_size(encode(corners(), "JPEG")) == Size(60, 40)
    assert Image.MAX_IMAGE_PIXELS == 100  # others keep their limit


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF", "MPO"])
def test_damaged_images_open_or_raise_an_image_error(format):
    content = encode(corners(), format)
    chance = random.Random(format)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(150):
            damaged = bytearray(content)
            for _ in range(chance.choice([1, 3, 10])):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            for read in (open_image, image_size, thumbnail):
                try:
                    read(bytes(damaged[: chance.choice([None, len(damaged) // 2])]))
                except ImageError as error:
                    assert "\n" not in str(error)


# --- thumbnails


def test_thumbnails_are_small_jpegs():
    made = Image.open(io.BytesIO(thumbnail(encode(corners().resize((900, 600)), "PNG"))))
    assert made.format == "JPEG" and made.size == (160, 107)
    assert Image.open(io.BytesIO(thumbnail(encode(corners(), "PNG"), side=30))).size == (30, 20)


def test_thumbnails_are_never_enlarged():
    assert Image.open(io.BytesIO(thumbnail(encode(corners(), "PNG")))).size == (60, 40)
    assert Image.open(io.BytesIO(thumbnail(encode(Image.new("RGB", (4000, 3)), "PNG")))).size == (160, 1)


def test_a_small_jpeg_is_its_own_thumbnail():
    content = encode(corners(), "JPEG")
    assert thumbnail(content) == content


def test_other_small_images_are_encoded_again():
    notes = Image.Exif()
    notes[0x0112] = 6
    turned = thumbnail(encode(corners(), "JPEG", exif=notes))
    made = Image.open(io.BytesIO(turned))
    assert made.size == (40, 60) and not made.getexif()
    assert Image.open(io.BytesIO(thumbnail(encode(corners().convert("L"), "JPEG")))).mode == "RGB"
    padded = encode(corners(), "JPEG", comment=b"x" * 30_000)
    assert len(thumbnail(padded)) < 5_000


# --- real photos


@pytest.mark.data
def test_real_photos_of_17_to_94_megapixels(data_dir):
    files = sorted((data_dir("flipkart") / "originals").iterdir())
    assert len(files) == 6
    megapixels = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for file in files:
            size = image_size(file)
            megapixels.append(size.width * size.height / 1e6)
            image = open_image(file, side=224)
            assert min(image.size) >= 448 and max(image.size) < 1600
            assert len(thumbnail(file)) < 8_000
    assert round(min(megapixels)) == 18 and round(max(megapixels)) == 94


def test_a_big_image_that_is_needed_small_is_never_whole_in_rgb(monkeypatch):
    noise = np.random.default_rng(0).integers(0, 256, (331, 257, 4), np.uint8)
    for image in (
        Image.fromarray(noise),
        Image.fromarray(noise).quantize(16),
        Image.fromarray(noise[..., 0]),
    ):
        content = encode(image, "PNG")
        whole = open_image(content)
        monkeypatch.setattr("core.catalogue.images.decoding.BIG", 1000)
        monkeypatch.setattr("core.catalogue.images.decoding._STRIP", 2000)
        np.testing.assert_array_equal(np.asarray(open_image(content, 32)), np.asarray(whole.reduce(4)))
        monkeypatch.undo()


@pytest.mark.parametrize("mode", ["1", "P", "L"])
def test_a_few_kilobytes_take_no_gigabyte(mode):
    content = encode(Image.new(mode, (13_000, 13_000)), "PNG")
    assert len(content) < 200_000
    with Meter() as meter:
        assert min(open_image(content, 224).size) >= 448
    assert meter.peak_mb < 450


def test_an_image_that_takes_too_much_is_refused_before_its_pixels_are_read():
    header = encode(Image.new("RGBA", (8, 8)), "PNG")
    at = header.index(b"IHDR") + 4
    chunk = b"IHDR" + struct.pack(">II", 14_100, 14_100) + header[at + 8 : at + 13]
    bomb = header[: at - 4] + chunk + struct.pack(">I", zlib.crc32(chunk)) + header[at + 17 :]
    with Meter() as meter, pytest.raises(ImageError, match="too large to decode"):
        open_image(bomb, 224)
    assert meter.peak_mb < 50


def test_eight_at_once_take_no_more_than_two():
    content = encode(Image.new("RGB", (7_000, 7_000)), "PNG")  # 196 MB, so that there is room for one
    threads = [threading.Thread(target=thumbnail, args=(content,)) for _ in range(8)]
    with Meter() as eight:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert eight.peak_mb < 3 * 196
