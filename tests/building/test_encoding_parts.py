import numpy as np
import pytest

from core.building.build import build_bundle
from core.building.encoding_parts import fit_projections
from core.building.options import BuildOptions
from core.bundle.reader import Bundle
from core.catalogue.reading import read_catalogue, read_chunks
from core.features.encoders.encoder import EncoderOutput
from core.features.encoders.registry import ENCODERS
from core.heads.key import HeadKey
from core.serving.predictor import Predictor
from tests import tiny

HEADS = ("logistic_regression", "cross_attention")


class Words(tiny.TinyText):
    """Words as parts."""

    parts_shape = (4, tiny.TinyText.dim)

    def outputs(self, items):
        parts = np.zeros((len(items), *self.parts_shape), np.float32)
        for row, text in enumerate(items):
            for at, word in enumerate(text.split()[:4]):
                parts[row, at] = self.encode([word])[0]
        yield EncoderOutput(range(len(items)), self.encode(items), parts)


class Bands(tiny.TinyImage):
    """Bands of the image as parts."""

    parts_shape = (4, 12)

    def outputs(self, items):
        vectors = self.encode(items)
        yield EncoderOutput(range(len(items)), vectors, vectors.reshape(-1, *self.parts_shape))


def test_an_encoder_without_parts_is_not_asked_for_them(tmp_path):
    catalogue = read_catalogue(tiny.write_catalogue(tmp_path / "data", per_class=12), "csv", minimum=5)
    encoders = {"text": Words(), "image": tiny.TinyImage()}
    options = BuildOptions(heads=HEADS, methods=())
    bundle = build_bundle(catalogue, encoders, tmp_path / "out", options).bundle
    assert {model.head for model in bundle.models} == {"logistic_regression"}


def test_no_parts_are_read_where_no_head_wants_them():
    options = BuildOptions(heads=("logistic_regression",))
    assert fit_projections(None, {"text": Words(), "image": Bands()}, {}, None, options) == {}


@pytest.mark.slow
def test_a_bundle_answers_from_parts_as_it_was_judged(tmp_path, monkeypatch):
    pytest.importorskip("tensorflow")
    tiny.register_tiny_encoders()
    for kind in (Words, Bands):
        entry = ENCODERS[kind.name]
        monkeypatch.setitem(
            ENCODERS,
            kind.name,
            type(entry)(**{**vars(entry), "factory": lambda weights, progress, kind=kind: kind()}),
        )
    data = tiny.write_catalogue(tmp_path / "data", per_class=20)
    catalogue = read_catalogue(data, "csv", minimum=5)
    options = BuildOptions(heads=HEADS, methods=(), augment=1, cache=tmp_path / "cache")
    out = tmp_path / "artifacts" / "parts"
    build_bundle(catalogue, {"text": Words(), "image": Bands()}, out, options)
    bundle = Bundle.open(out)
    key = HeadKey("fused", "cross_attention")
    assert key in {model.key for model in bundle.models}
    assert bundle.features("image").shape[1] == Bands.dim
    predictor = Predictor.load(bundle)
    chunk = next(iter(read_chunks(data, "csv")))
    inputs = predictor.inputs(chunk)
    proba = predictor.scorers.on(inputs).calibrated(key)
    stored = bundle.predictions("fused")
    stored = stored[stored["head"] == key.head].set_index("sku")["predicted"]
    answered = dict(zip(chunk.table["sku"], np.array(bundle.classes)[proba.argmax(axis=1)], strict=True))
    assert stored.to_dict() == {sku: answered[sku] for sku in stored.index}
    row = int(np.flatnonzero(inputs.present("fused"))[0])
    image = data / "images" / chunk.table["image"].iloc[row]
    answer = predictor.classify(inputs.texts[row], image)
    one = next(each for each in answer.models if each.model == key)
    assert one.ranked[0].confidence == pytest.approx(proba[row].max(), abs=1e-4)
