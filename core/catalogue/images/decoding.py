"""Decode images safely to upright RGB on white; read sizes and make thumbnails."""

from __future__ import annotations

import hashlib
import io
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from core.common.budget import Budget
from core.common.errors import ImageError

MAX_PIXELS = 200_000_000  # real product photos have up to 94 million
MAX_BYTES = 640_000_000
"""What the pixels of one image may take in memory while it is decoded."""
TOGETHER = 320_000_000
"""What images that are decoded at once may take together; a larger one is decoded alone."""
BIG = 25_000_000
"""Pixels from which an image that is needed small is made small strip by strip."""

# The formats of product images and their file endings; Pillow's other readers are not used.
_ENDINGS = {
    "JPEG": ".jpg",
    "PNG": ".png",
    "GIF": ".gif",
    "WEBP": ".webp",
    "BMP": ".bmp",
    "TIFF": ".tif",
    "AVIF": ".avif",
}
_FORMATS = tuple(_ENDINGS)
_ORIENTATION = 0x0112  # the EXIF tag
_METADATA = {"exif", "xmp", "XML:com.adobe.xmp", "Raw profile type exif"}  # where Pillow keeps the EXIF data
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_CHUNK = struct.Struct(">I4s")
_EXIF_TEXTS = (b"Raw profile type exif\0", b"XML:com.adobe.xmp\0")
_WHITES = (255.0, 4095.0, 65535.0)  # of 8, 12 and 16 bits
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Errors of Pillow's readers on damaged files (found by fuzzing files of every format).
_BROKEN = (
    EOFError,
    IndexError,
    KeyError,
    MemoryError,
    OSError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
_limit = threading.Lock()
_memory = Budget(TOGETHER)
_PIXEL = {"1": 1, "L": 1, "P": 1, "I;16": 14, "I;16B": 14, "I": 16, "F": 16}
"""Bytes a pixel takes, by mode, where that is not 4; deep ones are scaled as floats."""
_COPIES = {"WEBP": 4, "AVIF": 4, "TIFF": 2, "GIF": 2}
"""How many times the decoders of a format hold the image, where that is more than once."""
_PROGRESSIVE = 6
"""Bytes a pixel takes of a JPEG that comes in several scans, at whatever scale it is decoded."""
_STRIP = 2_000_000  # pixels
_KEPT_BYTES = 20_000  # a small JPEG up to this size is used as its own thumbnail


@dataclass(frozen=True)
class Size:
    """An image's width and height in pixels, in upright orientation."""

    width: int
    height: int


def open_image(source: bytes | Path, side: int | None = None) -> Image.Image:
    """Decode an image to RGB: upright, the first frame, transparent parts on white, 16 bits scaled to 8.

    Parameters
    ----------
    source : bytes or Path
        The file or its content.
    side : int or None
        The side that the caller needs, in pixels: a JPEG is decoded at the smallest scale whose sides are at
        least twice that, which is several times faster for a large photo. None decodes at full size.

    Returns
    -------
    PIL.Image.Image
        Mode RGB.

    Raises
    ------
    ImageError
        If it is not an image, is damaged, has more than `MAX_PIXELS` pixels, or takes more than `MAX_BYTES`.
    """
    with _opened(source) as image:
        return _decode(image, side)


def image_key(source: bytes | Path) -> bytes:
    """Return the SHA-256 hash of an image file, 32 bytes.

    Raises
    ------
    ImageError
        If the file cannot be read.
    """
    return hashlib.sha256(image_bytes(source)).digest()


def image_size(source: bytes | Path) -> Size:
    """Return an image's upright size; no pixel is decoded.

    Raises
    ------
    ImageError
        If it is not an image or has more than `MAX_PIXELS` pixels.
    """
    with _opened(source) as image:
        width, height = image.size
        return Size(height, width) if _orientation(image) >= 5 else Size(width, height)


def image_ending(source: bytes | Path) -> str:
    """Return the file ending (``.jpg``) that fits an image's content.

    Raises
    ------
    ImageError
        As `image_size`.
    """
    with _opened(source) as image:
        return _ENDINGS.get(image.format or "", ".jpg")  # JPEG files with several frames have the format MPO


def thumbnail(source: bytes | Path, side: int = 160) -> bytes:
    """Return a JPEG of at most `side` x `side` pixels, quality 80, never enlarged.

    A small RGB JPEG without EXIF data is returned unchanged.

    Raises
    ------
    ImageError
        As `open_image`.
    """
    with _opened(source) as image:
        is_plain = image.format == "JPEG" and image.mode == "RGB" and not image.info.keys() & _METADATA
        is_small = max(image.size) <= side
        decoded = _decode(image, side)
    content = image_bytes(source)
    if is_plain and is_small and len(content) <= _KEPT_BYTES:
        return content
    decoded.thumbnail((side, side), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    decoded.save(written, "JPEG", quality=80, optimize=True)
    return written.getvalue()


def image_bytes(source: bytes | Path) -> bytes:
    """Return the content of an image file.

    Raises
    ------
    ImageError
        If the file cannot be read.
    """
    if isinstance(source, bytes):
        return source
    try:
        return source.read_bytes()
    except OSError as error:
        raise ImageError(f"{source.name}: the image is damaged ({error})") from error


@contextmanager
def _opened(source: bytes | Path) -> Iterator[Image.Image]:
    name = source.name if isinstance(source, Path) else "image"
    content = image_bytes(source)
    try:
        with _open_header(io.BytesIO(_metadata_first(content))) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise ImageError(f"{name}: {width} x {height} pixels, more than the limit of {MAX_PIXELS:,}")
            yield image
    except UnidentifiedImageError:
        raise ImageError(f"{name}: not an image (supported formats: {', '.join(_FORMATS)})") from None
    except _BROKEN as error:
        raise ImageError(f"{name}: the image is damaged ({error})") from error


def _open_header(content: io.BytesIO) -> Image.Image:
    # Pillow warns at 89 million pixels and fails at 179. Its global limit is lifted, under a lock, while the
    # header is read; the caller checks MAX_PIXELS before any pixel is decoded.
    with _limit:
        usual, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            return Image.open(content, formats=_FORMATS)
        finally:
            Image.MAX_IMAGE_PIXELS = usual


def _decode(image: Image.Image, side: int | None) -> Image.Image:
    full = image.size
    if side is not None:
        image.draft("RGB", (2 * side, 2 * side))
    cost = _cost(image, full)
    if cost > MAX_BYTES:
        raise ImageError(f"image: {full[0]} x {full[1]} pixels, too large to decode in {MAX_BYTES:,} bytes")
    with _memory.spend(cost):
        upright = _upright(image, side)
        if upright is not image:
            image.close()  # its pixels go before another image is decoded
        return upright


def _cost(image: Image.Image, full: tuple[int, int]) -> int:
    """Return the bytes that decoding takes; some decoders keep the whole image, whatever is made of it."""
    pixels = image.width * image.height
    held = pixels * _PIXEL.get(image.mode, 4) * _COPIES.get(image.format or "", 1)
    if pixels <= BIG or _PIXEL.get(image.mode, 4) > 4:
        held += 4 * pixels  # as RGB
    if image.info.get("progressive"):
        held += _PROGRESSIVE * full[0] * full[1]
    return held


def _upright(image: Image.Image, side: int | None) -> Image.Image:
    image.load()
    factor = 1 if side is None else min(image.size) // (2 * side)
    is_big = image.width * image.height > BIG and factor > 1 and not image.mode.startswith(("I", "F"))
    flat = _reduced(image, factor) if is_big else _to_rgb(image)
    turn = _UPRIGHT.get(_orientation(image))
    if turn is not None:
        flat = flat.transpose(turn)
    flat.info = {}  # drop metadata such as EXIF data and comments
    return flat


def _orientation(image: Image.Image) -> int:
    # Pillow turns TIFF files itself.
    if image.format == "TIFF" or not image.info.keys() & _METADATA:
        return 1
    try:
        # That of PNG files would decode the whole image to find EXIF data behind its pixels.
        return int(Image.Image.getexif(image).get(_ORIENTATION, 1))
    except _BROKEN:
        return 1  # damaged EXIF data are ignored


def _metadata_first(content: bytes) -> bytes:
    """Return a PNG whose EXIF data stand before its pixels; Pillow reads no others before it decodes.

    Files of other formats are returned as they are.
    """
    if not content.startswith(_PNG_SIGNATURE):
        return content
    at, pixels = len(_PNG_SIGNATURE), 0
    late: list[tuple[int, int]] = []
    behind: list[tuple[int, int]] = []
    while at + 8 <= len(content):
        length, kind = _PNG_CHUNK.unpack_from(content, at)
        after = at + length + 12
        if kind == b"IDAT" and not pixels:
            pixels = at
        if pixels:
            is_exif = kind == b"eXIf" or content.startswith(_EXIF_TEXTS, at + 8)
            (late if is_exif and after <= len(content) else behind).append((at, after))
        at = after
    if not late:
        return content
    # Pillow refuses a wrong checksum before the pixels, and does not look at it behind them.
    checked = [
        content[start : end - 4] + struct.pack(">I", zlib.crc32(content[start + 4 : end - 4]))
        for start, end in late
    ]
    return b"".join([content[:pixels], *checked, *(content[start:end] for start, end in behind)])


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """Return an image in RGB, its sides divided by `factor`; no more than a strip of it is ever in RGB."""
    width, height = (-(-length // factor) for length in image.size)
    small = Image.new("RGB", (width, height))
    strip = factor * max(1, _STRIP // (image.width * factor))
    for top in range(0, image.height, strip):
        part = image.crop((0, top, image.width, min(top + strip, image.height)))
        part.info = image.info
        small.paste(_to_rgb(part).reduce(factor), (0, top // factor))
    return small


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith(("I", "F")):
        return _deep_to_rgb(image)
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        flat = Image.new("RGB", image.size, "white")
        flat.paste(layered, mask=layered.getchannel("A"))
        return flat
    return image if image.mode == "RGB" else image.convert("RGB")


def _deep_to_rgb(image: Image.Image) -> Image.Image:
    """Return a grey image of 16 or 32 bits or floats in 8 bits; its transparent value becomes white."""
    values = np.asarray(image)
    flat = Image.fromarray(_to_8_bits(values, image.mode)).convert("RGB")
    clear = image.info.get("transparency")
    if isinstance(clear, int):
        flat.paste("white", mask=Image.fromarray(np.where(values == clear, 255, 0).astype(np.uint8)))
    return flat


def _to_8_bits(values: np.ndarray, mode: str) -> np.ndarray:
    """Scale grey values to 8 bits; Pillow's conversion would clip at 255.

    How many bits the values have, 8, 12 or 16, is told by the largest: what is stored in more bits than it
    has would be black.
    """
    values = np.nan_to_num(values.astype(np.float32)) if mode == "F" else values
    largest = float(values.max())
    white = 1.0 if mode == "F" and largest <= 1 else next((w for w in _WHITES if largest <= w), largest)
    scaled: np.ndarray = values.astype(np.float32) * (255 / white)
    return scaled.clip(0, 255).astype(np.uint8)
