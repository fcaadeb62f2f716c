import shlex
from pathlib import Path

import pytest

from core.bundle.protocol import check_protocol, rebuild_command
from core.cli.commands import make_parser
from core.common.errors import BundleError

PATH = Path("artifacts/shop")
OLD = {
    "protocol": 1,
    "format": "flipkart",
    "label": "category",
    "seed": 3,
    "augment": 2,
    "private": True,
    "data": {"origin": "The shop's own", "licence": "not stated", "synthetic": True},
    "encoders": {
        "text": {"name": "minilm", "bundled": True, "file": "minilm.onnx"},
        "image": {"name": "resnet50", "bundled": False, "file": "encoders/image.onnx"},
    },
    "projections": [{"method": "pca"}, {"method": "umap"}, {"method": "pca"}],
    "files": {
        "heads/text_tfidf.onnx": {},
        "heads/text_linear_svm.onnx": {},
        "heads/fused_linear_svm.onnx": {},
        "catalogue.parquet": {},
    },
}


def test_the_command_builds_what_the_old_manifest_describes():
    program, *arguments = shlex.split(rebuild_command(PATH, OLD))[2:]
    assert program == "core"
    options = make_parser().parse_args(arguments)
    assert (options.command, options.data, options.out) == ("build", Path("DIR"), PATH)
    assert (options.format, options.label, options.seed, options.augment) == ("flipkart", "category", 3, 2)
    assert (options.text, options.image) == ("minilm", "resnet50")
    assert (options.text_weights, options.weights) == (None, Path("DIR"))
    assert set(options.heads.split(",")) == {"tfidf", "linear_svm"}
    assert options.maps == "pca,umap"
    assert (options.origin, options.licence) == ("The shop's own", "not stated")
    assert options.private and options.synthetic


def test_what_the_old_manifest_lacks_is_left_at_its_default():
    command = rebuild_command(PATH, {"encoders": {"text": {"name": "minilm", "bundled": True}}})
    options = make_parser().parse_args(shlex.split(command)[3:])
    assert (options.text, options.image, options.maps, options.heads) == ("minilm", "none", "none", None)
    assert not options.private


def test_an_older_bundle_says_how_to_build_it_again():
    with pytest.raises(BundleError, match="expected protocol 3, got 1; build it again: python -m core build"):
        check_protocol(PATH, OLD)


def test_a_newer_bundle_asks_for_an_update():
    with pytest.raises(BundleError, match="expected protocol 3, got 99; update Product Lens"):
        check_protocol(PATH, {"protocol": 99})


@pytest.mark.parametrize("protocol", ["3", None, True, 3.0])
def test_a_protocol_is_a_whole_number(protocol):
    with pytest.raises(BundleError, match="protocol: expected 3"):
        check_protocol(PATH, {"protocol": protocol})


def test_this_protocol_is_read():
    check_protocol(PATH, {"protocol": 3})
