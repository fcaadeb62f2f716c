"""What became of every row."""

import numpy as np
import pandas as pd

from core.catalogue.account import Account, Placeholder, SetAside, Sieve


def test_a_sieve_remembers_what_it_dropped_and_why():
    table = pd.DataFrame({"sku": [f"s{n}" for n in range(9)]})
    sieve = Sieve()
    table = sieve.keep(table, np.arange(9) > 6, "small")
    table = sieve.keep(table, np.ones(2, bool), "never")
    table = sieve.keep(table, table["sku"] == "s8", "small")
    assert table["sku"].tolist() == ["s8"]
    assert sieve.set_aside == (SetAside("small", 8, ("s0", "s1", "s2", "s3", "s4")),)


def test_an_account_survives_json():
    account = Account(9, 1, (SetAside("small", 8, ("s0",)),), broken_images=2, classes_set_aside={"x": 8})
    assert Account.from_dict(account.to_dict()) == account
    assert account.lines()[:2] == ["9 rows read, 1 kept", "  set aside: 8 (small)"]
    assert account.lines()[-1] == "  images that cannot be opened: 2"


def test_an_account_counts_images_that_show_nothing():
    account = Account(9, 9, without_image=3, empty_images=3)
    assert Account.from_dict(account.to_dict()) == account
    assert account.lines()[-1] == "  images that show nothing, one colour or noise: 3"


def test_an_account_names_the_placeholders_and_leaves_their_files_out_for_a_private_bundle():
    account = Account(9, 9, without_image=5, placeholders=(Placeholder("none.jpg", 5),))
    assert Account.from_dict(account.to_dict()) == account
    assert account.lines()[-1] == (
        "  placeholder image none.jpg: 5 different products show it, which count as without an image"
    )
    assert account.without_names().placeholders == (Placeholder("", 5),)
    assert account.without_names().without_image == 5
