import json

import numpy as np
import pytest

from core.features.encoders import minilm
from core.features.encoders.registry import load_encoder
from tests.networks import run

TEXTS = [
    "red shirt",
    "",
    "   ",
    "Ärmelloses Kleid – größe 38 / 尺码 🙂",
    "cotton curtain, eyelet, 213 cm. " * 5,
    "many words of a long and messy description; " * 100,
    *(f"product number {n} " * (1 + n % 11) for n in range(40)),
]


SENTENCE_TRANSFORMERS = """
import json, sys
import numpy as np
from sentence_transformers import SentenceTransformer

folder, texts, out = sys.argv[1:]
model = SentenceTransformer(folder, device="cpu")
model.max_seq_length = 256
np.save(out, model.encode(json.loads(texts), normalize_embeddings=True))
"""


@pytest.mark.slow
def test_minilm_equals_sentence_transformers(tmp_path):
    found = minilm.find(None)
    if found is None:
        pytest.skip("MiniLM's weights are not here")
    encoder = load_encoder("minilm")
    run(SENTENCE_TRANSFORMERS, found.path, json.dumps(TEXTS), tmp_path / "expected.npy")
    vectors = encoder.encode(TEXTS)
    np.testing.assert_allclose(vectors, np.load(tmp_path / "expected.npy"), atol=1e-5)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(vectors, alone, atol=1e-5)
