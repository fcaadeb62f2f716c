import json

import pytest

from core.common.errors import CatalogueError
from core.taxonomy.reading import read_taxonomy


def nodes(file):
    read = read_taxonomy(file)
    return {read.tree.path(node) for node in range(1, len(read.tree))}


FILES = {
    "list.txt": "1 - Home\n2 - Home > Lamps\n3 - Home > Lamps > Desk\n",
    "parents.csv": "id,name,parent_id\n1,Home,\n2,Lamps,1\n3,Desk,2\n",
    "paths.csv": "id,full name\n1,Home\n2,Home > Lamps\n3,Home > Lamps > Desk\n",
    "levels.csv": "level 1,level 2,level 3\nHome,Lamps,Desk\nHome,Lamps,\n",
    "gs1.csv": "SegmentCode,SegmentTitle,FamilyCode,FamilyTitle,ClassTitle\n1,Home,2,Lamps,Desk\n",
    "trees.csv": 'product_category_tree,x\n"[""Home >> Lamps >> Desk""]",1\n"[""Home >> Lamps""]",2\n',
    "categories.json": json.dumps(
        [
            {"id": str(n), "name": name, "parent": str(n - 1)}
            for n, name in enumerate(["Home", "Lamps", "Desk"])
        ]
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_gives_the_tree(tmp_path, name):
    (tmp_path / name).write_text(FILES[name])
    assert nodes(tmp_path / name) == {("Home",), ("Home", "Lamps"), ("Home", "Lamps", "Desk")}


def test_the_size_and_what_is_odd_are_said(tmp_path):
    (tmp_path / "t.csv").write_text("level 1,level 2,level 3\nHome,Lamps,Desk\nWear,,Desk\nWear,Lamps,\n")
    assert read_taxonomy(tmp_path / "t.csv").lines() == [
        "read as levels in columns level 1, level 2, level 3",
        "6 categories, 3 of them without any below, 3 levels, 2 at the top",
        "warning: categories that skip a level: 1; they move up ('Wear > Desk')",
        "warning: categories with a name that stands under several parents: 2; each is a category of its own "
        "('Lamps', 'Desk')",
    ]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("t.csv", "a,b\n1,2\n", "expected a column of category paths, of parents, or several of levels"),
        ("t.txt", "# nothing\n", "expected categories, got none"),
        ("t.txt", "", "empty"),
    ],
)
def test_a_file_without_categories_is_one_clear_line(tmp_path, name, text, expected):
    (tmp_path / name).write_text(text)
    with pytest.raises(CatalogueError, match=expected):
        read_taxonomy(tmp_path / name)


def test_a_missing_file_is_one_clear_line(tmp_path):
    with pytest.raises(CatalogueError, match="no such file"):
        read_taxonomy(tmp_path / "none.txt")


@pytest.mark.data
def test_best_buys_categories_are_read(data_dir):
    read = read_taxonomy(data_dir("bestbuy") / "categories.json")
    # 4,584 rows, and 139 categories that only stand above others
    assert (len(read.tree) - 1, read.tree.depth, len(read.tree.children(0))) == (4723, 6, 43)
    assert {each.kind for each in read.findings} == {"two parents", "nameless", "same name"}
