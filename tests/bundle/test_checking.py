"""Bundles from somebody else: whatever is in them is one clear line, and takes little memory."""

import json
import random
import re
import shutil
import struct
import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from onnx import TensorProto, helper

from core.bundle.checking import faults_of
from core.bundle.decisions import decisions_file
from core.bundle.listing import list_bundles
from core.bundle.reader import Bundle
from core.cli.commands import main
from core.common.errors import BundleError
from core.common.meter import Meter
from tests.bundle.sealing import reseal

HEAD = "heads/text_logistic_regression.onnx"


@pytest.fixture
def copy(tiny_bundle, tmp_path) -> Path:
    return shutil.copytree(tiny_bundle, tmp_path / "artifacts" / "tiny")


def fault(folder: Path, pattern: str) -> None:
    """Expect one line that says what is wrong, and that opening or reading it says the same."""
    with Meter() as meter:
        faults = faults_of(folder)
    assert faults, "no fault found"
    assert all("\n" not in each for each in faults)
    assert any(re.search(pattern, each) for each in faults), faults
    assert meter.peak_mb < 400


def test_a_sound_bundle_has_no_faults(tiny_bundle, private_bundle, capsys):
    assert faults_of(tiny_bundle) == faults_of(private_bundle) == []
    assert main(["check", str(tiny_bundle)]) == 0
    assert "sound, 90 products" in capsys.readouterr().out


def test_a_line_for_each_fault_and_exit_code_2(copy, capsys):
    for name in (HEAD, "features/text.npy"):
        content = bytearray((copy / name).read_bytes())
        content[-9] ^= 1
        (copy / name).write_bytes(content)
    assert main(["check", str(copy)]) == 2
    out, err = capsys.readouterr()
    assert [line.split(": ")[1].split()[0] for line in out.splitlines()] == ["features/text.npy", HEAD]
    assert err == f"error: '{copy}' has 2 faults\n"


def test_one_flipped_bit_is_noticed_before_the_file_is_used(copy):
    name = "catalogue.parquet"
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 4
    (copy / name).write_bytes(content)
    with pytest.raises(BundleError, match=r"catalogue\.parquet is not the file that was written"):
        _ = Bundle.open(copy).table


def changed(*place, to):
    def change(manifest):
        inner = manifest
        for name in place[:-1]:
            inner = inner[name]
        inner[place[-1]] = to

    return change


def carried(file, *listed):
    """Say that the bundle itself carries the text encoder, in this file, and list files."""

    def change(manifest):
        manifest["files"] |= {name: {"bytes": 1, "sha256": "0" * 64} for name in listed}
        manifest["encoders"]["text"] |= {"bundled": False, "file": file}

    return change


REFIT = {"of": "../../x", "fingerprint": "ab", "corrected_training": 3, "corrected_test": 0}


