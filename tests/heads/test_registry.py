import subprocess
import sys

import numpy as np
import onnx
import pytest

from core.common.errors import CoreError
from core.heads.registry import HEADS, get_head, parse_heads
from core.heads.served import load_head
from core.onnx.head_sizes import check_head_sizes
from core.onnx.untrusted import check_onnx
from tests.heads.products import MEMBERS, WORDS, products, rows, train

KERAS = ("mlp", "bilstm", "joint", "gated", "cross_attention")
SLOW = KERAS[1:]  # the mlp stands for the training with Keras where time is short


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in HEADS],
)
def name(request):
    if request.param in KERAS:
        pytest.importorskip("tensorflow")
    return request.param


@pytest.fixture(scope="module")
def head(name):
    return train(name)


@pytest.fixture(scope="module")
def saved(head, tmp_path_factory):
    """A head's file with its weights as they were trained (`test_half_weights` has them rounded)."""
    path = tmp_path_factory.mktemp("heads") / "sub" / f"{head.name}.onnx"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.heads.half_weights.LEAST", 10**9)
        head.save(path)
    return path


def test_a_head_learns_the_classes(head):
    X, y = rows(400, seed=7)
    proba = head.predict_proba(products(X, y, seed=2))
    assert proba.shape == (400, 4)
    assert proba.dtype == np.float32
    assert proba.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert (proba.argmax(axis=1) == y).mean() > 0.8
    assert head.seconds > 0
    assert head.settings


def test_the_saved_head_predicts_what_its_framework_predicts(head, saved):
    many = products(*rows(600, seed=8, noise=0.6), seed=3)
    loaded = load_head(saved).predict_proba(many)
    assert loaded.dtype == np.float32
    assert np.abs(loaded - head.predict_proba(many)).max() < 1e-5
    assert loaded.min() >= 0
    assert loaded.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_the_saved_head_has_only_operators_that_heads_may_have(saved):
    check_onnx(saved, head=True)


def test_the_saved_head_takes_no_more_than_heads_may(saved):
    check_head_sizes(saved, 4)


def test_the_saved_head_predicts_a_product_alone_as_among_many(saved):
    inputs = products(*rows(50, seed=8))
    head = load_head(saved)
    many = head.predict_proba(inputs)
    one_by_one = [head.predict_proba(inputs.take(np.array([row]))) for row in range(50)]
    assert np.abs(np.concatenate(one_by_one) - many).max() < 1e-6
    assert head.predict_proba(inputs.take(np.zeros(0, dtype=int))).shape == (0, 4)


def test_a_head_is_one_file_with_one_output(saved):
    assert [value.name for value in onnx.load(saved).graph.output] == ["probabilities"]
    assert [entry.name for entry in saved.parent.iterdir()] == [saved.name]


def test_the_file_of_a_head_holds_no_word_of_the_catalogue(saved):
    content = saved.read_bytes()
    assert not [word for words in WORDS for word in words.split() if word.encode() in content]


def test_serving_a_head_imports_no_training_framework(saved):
    code = (
        "import sys, numpy as np\n"
        "from pathlib import Path\n"
        "from core.features.vectors import Features\n"
        "from core.heads.inputs import Inputs\n"
        "from core.heads.served import load_head\n"
        "parts = np.ones((1, 3, 16), dtype='float16')\n"
        "one = Features(np.ones((1, 16), dtype='float32'), np.ones(1, dtype=bool), parts=parts)\n"
        "inputs = Inputs.of({'text': one, 'image': one}, ['a blue lamp'])\n"
        f"members = dict.fromkeys({[*map(tuple, MEMBERS)]!r}, np.full((1, 4), 0.25, 'float32'))\n"
        f"load_head(Path({str(saved)!r})).predict_proba(inputs.with_members(members))\n"
        "heavy = ('sklearn', 'scipy', 'skl2onnx', 'tensorflow', 'keras', 'torch')\n"
        "assert not [name for name in heavy if name in sys.modules]\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_unknown_head_is_refused_with_a_list_of_all_heads():
    for call in (lambda: get_head("bert"), lambda: parse_heads("mlp,bert"), lambda: train("bert")):
        with pytest.raises(
            CoreError, match="unknown head 'bert': expected one of logistic_regression"
        ) as error:
            call()
        assert "\n" not in str(error.value)


def test_names_of_heads_are_parsed():
    assert parse_heads(" mlp, linear_svm,mlp") == ("mlp", "linear_svm")
    assert parse_heads("all") == tuple(HEADS)
    assert parse_heads("mlp,all")[0] == "mlp"
    with pytest.raises(CoreError, match="no head named"):
        parse_heads(" , ")
