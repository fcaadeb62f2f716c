import pytest

from core.catalogue.sources.xml_scan import Node, feed, new_parser, pieces, read_nodes
from core.common.errors import CatalogueError
from tests.catalogue.sources.files import source, text


def opened(tmp_path, content):
    return text(source(tmp_path / "t.xml", content))


def nodes(tmp_path, content, path=("a", "b"), **options):
    return list(read_nodes(opened(tmp_path, content), path, **options))


def test_elements_at_a_path(tmp_path):
    found = nodes(tmp_path, '<a><b x="1">p<c>q</c>r<![CDATA[<&]]></b><c><b/></c><b/></a>')
    assert [(each.name, each.attributes, "".join(each.text)) for each in found] == [
        ("b", {"x": "1"}, "pr<&"),
        ("b", {}, ""),
    ]
    assert found[0].children == [Node("c", {}, ["q"])]


def test_what_comes_before_damage(tmp_path):
    *found, damage = nodes(tmp_path, "<a><b>1</b>\n<b>2</b><b>3</a>")
    assert len(found) == 2 and damage == "damaged at line 2 (mismatched tag); the rest is not read"


def test_letters_that_xml_forbids_are_left_out(tmp_path):
    assert b"".join(pieces(opened(tmp_path, b"\xef\xbb\xbf<a>x\x0by</a>"))) == b"<a>xy</a>"


def test_lone_ampersands(tmp_path):
    content = "<a><b>S & P&nbsp;&amp; &#38; &lt;</b></a>"
    assert len(nodes(tmp_path, content)) == 1  # the damage
    (found,) = nodes(tmp_path, content, lenient=True)
    assert "".join(found.text) == "S & P&nbsp;& & <"


@pytest.mark.parametrize("shift", range(14))
def test_entities_cut_by_pieces(tmp_path, shift):
    content = "<a>" + "x" * ((1 << 18) - 3 - shift) + "&amp;&nbsp;&</a>"
    assert b"".join(pieces(opened(tmp_path, content), lenient=True)).endswith(b"x&amp;&amp;nbsp;&amp;</a>")


@pytest.mark.parametrize(
    "entity",
    [
        '<!ENTITY a "b">',
        '<!ENTITY a SYSTEM "file:///etc/hostname">',
        '<!ENTITY % a SYSTEM "http://127.0.0.1/">',
    ],
)
def test_entities_of_its_own_are_refused(tmp_path, entity):
    content = f"<!DOCTYPE a [{entity}]><a><b>&a;</b></a>"
    with pytest.raises(CatalogueError, match="entities of its own"):
        nodes(tmp_path, content)
    given = opened(tmp_path, content)
    with pytest.raises(CatalogueError, match="entities of its own"):
        feed(new_parser("t.xml", lambda *_: None, lambda *_: None), given)


def test_a_document_type_elsewhere_is_not_opened(tmp_path):
    assert len(nodes(tmp_path, '<!DOCTYPE a SYSTEM "shops.dtd"><a><b/></a>')) == 1


def test_what_is_no_feed(tmp_path, monkeypatch):
    with pytest.raises(CatalogueError, match="deep"):
        nodes(tmp_path, "<a>" * 300)
    monkeypatch.setattr("core.catalogue.sources.xml_scan.LARGEST", 100)
    with pytest.raises(CatalogueError, match="a product of more than"):
        nodes(tmp_path, "<a><b>" + "x " * 100 + "</b></a>")


def test_what_is_wrong(tmp_path):
    parser = new_parser("t.xml", lambda *_: None, lambda *_: None)
    assert feed(parser, opened(tmp_path, "<a>\n<b></a>")) == "mismatched tag, line 2"
    parser = new_parser("t.xml", lambda *_: None, lambda *_: None)
    assert feed(parser, opened(tmp_path, "<a><b/></a>")) == ""
