import json

from core.taxonomy.parents import is_parent_table, parent_table


def read(**columns):
    chunks = [columns]
    assert is_parent_table(list(columns), columns)
    table = parent_table(chunks, list(columns))
    tree = table.tree()
    return {tree.path(node) for node in range(1, len(tree))}, {k: v for k, v in table.found.items() if v}


def test_parents_may_come_after_their_children():
    nodes, found = read(id=["3", "2", "1"], name=["Desk", "Lamps", "Home"], parent_id=["2", "1", ""])
    assert nodes == {("Home",), ("Home", "Lamps"), ("Home", "Lamps", "Desk")}
    assert not found


def test_parents_may_be_names():
    nodes, _ = read(name=["Home", "Lamps"], parent=["", "Home"])
    assert nodes == {("Home",), ("Home", "Lamps")}


def test_circles_are_cut_and_said():
    nodes, found = read(id=list("abcd"), name=list("ABCD"), parent=["c", "a", "b", "b"])
    assert nodes == {("A",), ("A", "B"), ("A", "B", "C"), ("A", "B", "D")}
    assert found == {"cycle": ["A"]}


def test_a_category_above_itself_stands_at_the_top():
    assert read(id=["a"], name=["A"], parent=["a"]) == ({("A",)}, {"cycle": ["A"]})


def test_of_two_parents_the_first_is_taken():
    nodes, found = read(id=list("abcc"), name=list("ABCC"), parent=["", "", "a", "b"])
    assert ("A", "C") in nodes
    assert ("B", "C") not in nodes
    assert found == {"two parents": ["C"]}


def test_unknown_parents_nameless_and_repeated_ones_are_said():
    nodes, found = read(id=list("abb"), name=["", "B", "B"], parent=["x", "", ""])
    assert nodes == {("a",), ("B",)}
    assert found == {"unknown parent": ["a"], "nameless": ["a"], "repeated": ["B"]}


def test_lists_of_those_above_are_read_and_those_below_compared():
    steps = [{"id": "1", "name": "Home"}, {"id": "2", "name": "Lamps"}]
    nodes, found = read(
        id=["2", "3"],
        name=["Lamps", "Desk"],
        path=[json.dumps(steps), json.dumps([{"id": "9", "name": "Wear"}, {"id": "3", "name": "Desk"}])],
        subCategories=[json.dumps([{"id": "3", "name": "Desk"}, {"id": "7", "name": "A page"}]), "[]"],
    )
    assert nodes == {("Home",), ("Home", "Lamps"), ("Wear",), ("Wear", "Desk")}
    assert found == {"two parents": ["Desk"]}


def test_a_table_of_products_is_none():
    assert not is_parent_table(["sku", "name"], {"sku": ["1"], "name": ["A"]})
    assert not is_parent_table(["id", "name", "path"], {"path": ["A > B"]})
