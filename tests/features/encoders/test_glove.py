import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.building.build import build_bundle
from core.building.options import BuildOptions
from core.catalogue.reading import read_catalogue
from core.cli.commands import main
from core.common.errors import EncoderError
from core.features.encoders import glove, weights, word_mean
from core.features.encoders.encoder import Weights
from core.features.encoders.registry import load_encoder
from core.features.texts import encode_texts
from core.onnx import sessions as runtime
from core.onnx.export import cached_path
from core.serving.predictor import Predictor
from tests import tiny

pytestmark = pytest.mark.usefixtures("own_cache")

WORDS = [
    *(word for words in tiny.WORDS.values() for word in words),
    "new", "fine", "blue", "set", "with", "a", "t-shirt", "shirt", "cotton", "do", "n't", "women", "'s",
    "3.5", "u.s.", ".", ",", "-", "''", "h&m", "é",
]  # fmt: skip


def made_up(words: list[str] = WORDS, dim: int = glove.DIM) -> dict[str, np.ndarray]:
    random = np.random.default_rng(len(words))
    return {word: random.normal(size=dim).round(5).astype(np.float32) for word in words}


def write_glove(path: Path, vectors: dict[str, np.ndarray]) -> Path:
    """The public file's format: word and numbers, five decimals, single spaces, no line at the end."""
    lines = (f"{word} " + " ".join(f"{number:.5f}" for number in row) for word, row in vectors.items())
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def glove_file(tmp_path):
    return write_glove(tmp_path / glove.FILE, made_up())


@pytest.fixture
def glove_encoder(glove_file):
    return load_encoder("glove", glove_file)


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def test_a_words_vector_is_the_files_normalised(glove_encoder):
    vectors = made_up()
    words = [word for word in WORDS if any(letter.isalnum() for letter in word)]
    got = glove_encoder.encode(words)
    assert got.dtype == np.float32
    assert got.shape == (len(words), 100)
    np.testing.assert_allclose(got, [unit(vectors[word]) for word in words], atol=1e-6)


def test_a_text_is_the_mean_of_its_known_words(glove_encoder):
    vectors = made_up()
    expected = unit(np.mean([vectors["blue"], vectors["mug"], vectors["mug"]], axis=0))
    for text in ("Blue MUG, mug!", "blue mug mug", "zyx blue qqq mug (mug) 12345", "  blue-mug/mug\n"):
        np.testing.assert_allclose(glove_encoder.encode([text])[0], expected, atol=1e-6, err_msg=text)


def test_unknown_words_and_padding_do_not_count_in_the_mean(glove_encoder):
    vectors = made_up()
    ids = [[WORDS.index("blue") + 1, 0, WORDS.index("mug") + 1, 0], [WORDS.index("cup") + 1, 0, 0, 0]]
    feed = {"input_ids": np.int64(ids), "attention_mask": np.int64([[1, 1, 1, 0], [1, 0, 0, 0]])}
    (got,) = runtime.session(glove_encoder.onnx_path).run(None, feed)
    expected = [(vectors["blue"] + vectors["mug"]) / 2, vectors["cup"]]
    np.testing.assert_allclose(got, expected, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Blue T-Shirt", ["blue", "t-shirt"]),
        ("cotton-blend t-shirt-set", ["cotton", "blend", "t-shirt", "set"]),
        ("not-shirts", ["not", "shirts"]),
        ("Women's sole, don't", ["women", "'s", "sole", "do", "n't"]),
        ("H&M in the U.S. for 3.5, h&ms", ["h&m", "in", "the", "u.s.", "for", "3.5", "h", "ms"]),
        ("É cup ... '' -", ["é", "cup"]),
        ("", []),
    ],
)
def test_texts_are_split_as_described(text, words):
    tokenizer = word_mean.tokenizer(WORDS)
    tokens = tokenizer.encode(text)
    split = [text[start:end].lower() for start, end in tokens.offsets]
    assert split == words
    assert tokens.ids == [WORDS.index(word) + 1 if word in WORDS else 0 for word in words]