@pytest.mark.parametrize(
    ("change", "pattern"),
    [
        (changed("refit", to=REFIT), r"refit\.of: expected a name without a path"),
        (changed("name", to="../evil"), "name: expected a name without a path"),
        (changed("name", to=".hidden"), "name: expected a name without a path"),
        (changed("encoders", "text", "name", to="../../tmp/x"), "name without a path"),
        (changed("encoders", "text", "file", to="/etc/passwd"), "file: expected a name without a path"),
        (changed("encoders", "text", "weights_id", to="../x"), "name without a path"),
        (
            carried("/etc/passwd", "encoders/text.onnx"),
            r"encoders\.text\.file: expected encoders/text\.onnx, got /etc/passwd",
        ),
        (
            carried("../../x.onnx", "encoders/text.onnx"),
            r"encoders\.text\.file: expected encoders/text\.onnx, got \.\./",
        ),
        (
            carried("encoders/image.onnx", "encoders/text.onnx", "encoders/image.onnx"),
            r"encoders\.text\.file: expected encoders/text\.onnx, got enc",
        ),
        (carried("encoders/text.onnx"), r"encoders\.text\.file: expected encoders/text\.onnx"),  # not listed
        (changed("encoders", to={}), "encoders: expected those of image, text"),
        (changed("rows", to=10**12), "rows: expected a whole number from 1 to 5,000,000"),
        (changed("rows", to=10**400), "rows: expected a whole number"),
        (changed("rows", to=91), r"(catalogue|guards)\.parquet: expected 91 rows, got 90"),
        (changed("prior", 0, to=10**400), "prior.0: expected a number"),
        (changed("classes", 0, to="Mugs"), "classes: expected different names"),
        (changed("classes", 0, to="\ud800"), "manifest.json"),
        (changed("classes", 0, to="Sofas"), r"catalogue\.parquet\.category: expected one of the categories"),
        (changed("modalities", to=[]), "modalities: expected different names"),
        (changed("projections", 0, "method", to="../x"), "method: expected a name without a path"),
        (changed("projections", 0, "dims", to=2**40), "dims: expected a whole number from 2 to 3"),
        (changed("files", "a/b/c/d.npy", to={"bytes": 1, "sha256": ""}), "expected paths inside the bundle"),
        (changed("files", ".x", to={"bytes": 1, "sha256": ""}), "expected paths inside the bundle"),
        (changed("files", "x\n", to={"bytes": 1, "sha256": ""}), "expected paths inside the bundle"),
    ],
)
def test_a_manifest_from_somebody_else(copy, change, pattern):
    fault(reseal(copy, change), pattern)
    assert len(list_bundles(copy.parent)) == 1


@pytest.mark.parametrize(
    "content", ["[" * 100_000, '{"protocol": ' + "9" * 5000 + "}", '{"a": "\\ud800"}', "\ud800", "NaN"]
)
def test_a_manifest_that_is_hard_to_parse(copy, content):
    (copy / "manifest.json").write_text(content, encoding="utf-8", errors="surrogatepass")
    fault(copy, r"manifest\.json")


def test_a_manifest_of_gigabytes_is_not_read(copy):
    with (copy / "manifest.json").open("r+b") as file:
        file.truncate(3 << 30)
    fault(copy, r"manifest\.json is a link or too large")


def test_links_are_not_followed(copy, tmp_path):
    secret = tmp_path / "secret.npy"
    shutil.move(copy / "features" / "text.npy", secret)
    (copy / "features" / "text.npy").symlink_to(secret)
    fault(copy, r"features/text\.npy is a link")
    (copy / "features" / "text.npy").unlink()
    shutil.move(secret, copy / "features" / "text.npy")
    shutil.move(copy / "features", tmp_path / "elsewhere")
    (copy / "features").symlink_to(tmp_path / "elsewhere")
    fault(copy, r"features/\w+\.npy is not in a plain folder")


def table_of(copy, name="catalogue.parquet"):
    return pd.read_parquet(copy / name)


def test_a_table_that_unpacks_to_gigabytes_is_not_read(copy):
    table = table_of(copy)
    table["name"] = "x" * 40_000_000
    table.to_parquet(copy / "catalogue.parquet", index=False, compression="zstd")
    assert (copy / "catalogue.parquet").stat().st_size < 1_000_000
    fault(reseal(copy), r"catalogue\.parquet cannot be read \(.*(texts|a table) of up to 67,108,864 bytes")


def test_pages_that_unpack_to_gigabytes_are_not_read_whatever_the_footer_says(copy):
    table = table_of(copy)
    table["name"] = [f"{row:03d}" + "x" * 3_000_000 for row in range(len(table))]
    table.to_parquet(copy / "catalogue.parquet", index=False, compression="zstd")
    footer = pq.ParquetFile(copy / "catalogue.parquet").metadata
    said = footer.row_group(0).column(1).total_uncompressed_size
    content = (copy / "catalogue.parquet").read_bytes()
    zigzag, small = varint(said * 2), varint(2000)
    small = small[:-1] + bytes([small[-1] | 128]) + b"\x80" * (len(zigzag) - len(small) - 1) + b"\x00"
    assert content.count(zigzag) == 1
    (copy / "catalogue.parquet").write_bytes(content.replace(zigzag, small))
    lying = pq.ParquetFile(copy / "catalogue.parquet").metadata.row_group(0).column(1)
    assert lying.total_uncompressed_size == 1000
    fault(reseal(copy), r"catalogue\.parquet cannot be read \(.*a table of up to 67,108,864 bytes")


