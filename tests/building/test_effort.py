import pytest

from core.building.effort import EFFORTS, QUICK, THOROUGH, USUAL, get_effort
from core.building.options import BuildOptions
from core.cli.commands import main, make_parser
from core.common.errors import CoreError
from core.heads.registry import HEADS


def test_quick_trains_only_heads_that_train_in_seconds():
    assert all(HEADS[name].quick or HEADS[name].combines for name in QUICK.heads)
    assert set(QUICK.heads) < set(THOROUGH.heads) == set(HEADS)
    assert set(QUICK.dims) < set(THOROUGH.dims)


def test_a_command_is_quick_unless_it_says_more():
    options = make_parser().parse_args(["build", "--data", "x", "--out", "y"])
    assert get_effort(options.effort) is QUICK is EFFORTS["quick"]


def test_code_trains_everything_unless_it_says_less():
    options = BuildOptions()
    assert (options.heads, options.methods, options.dims) == (THOROUGH.heads, THOROUGH.methods, THOROUGH.dims)


def test_quick_takes_the_usual_encoders_and_thorough_has_more_to_choose_from():
    for modality, usual in USUAL.items():
        assert QUICK.encoders[modality] == (usual,)
        assert THOROUGH.encoders[modality][0] == usual
        assert len(THOROUGH.encoders[modality]) > 1


def test_another_effort_is_one_line(capsys):
    with pytest.raises(CoreError, match="expected one of quick, thorough"):
        get_effort("slow")
    with pytest.raises(SystemExit, match="2"):
        main(["build", "--data", "x", "--out", "y", "--effort", "slow"])
    assert capsys.readouterr().err.count("\n") == 1