def test_a_text_without_a_known_word_is_zeros(glove_encoder):
    got = glove_encoder.encode(["qqq zyx", "", "...", "mug", "尺码 🙂"])
    assert (np.linalg.norm(got, axis=1) > 0.5).tolist() == [False, False, False, True, False]
    assert np.isfinite(got).all()
    assert not glove_encoder.encode(["", "?"]).any()
    assert glove_encoder.encode([]).shape == (0, 100)


def test_a_text_does_not_depend_on_its_batch(glove_encoder):
    texts = [" ".join(WORDS[: 1 + n % 11] * (1 + n % 5)) for n in range(40)]
    alone = np.concatenate([glove_encoder.encode([text]) for text in texts])
    np.testing.assert_allclose(glove_encoder.encode(texts), alone, atol=1e-6)


def test_reading_gives_the_files_words_and_numbers(glove_file):
    vectors = made_up()
    got = glove.read_vectors(glove_file)
    assert list(got) == WORDS
    np.testing.assert_allclose(np.stack(list(got.values())), np.stack(list(vectors.values())), atol=1e-6)
    some = glove.read_vectors(glove_file, {"mug", "not there", "lamp"})
    assert set(some) == {"mug", "lamp"}
    np.testing.assert_array_equal(some["mug"], got["mug"])
    assert some["mug"].dtype == np.float32
    assert glove.read_vectors(glove_file, ()) == {}


def test_windows_line_ends_a_byte_order_mark_and_blank_lines_do_no_harm(tmp_path, glove_file):
    text = glove_file.read_bytes()
    other = tmp_path / "other.txt"
    other.write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b" \r\n") + b"\r\n\n")
    got, expected = glove.read_vectors(other), glove.read_vectors(glove_file)
    assert list(got) == list(expected)
    np.testing.assert_array_equal(np.stack(list(got.values())), np.stack(list(expected.values())))


def test_words_with_spaces_are_read_and_the_first_of_two_counts(tmp_path):
    vectors = made_up(["mug", ". . .", "at name@example.org", "cup"])
    file = write_glove(tmp_path / "words.txt", vectors)
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines, lines[3].replace("cup", "mug")]))
    got = glove.read_vectors(file)
    assert list(got) == list(vectors)
    np.testing.assert_allclose(got["at name@example.org"], vectors["at name@example.org"], atol=1e-6)
    np.testing.assert_allclose(got["mug"], vectors["mug"], atol=1e-6)
    np.testing.assert_allclose(
        load_encoder("glove", file).encode(["Mug"])[0], unit(vectors["mug"]), atol=1e-6
    )


@pytest.mark.parametrize("dim", [50, 200, 300])
def test_vectors_of_another_length_are_refused(tmp_path, dim):
    file = write_glove(tmp_path / f"glove.6B.{dim}d.txt", made_up(dim=dim))
    expected = rf"glove\.6B\.{dim}d\.txt, line 1: expected a word and 100 numbers, got {dim}"
    with pytest.raises(EncoderError, match=expected):
        load_encoder("glove", file)
    with pytest.raises(EncoderError, match=expected):
        glove.read_vectors(file, {"mug"})


@pytest.mark.parametrize(
    ("line", "got"),
    [
        ("cup 0.1 0.2", "2"),
        ("cup", "0"),
        ("cup " + "0.1 " * 99 + "x", "others"),
        ("cup " + "0.1 " * 99 + "nan", "others"),
        ("cup " + "0.1 " * 99 + "1e999", "others"),
        ("cup " + "0.1 " * 101, "101"),
        ("cup " + "0.1," * 100, "others"),
        (" " + "0.1 " * 100, "others|100"),
    ],
)
def test_a_damaged_line_is_named(tmp_path, glove_file, line, got):
    text = glove_file.read_text(encoding="utf-8").splitlines()
    glove_file.write_text("\n".join([*text[:4], line, *text[4:]]), encoding="utf-8")
    with pytest.raises(EncoderError, match=f"line 5: expected a word and 100 numbers, got ({got})$"):
        load_encoder("glove", glove_file)
    assert not list(tmp_path.glob("cache/onnx/*"))