def varint(number: int) -> bytes:
    written = b""
    while number > 127:
        written += bytes([number & 127 | 128])
        number >>= 7
    return written + bytes([number])


def set_column(name, column, value):
    def change(copy):
        table = table_of(copy, name)
        table[column] = value(table) if callable(value) else value
        table.to_parquet(copy / name, index=False)

    return change


@pytest.mark.parametrize(
    ("change", "pattern"),
    [
        (set_column("catalogue.parquet", "sku", "same"), "sku: expected each product once, got same"),
        (set_column("catalogue.parquet", "part", "holdout"), "part: expected one of train"),
        (set_column("catalogue.parquet", "group", 0.5), "group: expected int, got float"),
        (set_column("catalogue.parquet", "has_text", "yes"), "has_text: expected bool"),
        (set_column("catalogue.parquet", "name", None), "name: expected (str|a text)"),
        (
            set_column("catalogue.parquet", "extra", lambda table: [[1, 2]] * len(table)),
            "holds lists",
        ),
        (set_column("faults.parquet", "row", 90), "row: expected positions from 0 to 89, got 90"),
        (set_column("faults.parquet", "kind", "crime"), "kind: expected one of label"),
        (set_column("faults.parquet", "score", np.float32(np.nan)), "score: expected numbers from 0 to 1"),
        (
            set_column("out_of_fold.parquet", "category", np.int16(3)),
            "category: expected positions from 0 to 2",
        ),
        (set_column("held_out.parquet", "row", np.int32(-1)), "row: expected positions"),
        (set_column("guards.parquet", "meaningless", "no"), "meaningless: expected bool"),
    ],
)
def test_tables_are_what_the_pages_expect(copy, change, pattern):
    change(copy)
    fault(reseal(copy), pattern)


def test_texts_that_are_no_utf8(copy):
    table = pq.read_table(copy / "catalogue.parquet")
    names = table["name"].combine_chunks().cast(pa.large_string())
    wrong = pa.LargeStringArray.from_buffers(
        len(names), names.buffers()[1], pa.py_buffer(b"\xff" * names.buffers()[2].size)
    )
    pq.write_table(table.set_column(1, "name", wrong), copy / "catalogue.parquet")
    fault(reseal(copy), r"catalogue\.parquet cannot be read .*UTF")


def npy(file: Path, shape: str, dtype: str, content: bytes = b"") -> None:
    header = f"{{'descr': {dtype}, 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (118 - len(header) % 64) + "\n"
    file.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + content)


@pytest.mark.parametrize(
    ("name", "shape", "dtype", "pattern"),
    [
        ("features/text.npy", "(90, 64)", "'<f4'", "expected 23"),
        ("features/text.npy", "(1000000000, 1000000000)", "'<f4'", r"expected float32 \(90, 64\), got"),
        ("features/text.npy", "(90, 64)", "'|O'", r"expected float32 \(90, 64\), got object"),
        ("features/text.npy", "(90, 64)", "'<f8'", "expected float32"),
        ("features/text.npy", "(90, 64)", "'<f4", r"features/text\.npy cannot be read"),
        ("features/text.npy", "(90, " * 200, "'<f4'", r"features/text\.npy cannot be read"),
        ("coordinates/text_pca_2d.npy", "(90, 3)", "'<f4'", r"expected float32 \(90, 2\)"),
        ("coordinates/text_pca_2d_trust.npy", "(91,)", "'|u1'", r"expected uint8 \(90\)"),
        ("texts/words.npy", "(4000000000,)", "'<u4'", "expected 16000000"),
        ("strangeness/text_linear.npy", "(65, 4)", "'<f4'", r"expected float32 \(any, 3\)"),
    ],
)
def test_arrays_whose_headers_lie(copy, name, shape, dtype, pattern):
    npy(copy / name, shape, dtype)
    fault(reseal(copy), pattern)


