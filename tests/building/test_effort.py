import pytest

from core.building.effort import EFFORTS, QUICK, THOROUGH, get_effort
from core.building.options import BuildOptions
from core.cli.commands import main
from core.common.errors import CoreError
from core.heads.registry import HEADS


def test_quick_trains_only_heads_that_train_in_seconds():
    assert all(HEADS[name].quick or HEADS[name].combines for name in QUICK.heads)
    assert set(QUICK.heads) < set(THOROUGH.heads) == set(HEADS)
    assert set(QUICK.dims) < set(THOROUGH.dims)


def test_thorough_is_the_default():
    options = BuildOptions()
    assert (options.heads, options.methods, options.dims) == (THOROUGH.heads, THOROUGH.methods, THOROUGH.dims)
    assert get_effort("quick") is EFFORTS["quick"]


def test_another_effort_is_one_line(capsys):
    with pytest.raises(CoreError, match="expected one of quick, thorough"):
        get_effort("slow")
    with pytest.raises(SystemExit, match="2"):
        main(["build", "--data", "x", "--out", "y", "--effort", "slow"])
    assert capsys.readouterr().err.count("\n") == 1
