"""Bad input is normal input: one catalogue with all of it, through the command line."""

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.bundle.reader import Bundle
from core.cli.commands import main
from tests import tiny


def picture(mode: str, kind: str, **options: object) -> bytes:
    image = tiny.draw_image("Mugs", 1)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)
    elif mode == "P":
        image = image.convert("P")
    else:
        image = image.convert(mode)
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def animation() -> bytes:
    out = io.BytesIO()
    frames = [tiny.draw_image("Mugs", seed) for seed in (1, 2)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


def rotated() -> bytes:
    image = tiny.draw_image("Mugs", 1)
    exif = image.getexif()
    exif[0x0112] = 6
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


GOOD = {
    "cmyk.jpg": lambda: picture("CMYK", "JPEG"),
    "sixteen.png": lambda: picture("I;16", "PNG"),
    "palette.png": lambda: picture("P", "PNG", transparency=0),
    "alpha.png": lambda: picture("RGBA", "PNG"),
    "grey.png": lambda: picture("L", "PNG"),
    "rotated.jpg": rotated,
    "animated.gif": animation,
}
BROKEN = {
    "text.jpg": lambda: b"this is a letter, not a picture",
    "empty.jpg": lambda: b"",
    "cut.jpg": lambda: picture("RGB", "JPEG")[:200],
}
NAMES = (
    "mug 🫖 cup",
    "كوب mug أزرق",
    "mug " * 25_000,
    "mug \x00 handle",
    "<b>mug</b> &amp; cup",
    "=cmd|'/c calc'!A0 mug",
)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    tiny.register_tiny_encoders()
    folder = tiny.write_catalogue(tmp_path_factory.mktemp("bad") / "data", per_class=12)
    odd = {**GOOD, **BROKEN}
    for name, make in odd.items():
        (folder / "images" / name).write_bytes(make())
    rows = [(f"odd-{i}", f"mug {i} cup", "A mug.", name, "Mugs", "1") for i, name in enumerate(odd)]
    rows += [(f"name-{i}", name, name, "", "Mugs", "x") for i, name in enumerate(NAMES)]
    rows += [
        ("odd-0", "the same id again", "", "", "Mugs", "1"),
        ("alone", "the only spoon", "", "", "Spoons", "1"),
        ("blank", "", "", "", "Mugs", "1"),
        ("unlabelled", "a lamp", "", "", "", "1"),
        ("gone", "mug", "", "nowhere.jpg", "Mugs", "1"),
    ]
    with (folder / "products.csv").open("a", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return folder


def test_the_build_goes_on_and_accounts_for_every_row(data, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "cache"))
    out = tmp_path / "artifacts" / "odd"
    code = main(
        f"build --data {data} --text tiny-text --image tiny-image --heads logistic_regression --maps pca "
        f"--minimum 5 --out {out}".split()
    )
    assert code == 0
    assert "Traceback" not in capsys.readouterr().err
    bundle = Bundle.open(out)
    account = bundle.account
    assert account.rows_read == account.rows_kept + sum(each.count for each in account.set_aside)
    assert {each.reason for each in account.set_aside} == {
        "no category", "duplicate sku", "no text and no image", "category with fewer than 5 products",
    }  # fmt: skip
    assert account.classes_set_aside == {"Spoons": 1}
    has_image = dict(zip(bundle.table["image"], bundle.table["has_image"], strict=True))
    assert all(has_image[name] for name in GOOD)
    assert not any(has_image[name] for name in BROKEN)
    for name in GOOD:
        sku = bundle.table.loc[bundle.table["image"] == name, "sku"].iat[0]
        assert bundle.thumbnail(sku).startswith(b"\xff\xd8")

    assert main(f"predict --bundle {out} --data {data} --out {tmp_path}/p.csv".split()) == 0
    assert len(pd.read_csv(tmp_path / "p.csv")) == account.rows_read


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (b"", "empty"),
        (b"sku,name,category\n", "no rows"),
        (b"sku,name\n1,mug\n", "label"),
        (b"\x00\x01\x02\xff\xfe binary", "no rows"),
    ],
)
def test_a_table_that_is_none_is_one_clear_line(table, says, tmp_path, capsys):
    tiny.register_tiny_encoders()
    (tmp_path / "products.csv").write_bytes(table)
    assert main(f"build --data {tmp_path} --text tiny-text --image none --out {tmp_path}/out".split()) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


def test_a_zip_that_is_none_is_one_clear_line(data, tmp_path, capsys):
    (tmp_path / "products.csv").write_bytes((data / "products.csv").read_bytes())
    (tmp_path / "images.zip").write_bytes(b"not a zip")
    assert main(f"build --data {tmp_path} --text tiny-text --image none --out {tmp_path}/out".split()) == 2
    error = capsys.readouterr().err
    assert "images.zip" in error
    assert error.count("\n") == 1


def glove_file(folder: Path, numbers: int = 100) -> Path:
    file = folder / "glove.6B.100d.txt"
    rng = np.random.default_rng(0)
    words = {word for words in tiny.WORDS.values() for word in words}
    lines = [f"{word} {' '.join(map(str, rng.normal(size=numbers).round(3)))}" for word in sorted(words)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_word_vectors_are_those_of_the_file(tmp_path, capsys):
    data = tiny.write_catalogue(tmp_path / "data", per_class=12)
    out = tmp_path / "artifacts" / "words"
    vectors = ["--word-vectors", str(glove_file(tmp_path))]
    command = ["build", "--data", str(data), "--out", str(out), "--image", "none", "--maps", "none"]
    command += ["--text", "glove", "--heads", "logistic_regression", *vectors, "--no-cache"]
    assert main(command) == 0, capsys.readouterr().err
    bundle = Bundle.open(out)
    assert bundle.encoders["text"].name == "glove"
    assert bundle.encoders["text"].file == "encoders/text.onnx", "the bundle carries what was named"
    assert bundle.encoder("text").encode(["lamp"]).any()


def test_word_vectors_that_nothing_reads_or_that_are_none_are_one_line(tmp_path, capsys):
    data = tiny.write_catalogue(tmp_path / "data", per_class=12)
    command = ["build", "--data", str(data), "--out", str(tmp_path / "artifacts" / "words")]
    vectors = ["--word-vectors", str(glove_file(tmp_path, numbers=3))]
    assert main([*command, *vectors]) == 2
    assert "expected --text glove, or bilstm or joint among the heads" in capsys.readouterr().err
    assert main([*command, *vectors, "--text", "glove"]) == 2
    assert "line 1: expected a word and 100 numbers, got 3" in capsys.readouterr().err
    assert main([*command, "--text", "glove", "--word-vectors", str(tmp_path / "none.txt")]) == 2
    assert "no weights at" in capsys.readouterr().err