def test_a_file_cut_short_is_noticed_even_when_few_words_are_wanted(glove_file):
    content = glove_file.read_bytes()
    glove_file.write_bytes(content[: content.rindex(b" ", 0, -100)])
    with pytest.raises(EncoderError, match=f"line {len(WORDS)}: expected a word and 100 numbers, got 8"):
        glove.read_vectors(glove_file, {"mug"})


@pytest.mark.parametrize(
    ("content", "got"),
    [(b"", "got none"), (b"\n\n", "got none"), (bytes(range(256)) * 40, "line 1:")],
)
def test_what_holds_no_word_vectors_is_refused_in_one_line(tmp_path, content, got):
    file = tmp_path / "weights.bin"
    file.write_bytes(content)
    with pytest.raises(EncoderError, match=f"encoder 'glove': .*{got}") as error:
        load_encoder("glove", file)
    assert "\n" not in str(error.value)


def write_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_the_archive_serves_as_the_file_in_it(tmp_path, glove_file, glove_encoder):
    archive = write_zip(
        tmp_path / glove.ARCHIVE, {"glove.6B.50d.txt": b"x", glove.FILE: glove_file.read_bytes()}
    )
    from_archive = load_encoder("glove", archive)
    assert from_archive.weights_id == glove_encoder.weights_id
    assert list(glove.read_vectors(archive)) == WORDS
    glove_file.unlink()
    assert load_encoder("glove", tmp_path).weights_id == glove_encoder.weights_id


