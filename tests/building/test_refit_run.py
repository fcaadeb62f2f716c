import numpy as np

from core.building.refit_run import main
from core.bundle.reader import Bundle
from tests import tiny


def test_a_run_makes_the_refit(tiny_bundle, tmp_path, capsys):
    tiny.register_tiny_encoders()
    labels = Bundle.open(tiny_bundle).labels.copy()
    labels[0] = (labels[0] + 1) % 3
    np.save(tmp_path / "labels.npy", labels)
    assert main(tiny_bundle, tmp_path / "tiny-refit", tmp_path / "labels.npy") == 0
    assert "bundle written to" in capsys.readouterr().out
    np.testing.assert_array_equal(Bundle.open(tmp_path / "tiny-refit").labels, labels)


def test_what_cannot_be_trained_is_one_line(private_bundle, tmp_path, capsys):
    np.save(tmp_path / "labels.npy", Bundle.open(private_bundle).labels)
    assert main(private_bundle, tmp_path / "refit", tmp_path / "labels.npy") == 2
    assert capsys.readouterr().err.startswith("error: This bundle has no features")
    assert not (tmp_path / "refit").exists()
