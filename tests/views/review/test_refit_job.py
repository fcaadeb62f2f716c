from types import SimpleNamespace

from core.bundle.reader import Bundle
from core.views.review.refit_job import refit_steps, suggested_name


def test_a_refit_never_has_the_name_of_the_open_bundle(tmp_path):
    def bundle(name, of=None):
        refit = of and SimpleNamespace(of=of)
        return SimpleNamespace(path=tmp_path / name, manifest=SimpleNamespace(refit=refit))

    assert suggested_name(bundle("shop")) == "shop-refit"
    assert suggested_name(bundle("shop-refit", "shop")) == "shop-refit-2"
    assert suggested_name(bundle("shop-refit-2", "shop")) == "shop-refit"


def test_every_step_is_expected_to_take_some_time(tiny_bundle):
    steps = refit_steps(Bundle.open(tiny_bundle))
    assert len(steps) == 4
    assert all(step.seconds > 0 for step in steps)
