import pytest

from core.catalogue.sources.json_choice import choose_collection
from core.catalogue.sources.json_scan import Collection
from core.common.errors import CatalogueError
from tests.catalogue.sources.files import source


def choose(tmp_path, *found, **options):
    given = source(tmp_path / "t.json", "{}", **options)
    chosen = choose_collection(given, list(found))
    return chosen and chosen.path, given.problems.notes


def a_list(*path, objects=2):
    return Collection(path, 9, keyed=False, objects=objects)


def an_object(*path, objects=2, others=0):
    return Collection(path, 9, keyed=True, objects=objects, others=others)


def test_the_only_list(tmp_path):
    assert choose(tmp_path, a_list("data", "items"), an_object()) == (("data", "items"), [])
    assert choose(tmp_path, an_object(objects=1)) == (None, [])


def test_the_longest_list_if_it_is_much_longer(tmp_path):
    path, notes = choose(tmp_path, a_list("brands", objects=5), a_list("items", objects=50))
    assert path == ("items",) and notes == ["read the list items, the longest; not read: brands (5)"]
    with pytest.raises(
        CatalogueError, match=r"several lists .*: items \(50\), old \(40\); choose one with --sheet"
    ):
        choose(tmp_path, a_list("items", objects=50), a_list("old", objects=40))


def test_the_list_asked_for(tmp_path):
    lists = a_list("items", objects=50), a_list("a", "old", objects=40)
    assert choose(tmp_path, *lists, sheet="a.old")[0] == ("a", "old")
    with pytest.raises(CatalogueError, match=r"no list 'new' among a\.old, items"):
        choose(tmp_path, *lists, sheet="new")


def test_products_with_keys_around_their_lists(tmp_path):
    assert choose(tmp_path, a_list("p1", "images"), a_list("p2", "images"), an_object(objects=3))[0] == ()
    assert choose(tmp_path, an_object(objects=3), an_object("p1", objects=2))[0] == ()


def test_lists_of_objects_before_lists_of_arrays(tmp_path):
    rows = Collection(("rows",), 9, keyed=False, objects=0, others=9)
    assert choose(tmp_path, rows, a_list("items"))[0] == ("items",)
    assert choose(tmp_path, rows)[0] == ("rows",)
