import pytest

from core.catalogue.sources.encodings import BAD, recognise_text
from core.common.errors import CatalogueError

# Tables as shops export them: language -> encoding and rows.
TEXTS = {
    "German": (
        "cp1252",
        "Artikel;Bezeichnung\n1;Küchenstuhl grün\n"
        "2;Gürtel, Länge 95 cm\n3;Weißblech mit Öl\n",
    ),
    "German in one row": ("cp1252", "id;name\n1;Lamp\n2;Mug\n3;Stuhl Köln\n4;Table\n5;Chair\n"),
    "French": (
        "cp1252",
        "réf;désignation\n1;Théière émaillée\n"
        "2;Fauteuil à bascule\n3;Coussin d'été – 40 €\n",
    ),
    "prices alone": ("cp1252", "sku,name,price\n1,Mug,12 €\n2,Lamp,19 €\n3,Bowl,8 €\n"),
    "dashes and quotes": ("cp1252", "sku,name\n1,Mug – blue\n2,Lamp 20”\n3,Men’s shirt\n4,“Big” vase\n"),
    "degrees": ("cp1252", "sku,name\n1,\"Oven 200°C, 60 l\"\n2,Heater ±2°\n3,½ inch pipe\n4,Café set\n"),
    "Spanish": ("cp1252", "código;descripción\n1;Pantalón para niño\n2;Sartén, ¡oferta!\n3;Lámpara cálida\n"),
    "Italian": (
        "cp1252",
        "codice;categoria\n1;Caffè macinato, qualità\n"
        "2;Lampada però bella\n3;Novità in città\n",
    ),
    "Portuguese": (
        "cp1252",
        "código;descrição\n1;Coleção de lã\n"
        "2;Pão com grãos\n3;Calções, várias opções\n",
    ),
    "Swedish": ("cp1252", "artikel;namn\n1;Kökshandduk blå\n2;Tröja för män\n3;Sängöverkast\n"),
    "Dutch": ("cp1252", "artikel;naam\n1;Geïsoleerde beker\n2;Beker voor één persoon\n3;Zeeën kaart\n"),
    "Danish": ("cp1252", "varenr;navn\n1;Rød kop af stentøj\n2;Lampe til læsning, måler 20 cm\n3;Køkken\n"),
    "Russian": (
        "cp1251",
        "артикул;название\n1;Кружка синяя\n"
        "2;Лампа настольная\n3;Стул кухонный, цвет орех\n",
    ),
    "Russian, few letters": ("cp1251", "sku;name;category\n1;Кружка;Mugs\n2;Лампа;Lamps\n3;Стул;Chairs\n"),
    "Ukrainian": ("cp1251", "артикул;назва\n1;Чашка синя, об'єм 300 мл\n2;Лампа настільна з ніжкою\n"),
    "Bulgarian": ("cp1251", "код;име\n1;Синя чаша за чай\n2;Настолна лампа, ръчна изработка\n"),
    "Russian of Unix": ("koi8-r", "артикул;название\n1;Кружка синяя\n2;Лампа настольная\n3;Стул кухонный\n"),
    "Polish": ("cp1250", "kod;nazwa\n1;Żółty kubek, można myć\n2;Krzesło dębowe\n3;Świeca o zapachu róży\n"),
    "Polish, ISO": (
        "iso-8859-2",
        "kod;nazwa\n1;Żółty kubek, można myć\n"
        "2;Krzesło dębowe\n3;Świeca o zapachu róży\n",
    ),
    "Czech": ("cp1250", "kód;název\n1;Žlutý hrnek do myčky\n2;Dřevěná židle, výška 90 cm\n3;Stolní lampa\n"),
    "Hungarian": (
        "iso-8859-2",
        "cikkszám;név\n1;Kék bögre, űrtartalom 300 ml\n"
        "2;Tölgyfa szék\n3;Fűtőtest, erős\n",
    ),
    "Turkish": (
        "iso-8859-9",
        "ürün;açıklama\n1;Bulaşık makinesinde yıkanabilir\n"
        "2;Meşe sandalye, ağır\n3;Masa ışığı\n",
    ),
    "Greek": ("cp1253", "κωδικός;όνομα\n1;Μπλε κούπα για τσάι\n2;Ξύλινη καρέκλα, ύψος 90\n"),
    "Hebrew": ("cp1255", "קוד;שם\n1;ספל כחול לתה\n2;כיסא עץ אלון מלא\n"),
    "Arabic": ("cp1256", "الرمز;الاسم\n1;كوب أزرق من السيراميك\n2;كرسي خشبي ارتفاع\n"),
    "Chinese": ("gb18030", "编号,名称,类别\n1,蓝色马克杯,厨房用品\n2,木椅,家具\n3,台灯,照明\n"),
    "Chinese, few letters": ("gb18030", "sku,name,category\n1,Mug,厨房\n2,Chair,家具\n3,Lamp,照明\n"),
    "Chinese of Taiwan": ("big5", "編號,名稱,類別\n1,藍色馬克杯,廚房用品\n2,木椅,傢俱\n3,檯燈,照明\n"),
    "Japanese": (
        "shift_jis",
        "商品番号,商品名,カテゴリー\n1,青いマグカップ,食器\n"
        "2,木の椅子,家具\n3,テーブルランプ,照明\n",
    ),
    "Japanese, few letters": ("shift_jis", "sku,name,category\n1,マグ,Mugs\n2,椅子,Chairs\n3,ランプ,Lamps\n"),
    "Japanese of Unix": ("euc_jp", "商品番号,商品名\n1,青いマグカップ\n2,木の椅子\n3,テーブルランプ\n"),
    "Korean": ("cp949", "상품번호,상품명\n1,파란 머그컵\n2,나무 의자\n3,탁상 램프\n"),
    "Korean, few letters": ("euc_kr", "sku,name,category\n1,머그컵,Mugs\n2,의자,Chairs\n"),
    "Thai": ("cp874", "รหัส,ชื่อ\n1,แก้วสีน้ำเงิน\n2,เก้าอี้ไม้โอ๊คแท้\n"),
}  # fmt: skip
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


