"""What shows nothing, and what only looks as if it did."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from core.catalogue.images.decoding import open_image
from core.catalogue.images.usable import is_blank, is_noise, is_usable

SIZES = [(60, 80), (224, 224), (700, 500)]


def saved(image: Image.Image, kind: str = "PNG", **options) -> Image.Image:
    """The image as it is decoded from a file, for an encoder that needs 224 pixels."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return open_image(out.getvalue(), 224)


def of_values(values: np.ndarray) -> Image.Image:
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)).convert("RGB")


@pytest.mark.parametrize("size", [(1, 1), (3, 200), *SIZES])
@pytest.mark.parametrize("colour", ["white", "black", (200, 30, 90)])
def test_one_colour_is_blank_in_every_format(size, colour):
    image = Image.new("RGB", size, colour)
    for kind, quality in [("PNG", None), ("JPEG", 30), ("WEBP", 30), ("AVIF", 30)]:
        assert is_blank(saved(image, kind, **({"quality": quality} if quality else {})))


@pytest.mark.parametrize("size", SIZES)
def test_gradients_vignettes_frames_and_a_dark_photo_are_blank(size):
    x, y = np.meshgrid(np.linspace(0, 1, size[0]), np.linspace(0, 1, size[1]))
    assert is_blank(saved(of_values(255 - 25 * (x + y)), "JPEG", quality=80))
    assert is_blank(saved(of_values(250 * x * y)))
    assert is_blank(saved(of_values(240 - 80 * ((x - 0.5) ** 2 + (y - 0.5) ** 2))))
    assert is_blank(saved(of_values(np.random.default_rng(0).normal(20, 1.5, (size[1], size[0], 3)))))
    framed = Image.new("RGB", size, "white")
    ImageDraw.Draw(framed).rectangle((0, 0, size[0] - 1, size[1] - 1), outline="black", width=2)
    assert is_blank(saved(framed, "JPEG", quality=75))


@pytest.mark.parametrize("size", SIZES)
def test_pale_small_thin_and_dark_products_are_not_blank(size):
    width, height = size
    middle = (width // 3, height // 3, 2 * width // 3, 2 * height // 3)
    pale, dark, tiny, thin = (Image.new("RGB", size, c) for c in ("white", "black", "white", "white"))
    ImageDraw.Draw(pale).ellipse(middle, fill=(235, 235, 235), outline=(225, 225, 225))
    ImageDraw.Draw(dark).ellipse(middle, fill=(30, 30, 30))
    ImageDraw.Draw(tiny).rectangle(
        (width // 2, height // 2, width // 2 + width // 30, height // 2 + height // 30), fill="grey"
    )
    ImageDraw.Draw(thin).line((width // 4, height // 4, width // 2, 3 * height // 4), fill="grey", width=1)
    for image in (pale, dark, tiny, thin):
        assert is_usable(saved(image))
        assert is_usable(saved(image, "JPEG", quality=80))


KINDS = {
    "coloured": lambda rng, shape: rng.integers(0, 256, (*shape, 3)),
    "grey": lambda rng, shape: rng.integers(0, 256, shape),
    "normal": lambda rng, shape: rng.normal(128, 50, (*shape, 3)),
    "black and white": lambda rng, shape: 255 * rng.integers(0, 2, shape),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(32, 32), *SIZES, (1600, 1200)])
def test_random_pixels_are_noise_even_after_jpeg(kind, size):
    image = of_values(KINDS[kind](np.random.default_rng(1), size[::-1]))
    assert is_noise(saved(image))
    for quality in (50, 75, 95):
        assert not is_usable(saved(image, "JPEG", quality=quality))


def grass(rng: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    """Blades: short strokes of many greens, all over the image."""
    image = Image.new("RGB", size, (40, 80, 30))
    draw = ImageDraw.Draw(image)
    for _ in range(size[0] * size[1] // 12):
        x, y = rng.uniform(0, size[0]), rng.uniform(0, size[1])
        tint = tuple(int(v) for v in rng.integers((20, 60, 10), (120, 200, 90)))
        draw.line((x, y, x + rng.normal(0, 2), y - rng.uniform(4, 12)), fill=tint)
    return image


def cloth(rng: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    """Warp and weft of three pixels, each thread with a tint of its own, and a little noise."""
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]]
    warp, weft = rng.normal(150, 25, size[0] // 3 + 1), rng.normal(140, 25, size[1] // 3 + 1)
    over = (rows // 3 + columns // 3) % 2
    return of_values(np.where(over, warp[columns // 3], weft[rows // 3]) + rng.normal(0, 6, rows.shape))


def checks(rng: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    """A chessboard of single pixels, which aliases as badly as anything does."""
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]]
    return of_values(255 * ((rows + columns) % 2))


def felt(rng: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    """Grain of a few pixels, without any pattern."""
    noise = of_values(rng.normal(128, 90, (size[1], size[0], 3)))
    return noise.filter(ImageFilter.GaussianBlur(2.5))


@pytest.mark.parametrize("texture", [grass, cloth, checks, felt])
@pytest.mark.parametrize("size", SIZES)
def test_textures_are_no_noise(texture, size):
    image = texture(np.random.default_rng(3), size)
    assert not is_noise(saved(image))
    assert not is_noise(saved(image, "JPEG", quality=75))
    halved = image.resize((size[0] // 2, size[1] // 2), Image.Resampling.LANCZOS)
    assert not is_noise(saved(halved, "JPEG", quality=75))


def test_a_product_before_noise_is_no_noise():
    image = of_values(KINDS["coloured"](np.random.default_rng(4), (224, 224)))
    ImageDraw.Draw(image).ellipse((40, 40, 180, 180), fill="white")
    assert is_usable(saved(image))