def test_vectors_that_are_no_numbers(copy):
    vectors = np.load(copy / "features" / "text.npy")
    vectors[3] = np.nan
    np.save(copy / "features" / "text.npy", vectors)
    fault(reseal(copy), "features of text: expected vectors of length 1")


def zipped(copy, entries):
    with zipfile.ZipFile(copy / "thumbnails.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)


@pytest.mark.parametrize(
    ("entries", "pattern"),
    [
        ([("0.jpg", b"\0" * 200_000_000)], "0.jpg: expected up to 1048576 bytes"),
        ([("../../0.jpg", b"")], "expected ROW.jpg once"),
        ([("90.jpg", b"")], "expected ROW.jpg once for rows up to 89"),
        ([("0.jpg", b"<svg onload=alert(1)>")], "no JPEG"),
    ],
)
def test_small_images_that_are_none(copy, entries, pattern):
    zipped(copy, entries)
    fault(reseal(copy), pattern)


def test_a_small_image_of_many_pixels(copy):
    from PIL import Image

    Image.new("L", (20_000, 100)).save(copy / "big.jpg")
    zipped(copy, [("0.jpg", (copy / "big.jpg").read_bytes())])
    fault(reseal(copy), "a small image of 20000 x 100 pixels")


def graph(nodes, inputs=("vectors",), outputs=(("probabilities", 3),), initializers=()):
    return helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, 64]) for name in inputs],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, size]) for name, size in outputs],
        list(initializers),
    )


def loop():
    body = helper.make_graph(
        [helper.make_node("Identity", ["c"], ["d"]), helper.make_node("Identity", ["v"], ["w"])],
        "body",
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("c", TensorProto.BOOL, []),
            helper.make_tensor_value_info("v", TensorProto.FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("d", TensorProto.BOOL, []),
            helper.make_tensor_value_info("w", TensorProto.FLOAT, None),
        ],
    )
    return graph([helper.make_node("Loop", ["", "", "vectors"], ["probabilities"], body=body)])


def doubling():
    names = ["vectors", *(f"twice{number}" for number in range(18))]
    nodes = [helper.make_node("Concat", [one, one], [two], axis=1) for one, two in pairwise(names)]
    return graph([*nodes, helper.make_node("Identity", [names[-1]], ["probabilities"])])


def outside():
    tensor = helper.make_tensor("t", TensorProto.FLOAT, [64, 3], np.zeros(192, np.float32))
    tensor.ClearField("float_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../../secret")
    return graph([helper.make_node("MatMul", ["vectors", "t"], ["probabilities"])], initializers=[tensor])


