import numpy as np

from core.nearest.cells import CELL, divide
from core.nearest.exact import unit


def clustered(n=3000, d=12, seed=0):
    """Unique rows around forty centres, as product names are around their kinds."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(40, d))
    return unit(centres[rng.integers(40, size=n)] + 0.4 * rng.normal(size=(n, d)))


def test_every_row_is_in_one_cell_of_about_the_wanted_size():
    rows = clustered()
    cells = divide(rows)
    assert sorted(np.concatenate(cells.members).tolist()) == list(range(3000))
    assert all((np.diff(each) > 0).all() for each in cells.members)
    assert CELL / 2 < cells.sizes.mean() < 2 * CELL
    assert cells.sizes.tolist() == [len(each) for each in cells.members]


def test_a_centre_is_the_mean_of_its_cell():
    rows = clustered()
    cells = divide(rows)
    for members, centre in zip(cells.members, cells.centres, strict=True):
        np.testing.assert_allclose(centre, rows[members].mean(axis=0), atol=1e-6)


def test_nearly_all_rows_are_nearest_to_their_own_centre():
    rows = clustered()
    cells = divide(rows)
    own = np.empty(len(rows), dtype=int)
    for number, members in enumerate(cells.members):
        own[members] = number
    distance = np.linalg.norm(rows[:, None] - cells.centres, axis=2)
    # Centres move a little after the last round.
    assert (distance.argmin(axis=1) == own).mean() > 0.9


def test_the_cells_around_a_cell_are_those_with_the_nearest_centres():
    cells = divide(clustered())
    distance = np.linalg.norm(cells.centres[3] - cells.centres, axis=1)
    assert cells.around(np.array([3]), 5).tolist() == [np.argsort(distance)[:5].tolist()]
    assert cells.around(np.array([0, 1]), 10_000).shape == (2, len(cells.members))


def test_rows_that_hardly_differ_do_not_end_in_one_huge_cell():
    rows = np.concatenate([np.ones((5000, 4)), np.eye(4)]).astype(np.float32)
    rows[:5000, 0] += 1e-7 * np.arange(5000)
    cells = divide(rows)
    assert cells.sizes.max() <= 8 * CELL
    assert cells.sizes.sum() == len(rows)


def test_the_same_seed_gives_the_same_cells():
    rows = clustered()
    one, two, other = (divide(rows, seed) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one.members, two.members, strict=True))
    assert not np.array_equal(one.centres[: len(other.centres)], other.centres[: len(one.centres)])


def test_a_single_row_is_a_cell():
    assert [each.tolist() for each in divide(np.ones((1, 3), dtype=np.float32)).members] == [[0]]
