import gc
import os

from core.jobs.drafts import Draft, remove_lost_drafts
from core.jobs.folder import jobs_folder


def test_a_draft_goes_with_its_owner(root):
    draft = Draft(root)
    folder = draft.folder
    (folder / "table.csv").write_text("a")
    remove_lost_drafts(root)
    assert folder.is_dir()
    del draft
    gc.collect()
    assert not folder.exists()


def test_drafts_of_processes_that_are_gone_are_deleted(root):
    lost = jobs_folder(root) / f".draft-{os.getpid()}-1000-abcdef01"
    lost.mkdir(parents=True)
    remove_lost_drafts(root)
    assert not lost.exists()