@pytest.mark.parametrize(
    ("made", "pattern"),
    [
        (loop, "a graph inside an operator"),
        (doubling, "operator 'Concat' makes 8,192 numbers for each product, expected up to 4,236"),
        (outside, "numbers kept in another file"),
        (lambda: graph([helper.make_node("Tile", ["vectors", "n"], ["probabilities"])]), "operator 'Tile'"),
        (
            lambda: graph([helper.make_node("Relu", ["vectors"], ["probabilities"], domain="my.own")]),
            "an operator of domain 'my.own'",
        ),
        (
            lambda: graph([helper.make_node("Relu", ["vectors"], ["other"])], outputs=[("other", 3)]),
            "expected probabilities of 3 categories",
        ),
        (
            lambda: graph(
                [helper.make_node("Relu", ["vectors"], ["probabilities"])], outputs=[("probabilities", 64)]
            ),
            "expected probabilities of 3 categories",
        ),
    ],
)
def test_heads_that_may_not_run(copy, made, pattern):
    model = helper.make_model(made(), opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    helper.set_model_props(model, {"reader": '{"reads": "vectors", "modality": "text"}'})
    (copy / HEAD).write_bytes(model.SerializeToString())
    fault(reseal(copy), pattern)


@pytest.mark.parametrize("reader", ["", "[]", '{"reads": "members", "members": 3}', '{"reads": "os.system"}'])
def test_heads_that_read_nonsense(copy, reader):
    model = onnx.load(copy / HEAD)
    helper.set_model_props(model, {"reader": reader})
    (copy / HEAD).write_bytes(model.SerializeToString())
    fault(reseal(copy), "damaged")


def of_first_model(*place, to):
    def change(copy):
        models = json.loads((copy / "reports.json").read_text())
        changed(*place, to=to)(models[0])
        (copy / "reports.json").write_text(json.dumps(models))

    return change


@pytest.mark.parametrize(
    ("change", "pattern"),
    [
        (of_first_model("head", to="../../x"), "head: expected a name without a path"),
        (of_first_model("head", to="another"), "expected heads/text_another.onnx among the files"),
        (of_first_model("report", "accuracy", to="<b>"), "accuracy: expected a number"),
        (
            of_first_model("report", "classes", to=["a", "b", "c"]),
            "expected the (scores|bundle's categories)",
        ),
        (of_first_model("report", "confusion", to=[[1]]), "report"),
        (of_first_model("report", "confusion", to=[[10**30] * 3] * 3), "report"),
        (of_first_model("calibrator", to={"kind": "temperature", "temperature": 1e400}), "calibrator"),
        (
            of_first_model("calibrator", to={"kind": "isotonic", "given": [[0, 1]], "meant": [[0, 1]]}),
            "expected the bundle's categories",
        ),
        (lambda copy: (copy / "reports.json").write_text("[" * 90_000), "nested too deeply"),
    ],
)
def test_reports_that_do_not_fit(copy, change, pattern):
    change(copy)
    fault(reseal(copy), pattern)


def test_one_odd_bundle_does_not_break_the_list(copy):
    other = shutil.copytree(copy, copy.parent / "other")
    for number, odd in enumerate((b"\xff\xfe", b"[" * 99_999, b'{"protocol": 3}', b"null", b"")):
        folder = copy.parent / f"odd{number}"
        folder.mkdir()
        (folder / "manifest.json").write_bytes(odd)
    (copy.parent / "odd-folder" / "manifest.json").mkdir(parents=True)
    (copy.parent / "odd-link").symlink_to(copy.parent / "nowhere")
    listed = {info.name: info.problem for info in list_bundles(copy.parent)}
    assert {name for name, problem in listed.items() if problem is None} == {"tiny", other.name}
    assert len(listed) == 7


def test_decisions_about_a_bundle_stay_beside_it(copy):
    reseal(copy, changed("refit", to={**REFIT, "of": "tiny-before"}))
    assert decisions_file(Bundle.open(copy)) == copy.parent / ".reviews" / "tiny-before.jsonl"


@pytest.mark.parametrize("seed", range(40))
def test_random_changes_of_a_manifest_are_one_clear_line_or_none(copy, seed):
    generator = random.Random(seed)
    odd = (None, -1, 0, 10**300, 1e308, "", "../x", "\x00", [], {}, [[]], True, "NaN", 1.5, "x" * 100_000)

    def change(manifest):
        for _ in range(3):
            inner = manifest
            while True:
                key = generator.choice(list(inner) if isinstance(inner, dict) else range(len(inner)))
                if not isinstance(inner[key], dict | list) or not inner[key] or generator.random() < 0.2:
                    break
                inner = inner[key]
            inner[key] = generator.choice(odd)

    file = copy / "manifest.json"
    manifest = json.loads(file.read_text())
    change(manifest)
    file.write_text(json.dumps(manifest))
    assert all("\n" not in each for each in faults_of(copy))
    assert len(list_bundles(copy.parent)) == 1
