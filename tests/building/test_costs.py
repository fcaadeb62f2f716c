from dataclasses import replace

import pytest

from core.building import encoder_choice, promises
from core.building.build import build_bundle
from core.building.costs import COSTS, Cost, Size, estimate, estimate_refit
from core.building.effort import EFFORTS, QUICK, THOROUGH
from core.building.finetuning.settings import DEFAULTS
from core.building.options import BuildOptions
from core.building.refit import BEFORE
from core.building.training import STAGE
from core.catalogue.reading import read_catalogue
from tests import tiny

SMALL, LARGE = Size(300, 300, 290), Size(3000, 3000, 2900)


def test_more_products_and_more_effort_take_longer_and_more_cores_less_long():
    def seconds(size: Size, effort=QUICK, cores: int = 2) -> float:
        return sum(estimate(size, effort, cores).values())

    assert seconds(SMALL) < seconds(LARGE)
    assert seconds(SMALL) < seconds(SMALL, THOROUGH)
    assert seconds(LARGE, cores=8) < seconds(LARGE) < seconds(LARGE, cores=1)
    assert seconds(LARGE, cores=8) == seconds(LARGE, cores=64)


def test_texts_cost_what_they_were_measured_to_cost():
    """Processor seconds of texts alone, on two cores: `docs/at_scale.md` has those of 3,000 and 10,000."""
    measured = {3_000: (28.8, 4.9), 10_000: (49.8, 14.8), 30_000: (69.2, None)}
    for products, (training, strangeness) in measured.items():
        steps = estimate(Size(products, products, 0), QUICK, 2)
        assert 0.5 * training < steps[STAGE] < 2 * training
        assert strangeness is None or 0.5 * strangeness < steps[promises.STAGE] < 2 * strangeness


def test_further_products_may_cost_less_or_nothing():
    cost = Cost(1.0, 0.1, "inputs", most=100, beyond=0.01)
    assert cost.seconds(Size(50, 50, 0), 1) == pytest.approx(6)
    assert cost.seconds(Size(300, 300, 0), 1) == pytest.approx(1 + 10 + 2)
    assert cost.seconds(Size(300, 300, 300), 2) == pytest.approx(1 + (30 + 6) / 2)  # three inputs a product
    assert replace(cost, beyond=0.0).seconds(Size(300, 300, 0), 1) == pytest.approx(11)


def test_what_is_not_there_costs_nothing():
    assert estimate(Size(300, 300, 0), QUICK)["Encoding images"] == 0
    assert estimate(Size(300, 0, 300), QUICK)["Encoding texts"] == 0


def test_a_refit_trains_twice_and_encodes_nothing():
    steps, build = estimate_refit(SMALL, 2), estimate(SMALL, QUICK, 2)
    assert list(steps)[:2] == [BEFORE, STAGE]
    assert steps[BEFORE] == steps[STAGE] == build[STAGE]
    assert not any(step.startswith("Encoding") for step in steps)
    assert sum(steps.values()) < sum(estimate_refit(LARGE, 2).values())


@pytest.mark.parametrize("effort", EFFORTS.values())
def test_the_steps_are_those_that_a_build_reports_in_its_order(effort, tmp_path):
    heard: list[str] = []

    def progress(stage: str, done: int, total: int) -> None:
        heard.append(stage)

    catalogue = read_catalogue(tiny.write_catalogue(tmp_path / "data"), minimum=5, progress=progress)
    encoders = {"text": tiny.TinyText(), "image": tiny.TinyImage()}
    options = BuildOptions(heads=("logistic_regression",), methods=("pca",), dims=effort.dims)
    bundle = build_bundle(catalogue, encoders, tmp_path / "out", options, progress).bundle
    # Encoders are chosen before there is a build.
    expected = [step for step in COSTS[effort.name] if step != encoder_choice.STAGE]
    assert [stage for stage in dict.fromkeys(heard) if stage in expected] == expected
    assert {projection.dims for projection in bundle.projections} == set(effort.dims)


def test_fine_tuning_comes_before_the_heads_and_takes_longer_with_epochs_and_folds():
    few = {modality: replace(each, epochs=2) for modality, each in DEFAULTS.items()}
    plain, tuned = estimate(LARGE, QUICK, 2), estimate(LARGE, QUICK, 2, finetune=few, folds=3)
    first = ["Fine-tuning minilm", "Fine-tuning compact"]
    folds = [f"{name}, fold {number} of 3" for number in (1, 2, 3) for name in first]
    at = list(plain).index(STAGE)
    assert list(tuned) == [*list(plain)[:at], *first, *folds, *list(plain)[at:]]
    assert {name: tuned[name] for name in plain} == plain
    assert 0.5 * tuned[first[0]] < tuned[folds[0]] < tuned[first[0]]
    more = estimate(LARGE, QUICK, 2, finetune=DEFAULTS)
    for name in first:
        assert tuned[name] < more[name] < 5 * tuned[name]
