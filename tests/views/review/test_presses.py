import pytest

from core.views.review.presses import Done, new_presses


def sent(*presses, of="tab"):
    return {"of": of, "presses": [list(press) for press in presses]}


def test_each_press_counts_once_however_often_it_is_sent():
    done, keys = Done(), []
    for message in (sent((1, "k")), sent((1, "k"), (2, "s")), sent((1, "k"), (2, "s")), sent((3, "u"))):
        for now_done, key in new_presses(message, done):
            done = now_done
            keys.append(key)
    assert keys == ["k", "s", "u"]
    assert done == Done("tab", 3)


def test_a_page_that_is_opened_anew_counts_from_one():
    assert [key for _, key in new_presses(sent((1, "k"), of="another"), Done("tab", 7))] == ["k"]


@pytest.mark.parametrize(
    "message", [None, 7, [], {}, {"presses": 3}, sent((1,)), sent(("1", "k")), sent((1, 2)), sent((0, "k"))]
)
def test_anything_else_is_ignored(message):
    assert list(new_presses(message, Done())) == []
