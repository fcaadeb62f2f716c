import pytest

from core.common.errors import LimitError
from core.common.limits import Limits, check_limit, limits


def test_settings_change_some_limits_and_leave_the_others():
    assert limits({}) == Limits()
    chosen = limits({"PRODUCT_LENS_LIMITS": "uploads=800, own_jobs = 1,"})
    assert (chosen.uploads, chosen.own_jobs, chosen.jobs) == (800, 1, Limits().jobs)


@pytest.mark.parametrize("wrong", ["upload=3", "uploads", "uploads=", "uploads=-1", "uploads=1.5", "jobs=٣"])
def test_a_limit_that_is_none_is_refused_in_one_line(wrong):
    with pytest.raises(
        LimitError, match="expected a number for one of session_uploads, uploads, "
    ) as refusal:
        limits({"PRODUCT_LENS_LIMITS": wrong})
    assert "\n" not in str(refusal.value)


def test_the_limit_itself_is_allowed_and_what_is_more_is_not():
    check_limit("jobs", 3, 3, "jobs")
    with pytest.raises(LimitError, match=r"jobs: 3 is the most here \(PRODUCT_LENS_LIMITS, jobs\)"):
        check_limit("jobs", 4, 3, "jobs")
