"""A catalogue without the images that cannot be used."""

import pytest

from core.catalogue.account import SetAside
from core.catalogue.reading import read_catalogue
from core.catalogue.unusable import without_unusable
from tests import tiny


@pytest.fixture
def catalogue(tmp_path):
    """36 products: rows 9, 19, 29 lack the image (set aside where the text is missing, too)."""
    return read_catalogue(tiny.write_catalogue(tmp_path, per_class=12), "csv", minimum=5)


def test_nothing_changes_where_all_images_are_usable(catalogue):
    same, kept = without_unusable(catalogue, (), ())
    assert kept.tolist() == list(range(len(catalogue.table)))
    assert same.table.equals(catalogue.table)
    assert same.account == catalogue.account


def test_unusable_images_count_as_none_and_products_with_nothing_else_are_set_aside(catalogue):
    table, account = catalogue.table, catalogue.account
    textless = table["sku"][~table["has_text"] & table["has_image"]].tolist()
    named = dict(zip(table["sku"], table["image"], strict=True))
    shown = table["sku"][table["has_text"] & table["has_image"]].tolist()[:3]
    result, kept = without_unusable(
        catalogue,
        {named[textless[0]], named[shown[0]]},
        {named[textless[1]], named[shown[1]], named[shown[2]]},
    )
    after = result.account
    assert (after.broken_images, after.empty_images) == (account.broken_images + 2, 3)
    assert after.rows_kept == account.rows_kept - 2 == len(result.table) == len(kept)
    assert after.rows_read == after.rows_kept + sum(each.count for each in after.set_aside)
    assert after.without_image == account.without_image + 3 == (~result.table["has_image"]).sum()
    assert SetAside("no text and no image", 2, tuple(textless[:2])) in after.set_aside
    assert result.table["sku"].tolist() == table["sku"][kept].tolist()
    assert list(result.table.index) == list(range(len(result.table)))
    lost = result.table[result.table["sku"].isin(shown)]
    assert not lost["has_image"].any()
    assert (lost["image_digest"] == "").all() and (lost["image_width"] == 0).all()


def test_the_next_image_takes_the_place_of_one_that_is_unusable(tmp_path):
    data = tiny.write_catalogue(tmp_path, per_class=12)
    table = (data / "products.csv").read_text()
    table = table.replace(",000.png,", ",000.png|001.png|002.png|003.png,").replace(
        ",001.png,", ",001.png|005.png,"
    )
    (data / "products.csv").write_text(table)
    catalogue = read_catalogue(data, "csv", minimum=5)
    changed, kept = without_unusable(catalogue, {"000.png"}, {"001.png"})
    after = changed.table
    assert len(kept) == len(after) == len(catalogue.table)
    assert after["image"].tolist()[:3] == ["002.png", "005.png", "002.png"]
    assert after["images"].tolist()[:3] == ['["002.png", "003.png"]', "", ""]
    digests = [catalogue.images.digest(name) for name in after["image"][:3]]
    assert after["image_digest"].tolist()[:3] == digests
    assert (changed.account.broken_images, changed.account.empty_images) == (1, 2)
    assert changed.account.without_image == catalogue.account.without_image


def test_a_reason_that_was_there_before_is_counted_on(catalogue):
    first, _ = without_unusable(catalogue, (), set(catalogue.table["image"][:20]))
    second, _ = without_unusable(first, (), set(catalogue.table["image"]) - {""})
    (entry,) = [each for each in second.account.set_aside if each.reason == "no text and no image"]
    assert entry.count == (~catalogue.table["has_text"]).sum()
    assert len({each.reason for each in second.account.set_aside}) == len(second.account.set_aside)
