import gc
import subprocess
import sys

from core.jobs.drafts import Draft, remove_lost_drafts
from core.jobs.folder import jobs_folder
from tests.paths import ROOT

OWNER = """
import sys
from pathlib import Path
from core.jobs.drafts import Draft
draft = Draft(Path(sys.argv[1]))
print(draft.folder, flush=True)
input()
"""


def test_a_draft_goes_with_its_owner(root):
    draft = Draft(root)
    folder = draft.folder
    (folder / "table.csv").write_text("a")
    remove_lost_drafts(root)
    assert folder.is_dir()
    del draft
    gc.collect()
    assert not folder.exists()


def test_drafts_of_other_servers_stay_until_these_are_gone(root):
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(root)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    folder = jobs_folder(root) / process.stdout.readline().strip()
    # As it looks from another container, where no process has its id.
    seen = folder.rename(folder.with_name(".draft-4194305-1000-abcdef01"))
    remove_lost_drafts(root)
    assert seen.is_dir()
    process.kill()
    process.communicate()
    remove_lost_drafts(root)
    assert not seen.exists()
