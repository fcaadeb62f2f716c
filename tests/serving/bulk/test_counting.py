"""Long work says how far it has come."""

import pytest

from core.catalogue.recognition import recognise
from core.serving.bulk.counting import Count, count_products
from core.serving.bulk.embeddings import write_embeddings
from core.serving.bulk.evaluation import evaluate_stream
from core.serving.bulk.predictions import write_predictions
from tests import tiny
from tests.serving.bulk.stopping import chunks


def test_products_are_counted(unseen):
    assert count_products(recognise(unseen)) == 36


def test_a_stage_only_ends_when_it_is_finished():
    steps = []
    count = Count(lambda *step: steps.append(step), "Work", total=5)
    count.add(3)
    count.within(1)
    count.add(4)
    count.finish()
    assert steps == [("Work", 0, 5), ("Work", 3, 5), ("Work", 4, 5), ("Work", 7, 8), ("Work", 7, 7)]


@pytest.mark.parametrize("work", ["embed", "predict", "evaluate"])
def test_progress_knows_the_end_and_comes_there_once(work, unseen, predictor, tmp_path):
    runs = {
        "embed": lambda progress: write_embeddings(
            tiny.TinyText(), chunks(unseen), tmp_path / "v.npy", progress, 36
        ),
        "predict": lambda progress: write_predictions(
            predictor, chunks(unseen), tmp_path / "p.csv", progress, 36
        ),
        "evaluate": lambda progress: evaluate_stream(predictor, chunks(unseen), progress, 36),
    }
    calls: list[tuple[int, int]] = []
    runs[work](lambda stage, done, total: calls.append((done, total)))
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)
    assert [done for done, total in calls if done >= total] == [36]
    assert all(total == 36 for done, total in calls if done < 36)
