from itertools import product

import numpy as np
import pytest
import scipy.stats

from core.evaluation.significance import holm, mcnemar


def leads(first, second, neither=0):
    return np.repeat([1, -1, 0], [first, second, neither])


@pytest.mark.parametrize(("test", "p_value"), [("exact", 0.0703), ("mid-p", 0.0391), ("chi-square", 0.0771)])
def test_the_published_example(test, p_value):
    """Airway hyper-responsiveness before and after stem cell transplantation in 21 children.

    Bentur et al. (2009), table 1 of Fagerland, Lydersen and Laake (2013, BMC Medical Research Methodology
    13:91): 7 changed one way, 1 the other, 13 not.
    """
    assert mcnemar(leads(1, 7, 13), test) == pytest.approx(p_value, abs=5e-5)
    assert mcnemar(leads(7, 1), test) == mcnemar(leads(1, 7, 13), test)


@pytest.mark.parametrize(("first", "second"), [(1, 0), (0, 3), (5, 5), (12, 5), (30, 55), (400, 500)])
def test_exact_is_the_binomial_test(first, second):
    expected = scipy.stats.binomtest(first, first + second).pvalue
    assert mcnemar(leads(first, second)) == pytest.approx(expected, rel=1e-9)
    half = scipy.stats.binom.pmf(first, first + second, 0.5)
    mid = expected - half if first != second else 1 - half / 2
    assert mcnemar(leads(first, second), "mid-p") == pytest.approx(mid, rel=1e-9)


def test_chi_square_in_closed_form_and_close_to_exact_for_many():
    lead = leads(560, 480, 9000)
    expected = scipy.stats.chi2.sf((80 - 1) ** 2 / 1040, 1)
    assert mcnemar(lead, "chi-square") == pytest.approx(expected)
    assert mcnemar(lead, "chi-square") == pytest.approx(mcnemar(lead), rel=0.01)
    assert mcnemar(leads(5, 5), "chi-square") == 1


@pytest.mark.parametrize("test", ["exact", "mid-p"])
def test_the_signs_of_a_product_flip_together(test):
    lead = np.array([3, -1, 2, 2, 0, -1, 4])
    sizes = np.abs(lead[lead != 0])
    throws = np.array([np.dot(signs, sizes) for signs in product([-1, 1], repeat=len(sizes))])
    total = abs(lead.sum())
    beyond, equal = (np.abs(throws) > total).mean(), (np.abs(throws) == total).mean()
    expected = beyond + equal * (0.5 if test == "mid-p" else 1)
    assert mcnemar(lead, test) == pytest.approx(expected)


def test_copies_of_a_product_are_no_more_evidence():
    assert mcnemar(np.array([5, 5, 5, -5])) == mcnemar(np.array([1, 1, 1, -1]))
    assert mcnemar(np.array([20])) == 1


@pytest.mark.parametrize("test", ["exact", "mid-p", "chi-square"])
def test_no_difference_is_no_evidence(test):
    assert mcnemar(np.zeros(5, dtype=int), test) == 1
    assert mcnemar(np.zeros(0, dtype=int), test) == 1


def test_equal_heads_differ_significantly_no_more_often_than_the_level():
    rng = np.random.default_rng(0)
    p_values = [mcnemar(rng.choice([-3, -1, 0, 1, 3], size=60)) for _ in range(500)]
    assert 0.01 < np.mean(np.array(p_values) <= 0.05) < 0.07


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.5]).tolist() == [1, 1]
    assert holm([0.04]).tolist() == [0.04]
    assert holm([]).tolist() == []


def test_holm_refuses_what_is_no_p_value():
    with pytest.raises(ValueError, match="from 0 to 1"):
        holm([0.5, 1.5])
    with pytest.raises(ValueError, match="from 0 to 1"):
        holm([0.5, np.nan])
