"""Folders of models: found locally and in the hub's cache, identified by what they hold."""

import pytest

from core.common.errors import EncoderError
from core.common.progress import silent
from core.features.encoders.hub_folders import ModelFolder, find, obtain


def model(folder, weights="model.safetensors"):
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / weights).write_text("weights")
    return folder


def test_a_local_folder_has_no_revision(tmp_path):
    found = find(str(model(tmp_path / "own")))
    assert found == ModelFolder(tmp_path / "own", None)
    assert obtain("hf/own", str(tmp_path / "own"), silent) == found
    assert find("no-such-folder") is None


def test_the_hubs_cache_says_the_commit(tmp_path, monkeypatch):
    commit = "0123456789abcdef0123456789abcdef01234567"
    repository = tmp_path / "models--some--model"
    model(repository / "snapshots" / commit)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(commit)
    monkeypatch.setattr("huggingface_hub.file_download.constants.HF_HUB_CACHE", str(tmp_path))
    found = find("some/model")
    assert found is not None
    assert found.revision == commit
    assert find("some/other") is None


def test_the_fingerprint_is_of_weights_and_configuration(tmp_path):
    folder = ModelFolder(model(tmp_path / "own"), None)
    first = folder.fingerprint
    (folder.path / "README.md").write_text("changed")
    (folder.path / "pytorch_model.bin").write_text("the same weights in another format")
    assert folder.fingerprint == first
    (folder.path / "1_Pooling").mkdir()
    (folder.path / "1_Pooling" / "config.json").write_text("{}")
    second = folder.fingerprint
    (folder.path / "model.safetensors").write_text("other weights")
    assert len({first, second, folder.fingerprint}) == 3


def test_weights_in_pytorchs_format_or_several_files_count(tmp_path):
    assert ModelFolder(model(tmp_path / "a", "pytorch_model.bin"), None).files
    assert ModelFolder(model(tmp_path / "b", "model-00001-of-00002.safetensors"), None).files


def test_a_folder_without_weights_or_configuration_is_said(tmp_path):
    (model(tmp_path / "own") / "model.safetensors").unlink()
    with pytest.raises(
        EncoderError, match=r"encoder 'hf/own': expected model\*\.safetensors or .*, got none"
    ):
        obtain("hf/own", str(tmp_path / "own"), silent)
    (tmp_path / "own" / "config.json").unlink()
    with pytest.raises(EncoderError, match=r"a folder with config\.json, got .*own without one"):
        obtain("hf/own", str(tmp_path / "own"), silent)
