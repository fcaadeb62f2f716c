import os

from core.common.python_path import python_path
from tests.paths import ROOT


def test_this_project_comes_first_and_what_was_there_stays(monkeypatch):
    monkeypatch.delenv("PYTHONPATH", raising=False)
    assert python_path() == str(ROOT)
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    assert python_path().split(os.pathsep) == [str(ROOT), "elsewhere"]
