"""A short sample of the attacks; ``make attack`` makes thousands."""

import pytest

from benchmarks import attack
from tests.paths import ROOT

IN_PROCESS = [name for name in attack.CAMPAIGNS if name != "load"]


@pytest.mark.parametrize("campaign", IN_PROCESS)
def test_a_few_tries_of_each_campaign_are_handled(campaign, tiny_bundle, capsys):
    few = {"kills": 4, "full disks": 2, "bundles": 12, "archives": 8, "jobs": 5, "pages": 6}
    tries = few.get(campaign, 40)
    code = attack.main(["--bundle", str(tiny_bundle), "--campaign", campaign, "--tries", str(tries)])
    assert code == 0, capsys.readouterr().out


@pytest.mark.slow
def test_a_crowd_at_a_server_is_handled(capsys):
    code = attack.main(["--bundle", str(ROOT / "artifacts" / "demo"), "--campaign", "load", "--tries", "4"])
    assert code == 0, capsys.readouterr().out


def test_a_fault_is_counted_and_its_seed_named(tiny_bundle, capsys, monkeypatch):
    def through(place, chance):
        raise KeyError("sku")

    monkeypatch.setitem(attack.CAMPAIGNS, "texts", (through, 3))
    assert attack.main(["--bundle", str(tiny_bundle), "--campaign", "texts"]) == 1
    assert "seed 2: KeyError: 'sku'" in capsys.readouterr().out
