import time

import numpy as np
import pytest

from core.bundle.reader import Bundle
from core.common.errors import CoreError
from core.projections.settings import MapSettings
from core.views.maps import jobs as map_jobs
from core.views.maps.recompute import MapRequest, available, recompute_map

SECONDS = 120


@pytest.fixture
def bundle(tiny_bundle) -> Bundle:
    return Bundle.open(tiny_bundle)


def rows(bundle: Bundle) -> np.ndarray:
    return available(bundle, "text")


def until(condition, seconds: float = SECONDS) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


@pytest.mark.slow
def test_a_process_computes_the_same_map_as_this_one(bundle):
    wanted = MapRequest("text", "pca", settings=MapSettings(metric="euclidean"))
    job = map_jobs.start(bundle, wanted, rows(bundle))
    assert job.active
    assert job.result() is None
    assert job.wait(SECONDS)
    here = recompute_map(bundle, wanted, rows(bundle))
    np.testing.assert_allclose(job.result().coordinates, here.coordinates, atol=1e-5)
    np.testing.assert_allclose(job.result().quality.trust, here.quality.trust, atol=1e-3)
    assert job.result().quality.neighbour_accuracy == here.quality.neighbour_accuracy
    assert (job.result().request, job.look().stage) == (wanted, "quality")
    assert job not in map_jobs._running


@pytest.mark.slow
def test_a_cancelled_job_ends_at_once_and_has_no_map(bundle):
    job = map_jobs.start(bundle, MapRequest("text", "tsne"), rows(bundle))
    until(lambda: job._process is not None)
    job.cancel()
    assert job.wait(10)
    assert job._process.poll() is not None
    assert (job.active, job.cancelled, job.result()) == (False, True, None)


@pytest.mark.slow
def test_an_error_in_the_process_is_one_sentence(bundle):
    job = map_jobs.start(bundle, MapRequest("text", "pca"), np.arange(3))
    assert job.wait(SECONDS)
    with pytest.raises(CoreError, match="the map could not be computed: a map needs 50 to 10,000 products"):
        job.result()


@pytest.mark.slow
def test_a_job_that_nobody_watches_is_given_up(bundle):
    job = map_jobs.start(bundle, MapRequest("text", "tsne"), rows(bundle), abandoned=-1)
    assert job.wait(SECONDS)
    assert not job.cancelled
    with pytest.raises(CoreError, match="the map was given up"):
        job.result()


def test_a_server_computes_few_maps_at_once(bundle):
    with pytest.raises(CoreError, match="other maps are being computed; try again in a minute"):
        map_jobs.start(bundle, MapRequest("text", "pca"), rows(bundle), at_once=0)


def test_a_bundle_without_features_draws_none(bundle, monkeypatch):
    monkeypatch.setattr(Bundle, "has_features", lambda self, modality: False)
    with pytest.raises(CoreError, match="bundle 'tiny' has no text features to compute a map from"):
        map_jobs.start(bundle, MapRequest("text", "pca"), rows(bundle))