def read(tmp_path, content, encoding=None):
    file = tmp_path / "t.csv"
    file.write_bytes(content)
    found = recognise_text(file, "t.csv", encoding)
    with found.open() as opened:
        return found, opened.read()


@pytest.mark.parametrize("language", TEXTS)
def test_the_encoding_is_recognised_by_letters(tmp_path, language):
    encoding, text = TEXTS[language]
    found, read_text = read(tmp_path, text.encode(encoding))
    assert read_text == text
    assert found.guessed and not found.bad


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("encoding", UNICODE)
def test_unicode_is_recognised_with_and_without_a_mark(tmp_path, language, encoding):
    found, read_text = read(tmp_path, TEXTS[language][1].encode(encoding))
    assert read_text == TEXTS[language][1]
    assert not found.guessed and not found.bad


def test_rows_far_from_the_letters_do_not_matter(tmp_path):
    plain = "".join(f"{n};Lamp;Lamps\n" for n in range(100_000))
    text = f"sku;name;category\n{plain}1;Стул кухонный;Мебель\n2;Кружка синяя;Посуда\n"
    found, read_text = read(tmp_path, text.encode("cp1251"))
    assert found.encoding == "cp1251" and read_text == text


def test_a_bad_byte_leaves_utf_8_utf_8(tmp_path):
    content = "sku;name\n1;Küche\n2;Stühle ".encode() + b"\x96 x\n"
    found, read_text = read(tmp_path, content)
    assert found.encoding == "utf-8" and found.bad and not found.guessed
    assert read_text == f"sku;name\n1;Küche\n2;Stühle {BAD} x\n"


def test_letters_cut_by_blocks_are_whole(tmp_path):
    text = "a" * ((1 << 20) - 1) + "é" + "b" * (1 << 20) + "漢" * 400_000 + "\n"
    found, _ = read(tmp_path, text.encode())
    assert found.encoding == "utf-8" and not found.bad


def test_a_letter_cut_off_at_the_end_is_bad(tmp_path):
    found, read_text = read(tmp_path, "name\nKüche\nKüch".encode() + b"\xc3")
    assert found.encoding == "utf-8" and found.bad and read_text.endswith(BAD)


def test_the_owner_names_the_encoding(tmp_path):
    found, read_text = read(tmp_path, "имя\nКружка\n".encode("cp866"), "IBM866")
    assert found.encoding == "cp866" and read_text == "имя\nКружка\n" and not found.guessed


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13", "undefined"])
def test_an_encoding_that_is_none(tmp_path, name):
    with pytest.raises(CatalogueError, match="unknown encoding"):
        read(tmp_path, b"a,b\n", name)


@pytest.mark.parametrize("content", [b"", b"\n\n \r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00\x00"])
def test_an_empty_file(tmp_path, content):
    with pytest.raises(CatalogueError, match="empty"):
        read(tmp_path, content)


def test_a_file_that_is_no_text(tmp_path):
    with pytest.raises(CatalogueError, match=r"t\.csv: not a text file"):
        read(tmp_path, bytes(range(256)) * 40)


def test_lines_may_end_with_carriage_returns_alone(tmp_path):
    assert read(tmp_path, b'a,b\r1,"x\ny"\r2,z\r')[0].newline == "\r"
    assert read(tmp_path, b'a,b\r\n1,"x\ry"\r\n')[0].newline == "\n"


def test_the_longest_line_is_known_without_reading_it(tmp_path):
    assert read(tmp_path, b"a," * (3 << 20))[0].longest >= 2 << 20
    assert read(tmp_path, b"a,b\n" * (1 << 20))[0].longest == 0
