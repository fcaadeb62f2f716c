import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from core.bundle import decisions
from core.bundle.layout import MANIFEST
from core.bundle.listing import list_bundles
from core.bundle.managing import checked_name, delete, new_path, rename
from core.bundle.manifest import RefitSource
from core.bundle.reader import Bundle
from core.bundle.writer import write_manifest
from core.common.errors import BundleError


@pytest.fixture
def root(tiny_bundle: Path, tmp_path: Path) -> Path:
    """A bundle with a decision, and a refit of it."""
    shutil.copytree(tiny_bundle, tmp_path / "tiny")
    shutil.copytree(tiny_bundle, tmp_path / "tiny-refit")
    refit = Bundle.open(tmp_path / "tiny-refit")
    source = RefitSource("tiny", refit.fingerprint, 1, 0)
    write_manifest(replace(refit.manifest, refit=source), tmp_path / "tiny-refit" / MANIFEST)
    file = decisions.decisions_file(Bundle.open(tmp_path / "tiny"))
    decisions.save(file, sku="L0-000", kind="", action="keep", old="Lamps", new="Lamps")
    return tmp_path


def decided(folder: Path) -> int:
    return len(decisions.read(decisions.decisions_file(Bundle.open(folder))).decisions)


def test_decisions_and_refits_come_along_with_a_new_name(root):
    assert rename(root / "tiny", " shop ") == root / "shop"
    assert not (root / "tiny").exists()
    assert Bundle.open(root / "shop").name == "shop"
    assert decided(root / "shop") == decided(root / "tiny-refit") == 1


@pytest.mark.parametrize("step", ["rename", "unlink", "hardlink_to"])
def test_a_kill_while_a_bundle_is_renamed_loses_no_decision(root, monkeypatch, step):
    real = getattr(Path, step)

    def killed(self, *values, **options):
        real(self, *values, **options)
        if self.name in ("tiny", "tiny.jsonl", "shop.jsonl"):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, step, killed)
        rename(root / "tiny", "shop")
    (name,) = (name for name in ("tiny", "shop") if (root / name).is_dir())
    assert decided(root / name) == decided(root / "tiny-refit") == 1
    if name == "tiny":
        rename(root / "tiny", "shop")
    assert decided(root / "shop") == decided(root / "tiny-refit") == 1


def test_decisions_are_deleted_with_the_last_bundle_that_shares_them(root):
    delete(root / "tiny")
    assert decided(root / "tiny-refit") == 1
    delete(root / "tiny-refit")
    assert not any(root.glob("tiny*"))


def test_a_bundle_whose_deletion_was_killed_is_gone_and_so_is_the_rest_with_the_next(root, monkeypatch):
    def killed(folder, **_):
        (folder / MANIFEST).unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(shutil, "rmtree", killed)
        delete(root / "tiny")
    assert [info.name for info in list_bundles(root)] == ["tiny-refit"]
    assert decided(root / "tiny-refit") == 1
    delete(root / "tiny-refit")
    assert [entry.name for entry in root.iterdir()] == [decisions.FOLDER]


def test_a_link_to_a_bundle_is_deleted_not_what_it_leads_to(root, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "tiny"
    (root / "tiny").rename(elsewhere)
    (root / "tiny").symlink_to(elsewhere)
    delete(root / "tiny")
    assert sorted(entry.name for entry in root.iterdir()) == [decisions.FOLDER, "tiny-refit"]
    assert (elsewhere / MANIFEST).exists()


def test_a_refit_leaves_the_decisions_of_its_origin(root):
    delete(root / "tiny-refit")
    assert decided(root / "tiny") == 1
    delete(root / "tiny")
    assert not list((root / decisions.FOLDER).iterdir())


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", ".hidden", "-x", "a.", "a\nb", "x" * 81, "a\\b"])
def test_what_is_no_folder_name_is_refused(name, tmp_path):
    with pytest.raises(BundleError, match="expected a name"):
        new_path(tmp_path, name)


def test_a_name_is_free_or_refused(root):
    assert checked_name(" März 2 ") == "März 2"
    with pytest.raises(BundleError, match="already exists"):
        rename(root / "tiny", "tiny-refit")
    with pytest.raises(BundleError, match="already exists"):
        new_path(root, "tiny")
