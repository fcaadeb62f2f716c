import pytest

from core.catalogue.sources.raw import (
    BLANK,
    MENDED,
    SET_ASIDE,
    Block,
    Event,
    Problems,
    Recorder,
    batched,
    unique_names,
)


def blocks():
    yield Block([2, 3, 5], [["a"], ["b"], ["c"]], [Event(4, BLANK), Event(5, MENDED, "short")])
    yield Block([8], [["d"]], [Event(6, SET_ASIDE, "long"), Event(7, SET_ASIDE, "long")])


@pytest.mark.parametrize("size", [1, 2, 3, 4, 9])
def test_batches_have_the_size_asked_for(size):
    batches = list(batched(blocks(), ["x"], size, Recorder(Problems(), "line")))
    assert [len(batch.numbers) for batch in batches[:-1]] == [size] * (len(batches) - 1)
    assert [n for batch in batches for n in batch.numbers] == [2, 3, 5, 8]
    assert [cell for batch in batches for cell in batch.columns["x"]] == ["a", "b", "c", "d"]


def test_a_batch_has_rows():
    with pytest.raises(ValueError, match="at least 1 row"):
        list(batched(blocks(), ["x"], 0, Recorder(Problems(), "line")))


def test_rows_are_counted_once_however_often_they_are_read():
    problems = Problems()
    recorder = Recorder(problems, "line")
    next(batched(blocks(), ["x"], 2, recorder))  # given up after the first
    assert (problems.rows, problems.blank, problems.lost) == (3, 1, 0)
    for _ in range(2):
        list(batched(blocks(), ["x"], 1, recorder))
    assert (problems.rows, problems.blank, problems.lost) == (4, 1, 2)
    assert problems.set_aside["long"].places == ["line 6", "line 7"]
    assert problems.mended["short"].rows == 1


def test_problems_as_lines():
    problems = Problems(notes=["two files"])
    recorder = Recorder(problems, "row", "b.csv")
    recorder.take(Block([9], [["x"]], [Event(n, SET_ASIDE, "too long") for n in range(1, 8)]))
    assert problems.lines() == [
        "two files",
        "7 rows set aside: too long (b.csv row 1, b.csv row 2, b.csv row 3, b.csv row 4, b.csv row 5, ...)",
    ]


def test_names_are_unique_and_never_empty():
    assert unique_names([" Bild ", "Bild", "", "a\n b", "Bild (2)", "Bild"]) == (
        "Bild", "Bild (2)", "column 3", "a b", "Bild (2) (2)", "Bild (3)",
    )  # fmt: skip
