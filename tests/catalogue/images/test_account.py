from core.catalogue.account import Account
from core.catalogue.images.account import Counted, ImageAccount


def test_an_account_survives_json_and_loses_its_names():
    images = ImageAccount(
        9,
        1,
        2,
        Counted.of(["a"]),
        Counted.of([str(n) for n in range(7)]),
        4,
        {"links": Counted.of(["l.jpg"])},
    )
    account = Account(9, 9, images=images)
    assert Account.from_dict(account.to_dict()) == account
    plain = account.without_names().images
    assert plain == ImageAccount(9, 1, 2, Counted(1), Counted(7), 4, {"links": Counted(1)})
    assert not any(name in line for line in plain.lines() for name in ("(", "l.jpg"))


def test_an_account_from_before_there_was_one():
    stored = Account(9, 9).to_dict()
    del stored["images"]
    assert Account.from_dict(stored) == Account(9, 9)
    assert list(ImageAccount().lines()) == []


def test_names_that_are_no_text():
    assert Counted.of(["a\udcff.jpg"]).examples == ("a?.jpg",)