def test_archives_that_are_cut_short_or_hold_something_else_are_refused(tmp_path, glove_file):
    archive = write_zip(tmp_path / "a.zip", {glove.FILE: glove_file.read_bytes()})
    whole = archive.read_bytes()
    other = write_zip(tmp_path / "b.zip", {"glove.6B.50d.txt": b"x"})
    with pytest.raises(EncoderError, match=r"expected glove\.6B\.100d\.txt in it, got glove\.6B\.50d\.txt"):
        load_encoder("glove", other)
    damaged = bytearray(whole)
    damaged[len(whole) // 2 : len(whole) // 2 + 50] = bytes(50)
    for content in (whole[: len(whole) // 2], bytes(damaged), b"", b"no zip"):
        archive.write_bytes(content)
        for read in (glove.read_vectors, glove.content_id):
            with pytest.raises(EncoderError, match=r"expected a whole zip file, but .*a\.zip") as error:
                read(archive)
            assert "\n" not in str(error.value)


def test_where_glove_is_looked_for(tmp_path, monkeypatch, glove_file):
    monkeypatch.setattr(weights, "ARTIFACTS", tmp_path / "artifacts")
    monkeypatch.setattr(weights, "find_on_hub_cache", lambda *_: None)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert glove.find(None) is None
    with pytest.raises(
        EncoderError, match=r"encoder 'glove': its weights are not on this machine.*--weights"
    ):
        load_encoder("glove")
    with pytest.raises(EncoderError, match=r"expected a folder with glove\.6B\.100d\.txt or glove\.6B\.zip"):
        load_encoder("glove", Path(__file__).parent)
    hub = tmp_path / "hub"
    monkeypatch.setattr(weights, "find_on_hub_cache", lambda *_: hub)
    assert glove.find(None) == Weights(hub / glove.ARCHIVE)
    (tmp_path / "artifacts").mkdir()
    shutil.copy(glove_file, tmp_path / "artifacts")
    assert glove.find(None) == Weights(tmp_path / "artifacts" / glove.FILE, bundled=True)
    assert load_encoder("glove").bundled
    assert glove.find(glove_file) == Weights(glove_file)


def test_the_file_is_made_into_a_network_once(glove_file, monkeypatch):
    calls = []
    load_encoder("glove", glove_file, progress=lambda *call: calls.append(call))
    assert calls == [("Preparing glove", 0, 1), ("Preparing glove", 1, 1)]
    monkeypatch.setattr(glove, "read_vectors", None)
    again = load_encoder("glove", glove_file, progress=lambda *call: calls.append(call))
    assert again.onnx_path == cached_path("glove", glove.content_id(glove_file))
    assert len(calls) == 2


@pytest.mark.parametrize("methods", [("pca",), pytest.param(("tsne", "umap"), marks=pytest.mark.slow)])
def test_a_bundle_of_glove_survives_texts_without_a_known_word(tmp_path, glove_encoder, methods):
    folder = tiny.write_catalogue(tmp_path / "data")
    table = folder / "products.csv"
    rows = table.read_text(encoding="utf-8").splitlines()
    for at in (1, 2, 40, 41, 70):
        cells = rows[at].split(",")
        rows[at] = ",".join([cells[0], "qqq zyx", "xxyyzz", *cells[-3:]])
    table.write_text("\n".join(rows), encoding="utf-8")
    catalogue = read_catalogue(folder, "csv", minimum=5)
    options = BuildOptions(heads=("logistic_regression",), methods=methods, cache=tmp_path / "features")
    encoders = {"text": glove_encoder, "image": tiny.TinyImage()}
    tiny.register_tiny_encoders()
    bundle = build_bundle(catalogue, encoders, tmp_path / "artifacts" / "words", options).bundle

    vectors, has_text = bundle.features("text"), bundle.present("text")
    known = np.linalg.norm(vectors, axis=1) > 0.5
    assert (has_text & ~known).sum() == 5
    assert np.isfinite(vectors).all()
    for projection in bundle.projections:
        drawn = bundle.coordinates(projection.modality, projection.method, projection.dims)
        assert np.isfinite(drawn[bundle.present(projection.modality)]).all()
    assert bundle.report("text").accuracy > 0.8

    record = bundle.encoders["text"]
    assert (record.name, record.dim, record.file) == ("glove", 100, "encoders/text.onnx")
    assert (bundle.path / record.file).is_file()
    shutil.rmtree(tmp_path / "cache")
    predictor = Predictor.load(bundle.path)
    answer = predictor.classify("shade glow bulb")
    assert answer.ranked[0].category == "Lamps"
    lost = predictor.classify("qqq zyx")
    assert not lost.vectors["text"].any()
    assert sum(one.confidence for one in lost.ranked) == pytest.approx(1, abs=1e-4)
    assert all(np.isfinite(one.similarity) for one in lost.neighbours)


def test_a_text_without_a_known_word_is_there_all_the_same(glove_encoder):
    features = encode_texts(["mug", "qqq", ""], glove_encoder)
    assert features.present.tolist() == [True, True, False]
    assert features.vectors.any(axis=1).tolist() == [True, False, False]


def test_the_command_line_builds_with_named_weights_of_the_text_encoder(tmp_path, glove_file, capsys):
    data = tiny.write_catalogue(tmp_path / "data", 12)
    arguments = ["build", "--text", "glove", "--image", "none", "--heads", "logistic_regression"]
    arguments += ["--maps", "none", "--data", str(data), "--out", str(tmp_path / "out")]
    assert main([*arguments, "--text-weights", str(tmp_path / "gone")]) == 2
    assert "error: encoder 'glove': no weights at" in capsys.readouterr().err
    assert main([*arguments, "--text-weights", str(glove_file)]) == 0
    assert main(["classify", "--bundle", str(tmp_path / "out"), "--text", "shade glow bulb"]) == 0
    assert "Lamps" in capsys.readouterr().out
