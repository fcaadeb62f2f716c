import pytest

from core.catalogue.sources.xml_feeds import looks_like_xml, read_xml
from core.common.errors import CatalogueError
from tests.catalogue.sources.files import counts, numbers_of, rows_of, source, text


def read(folder, content, encoding="utf-8", **options):
    given = source(folder / "feed.xml", content, encoding, **options)
    assert looks_like_xml(text(given))
    return read_xml(given, text(given))


def as_dicts(table):
    return [{k: v for k, v in zip(table.columns, row, strict=True) if v} for row in rows_of(table)]


def test_google_merchant(tmp_path):
    items = (
        "<item><g:id>1</g:id><title>Mug</title><g:additional_image_link>a</g:additional_image_link>"
        "<g:additional_image_link>b</g:additional_image_link><g:price>9.50 EUR</g:price>"
        "<g:product_type>Home &gt; Mugs</g:product_type></item>"
        "<item><g:id>2</g:id><title>Lamp</title><g:shipping><g:country>DE</g:country></g:shipping></item>"
    )
    content = f'<?xml version="1.0"?><rss xmlns:g="x"><channel><title>S</title>{items}</channel></rss>'
    table = read(tmp_path, content)
    assert (table.kind, table.unit, table.encoding) == ("xml", "entry", "utf-8")
    assert table.details == {"element": "rss/channel/item"}
    assert as_dicts(table) == [
        {"id": "1", "title": "Mug", "additional_image_link": '["a", "b"]', "price": "9.50 EUR",
         "product_type": "Home > Mugs"},
        {"id": "2", "title": "Lamp", "shipping.country": "DE"},
    ]  # fmt: skip
    assert numbers_of(table) == [1, 2]


def test_atom(tmp_path):
    content = '<feed xmlns="x"><entry><id>1</id><link href="http://a"/><content><![CDATA[<p>b</p>]]></content></entry></feed>'
    assert as_dicts(read(tmp_path, content)) == [{"id": "1", "link@href": "http://a", "content": "<p>b</p>"}]


def test_yandex(tmp_path):
    content = """<?xml version="1.0" encoding="windows-1251"?><!DOCTYPE yml_catalog SYSTEM "shops.dtd">
<yml_catalog><shop><currencies><currency id="RUB" rate="1"/></currencies>
<categories><category id="1">Дом</category><category id="2" parentId="1">Посуда</category>
<category id="8" parentId="9">a</category><category id="9" parentId="8">b</category></categories>
<offers><offer id="12" available="true">
<name>Кружка синяя</name><categoryId>2</categoryId><picture>a</picture>
<picture>b</picture><param name="Цвет">синий</param><param name="Объём" unit="мл">300</param></offer>
<offer id="13"><name>Лампа</name><categoryId>8</categoryId></offer></offers></shop></yml_catalog>"""
    table = read(tmp_path, content, "cp1251")
    assert table.encoding == "cp1251" and table.problems.notes == []
    first, second = as_dicts(table)
    assert first == {
        "id": "12", "available": "true", "name": "Кружка синяя", "categoryId": "2", "picture": '["a", "b"]',
        "param.Цвет": "синий", "param.Объём": "300", "param.Объём@unit": "мл",
        "category path": "Дом > Посуда",
    }  # fmt: skip
    assert second["category path"] == "b > a"  # each is above the other


def test_any_xml_with_elements_that_repeat(tmp_path):
    brands = "<brands><brand>A</brand><brand>B</brand></brands>"
    products = "<p><sku>1</sku><v><q>1</q></v><v><q>2</q></v></p><p><sku>2</sku></p>"
    content = f"<shop>{brands}{products}</shop>"
    table = read(tmp_path, content)
    assert table.details["element"] == "shop/p" and as_dicts(table)[0] == {"sku": "1", "v.q": '["1", "2"]'}


def test_names_that_differ_in_their_prefix_alone(tmp_path):
    table = read(tmp_path, "<r><i><title>a</title><g:title>b</g:title><g:x>c</g:x></i><i/></r>")
    assert table.columns == ("title", "g:title", "x")


def test_a_feed_that_is_cut_off(tmp_path):
    table = read(tmp_path, "<r>" + "".join(f"<i><a>{n}</a></i>" for n in range(5)) + "<i><a>5")
    assert rows_of(table) == [[str(n)] for n in range(5)] and sum(counts(table).values()) == 1


def test_ampersands_that_begin_nothing(tmp_path):
    table = read(tmp_path, "<r><i><a>S & P&nbsp;</a></i><i><a>b &amp; c</a></i></r>")
    assert rows_of(table) == [["S & P&nbsp;"], ["b & c"]] and "ampersands" in table.problems.notes[0]


def test_many_products(tmp_path):
    content = "<r>" + "".join(f"<i><a>{n}</a><b>é</b></i>" for n in range(5000)) + "</r>"
    assert [row[0] for row in rows_of(read(tmp_path, content), 999)] == [str(n) for n in range(5000)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<a><b>1</b></a>", "no product in this XML file"),
        ("<a><b>", "no product in this XML file .*no element found"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><a><i><b>1</b></i><i><b>2</b></i></a>', "entities of its own"),
        ("<r><i><b/></i></r>" * 2, "no product"),
    ],
)
def test_no_products(tmp_path, content, message):
    with pytest.raises(CatalogueError, match=rf"feed\.xml: .*{message}"):
        read(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<!DOCTYPE html><html></html>", "a web page"),
        ("\n<html><table><tr></tr></table></html>", "a web page"),
        (
            '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "a workbook saved as XML",
        ),
    ],
)
def test_what_looks_like_a_feed(tmp_path, content, message):
    with pytest.raises(CatalogueError, match=message):
        looks_like_xml(text(source(tmp_path / "t.xml", content)))


def test_what_does_not(tmp_path):
    for content in ("<5 kg,a\n1,2\n", "a,b\n<p>,x\n", "< a\n"):
        assert not looks_like_xml(text(source(tmp_path / "t.csv", content)))
