"""Usual names of columns, in the languages of shops and in the files that their software exports.

A name is compared in the form of `core.common.letters.bare`, without spaces and punctuation, so "Image URL",
"image_url" and "imageUrl" are one. In each line, the names that say most clearly what a column holds stand
first.
"""

from __future__ import annotations

from functools import cache

from core.common.letters import bare, words_of

# Field -> language or kind of shop -> names.
NAMES: dict[str, dict[str, str]] = {
    "sku": {
        "en": (
            "sku, product sku, variant sku, item sku, seller sku, custom label, product id, item id, "
            "product number, item number, article number, part number, product code, item code, "
            "article code, reference, reference code, product reference, ref, mpn, asin, uniq id, "
            "unique id, id, uid, code, item no, product no, art no, stock code, stock keeping unit, "
            "style code, model number, handle, gtin, ean, ean13, upc, isbn, barcode, key, number, no"
        ),
        "de": (
            "artikelnummer, artikel nr, artikelnr, art nr, artnr, artikel id, artikelcode, produktnummer, "
            "produkt nr, produkt id, produktcode, bestellnummer, bestell nr, sachnummer, materialnummer, "
            "warennummer, sku nummer, kennung, referenz, ident nr, nummer, nr"
        ),
        "fr": (
            "ugs, reference produit, reference article, ref produit, ref article, code article, "
            "code produit, n article, no article, identifiant, identifiant produit, id produit, id article, "
            "numero article, numero de produit, reference, ref"
        ),
        "es": (
            "codigo de producto, codigo del producto, codigo producto, codigo articulo, referencia, ref, "
            "identificador, id producto, id del producto, id articulo, numero de articulo, clave, codigo, "
            "cod"
        ),
        "it": (
            "codice prodotto, codice articolo, cod articolo, cod prodotto, cod, riferimento, "
            "identificativo, id prodotto, id articolo, numero articolo, codice, sku cod"
        ),
        "pt": (
            "codigo do produto, codigo do item, cod produto, codigo produto, referencia, identificador, "
            "id produto, id do produto, numero do artigo, codigo, cod"
        ),
        "nl": (
            "artikelnummer, artikelcode, productnummer, productcode, bestelnummer, referentie, product id, "
            "nummer"
        ),
        "pl": (
            "indeks, kod produktu, kod towaru, numer produktu, numer artykulu, nr katalogowy, "
            "numer katalogowy, symbol, identyfikator, id produktu, kod, nr"
        ),
        "ru": (
            "артикул, код товара, код продукта, номер товара, номер артикула, идентификатор, ид, ид товара, "
            "id товара, код, номер, артикул товара, артикул продавца"
        ),
        "tr": (
            "stok kodu, urun kodu, urun no, urun numarasi, urun id, sku kodu, model kodu, barkod, kod, "
            "referans, no"
        ),
        "ja": (
            "商品コード, 品番, 商品番号, 商品id, 型番, 製品番号, 管理番号, 商品管理番号, "
            "商品管理番号 商品url, 品目コード, アイテムコード, sku管理番号, システム連携用sku番号, コード, "
            "番号, janコード, jan"
        ),
        "zh": (
            "商品编码, 商品编号, 商品id, 货号, 产品编号, 产品编码, 产品代码, 商品代码, 款号, 编码, 编号, "
            "型号, 条码, 商家编码, 宝贝id, 商品編號, 商品編碼, 貨號, 產品編號, 產品代碼, 編號, 編碼, "
            "商品代號, 條碼, 序号"
        ),
        "shops": (
            "variation sku, vendor code, offer id, sku code, sku id, listing id, ugs, cod sku, entity id"
        ),
    },
    "name": {
        "en": (
            "product name, product title, product display name, item name, item title, name, title, "
            "display name, full name, short name, listing title, article name, name of product, product, "
            "item, article, model name, headline, label name, designation, caption"
        ),
        "de": (
            "produktname, artikelname, artikelbezeichnung, produktbezeichnung, produkttitel, artikeltitel, "
            "bezeichnung, name, titel, warenbezeichnung, produkt, artikel, kurzbezeichnung, benennung"
        ),
        "fr": (
            "nom du produit, nom produit, nom de l article, nom article, titre du produit, titre produit, "
            "libelle, libelle produit, libelle article, designation, intitule, nom, titre, produit, article"
        ),
        "es": (
            "nombre del producto, nombre de producto, nombre producto, nombre del articulo, "
            "titulo del producto, nombre, titulo, denominacion, producto, articulo"
        ),
        "it": (
            "nome del prodotto, nome prodotto, nome articolo, titolo prodotto, denominazione, nome, titolo, "
            "prodotto, articolo"
        ),
        "pt": (
            "nome do produto, nome produto, nome do item, titulo do produto, nome, titulo, designacao, "
            "produto, artigo"
        ),
        "nl": (
            "productnaam, artikelnaam, producttitel, artikelomschrijving kort, naam, titel, benaming, "
            "product, artikel"
        ),
        "pl": ("nazwa produktu, nazwa towaru, nazwa artykulu, tytul produktu, nazwa, tytul, produkt, towar"),
        "ru": (
            "название товара, наименование товара, имя товара, название продукта, наименование, название, "
            "имя, заголовок, товар, наименование продукции, номенклатура"
        ),
        "tr": "urun adi, urun ismi, urun basligi, urun ad, ad, adi, isim, baslik, urun",
        "ja": "商品名, 製品名, 品名, 商品タイトル, アイテム名, 名前, 名称, タイトル, 商品, 商品名称",
        "zh": (
            "商品名称, 产品名称, 商品标题, 宝贝标题, 商品名, 品名, 产品名, 名称, 标题, 商品名稱, 產品名稱, "
            "商品標題, 名稱, 標題, 品項名稱, 宝贝名称"
        ),
    },
    "description": {
        "en": (
            "description, product description, item description, long description, full description, "
            "description html, body html, body, body content, detailed description, "
            "detailed product description, content, details, product details, desc, about, about product, "
            "overview, text, long text, summary, short description, product short description, excerpt, "
            "bullet points, features"
        ),
        "de": (
            "beschreibung, produktbeschreibung, artikelbeschreibung, langbeschreibung, langtext, "
            "detailbeschreibung, beschreibungstext, produkttext, artikeltext, details, text, "
            "kurzbeschreibung, kurztext"
        ),
        "fr": (
            "description, description du produit, description produit, description longue, descriptif, "
            "descriptif produit, detail, details, texte, description courte, resume, description article"
        ),
        "es": (
            "descripcion, descripcion del producto, descripcion de producto, descripcion producto, "
            "descripcion larga, detalle, detalles, texto, descripcion corta, resumen, "
            "descripcion del articulo"
        ),
        "it": (
            "descrizione, descrizione del prodotto, descrizione prodotto, descrizione lunga, "
            "descrizione completa, dettagli, testo, descrizione breve, breve descrizione, "
            "descrizione articolo"
        ),
        "pt": (
            "descricao, descricao do produto, descricao produto, descricao longa, descricao completa, "
            "detalhes, texto, descricao curta, breve descricao, resumo"
        ),
        "nl": (
            "beschrijving, productbeschrijving, productomschrijving, omschrijving, artikelomschrijving, "
            "lange omschrijving, lange beschrijving, details, tekst, korte beschrijving, korte omschrijving"
        ),
        "pl": (
            "opis, opis produktu, opis towaru, pelny opis, dlugi opis, szczegoly, tresc, krotki opis, "
            "skrocony opis"
        ),
        "ru": (
            "описание, описание товара, описание продукта, полное описание, подробное описание, "
            "детальное описание, текст, аннотация, краткое описание"
        ),
        "tr": (
            "aciklama, urun aciklamasi, uzun aciklama, detayli aciklama, urun detayi, detay, detaylar, "
            "icerik, tanim, kisa aciklama"
        ),
        "ja": (
            "商品説明, 商品説明文, 説明, 説明文, 詳細, 商品詳細, 詳細説明, 製品説明, 商品説明 pc, "
            "pc用商品説明文, 本文, 内容, コメント, 簡単な説明, 短い説明"
        ),
        "zh": (
            "商品描述, 产品描述, 描述, 商品详情, 产品详情, 详细描述, 宝贝描述, 详情, 说明, 商品说明, 介绍, "
            "产品介绍, 简短描述, 商品詳情, 產品描述, 詳細描述, 商品說明, 說明, 介紹, 詳情, 商品介紹, "
            "簡短描述, 内容, 內容"
        ),
    },
    "category": {
        "en": (
            "category path, product category tree, category tree, category name path, full category, "
            "category hierarchy, category full path, breadcrumb, breadcrumbs, taxonomy, category, "
            "categories, category name, product category, product categories, product category name, "
            "item category, store category, shop category, main category, primary category, label, labels, "
            "class, class name, target, category label, google product category, category id, "
            "category code, class id, department, product group, group, product type, item type, "
            "sub category, subcategory, master category, article type, product class, type, collection"
        ),
        "de": (
            "kategoriepfad, kategorie pfad, kategorie, kategorien, produktkategorie, artikelkategorie, "
            "warengruppe, produktgruppe, artikelgruppe, warengruppenbezeichnung, sortiment, rubrik, klasse, "
            "kategoriename, kategorie name, hauptkategorie, produkttyp, produktart, unterkategorie, "
            "warengruppe name, typ, gruppe"
        ),
        "fr": (
            "chemin de categorie, fil ariane, arborescence, fil d ariane, categorie, categories, "
            "categorie produit, categorie du produit, categories de produits, nom de la categorie, rayon, "
            "famille, famille produit, classe, categorie principale, type de produit, sous categorie, "
            "groupe, type"
        ),
        "es": (
            "ruta de categoria, arbol de categorias, categoria, categorias, categoria del producto, "
            "categoria de producto, categoria producto, nombre de la categoria, familia, rubro, seccion, "
            "clase, categoria principal, tipo de producto, subcategoria, grupo, tipo"
        ),
        "it": (
            "percorso categoria, albero categorie, categoria, categorie, categoria prodotto, "
            "categoria del prodotto, nome categoria, famiglia, reparto, classe, categoria principale, "
            "tipo di prodotto, tipo prodotto, sottocategoria, gruppo, tipo, gruppo merceologico, "
            "categoria merceologica"
        ),
        "pt": (
            "caminho da categoria, arvore de categorias, categoria, categorias, categoria do produto, "
            "nome da categoria, familia, departamento, secao, seccao, classe, categoria principal, "
            "tipo de produto, subcategoria, grupo, tipo"
        ),
        "nl": (
            "categoriepad, categorie, categorieen, productcategorie, artikelcategorie, artikelgroep, "
            "productgroep, categorienaam, rubriek, klasse, hoofdcategorie, producttype, soort, "
            "subcategorie, groep, type"
        ),
        "pl": (
            "sciezka kategorii, kategoria, kategorie, kategoria produktu, kategorie produktu, "
            "nazwa kategorii, grupa produktow, grupa towarowa, dzial, klasa, kategoria glowna, "
            "typ produktu, podkategoria, grupa, typ, rodzaj"
        ),
        "ru": (
            "путь категории, дерево категорий, категория, категории, категория товара, название категории, "
            "рубрика, раздел, группа товаров, товарная группа, класс, основная категория, тип товара, "
            "подкатегория, группа, тип, вид товара"
        ),
        "tr": (
            "kategori yolu, kategori agaci, kategori, kategoriler, urun kategorisi, kategori adi, "
            "kategori ismi, reyon, sinif, ana kategori, urun tipi, urun turu, alt kategori, grup, "
            "urun grubu, tip, tur"
        ),
        "ja": (
            "カテゴリパス, カテゴリーパス, 表示先カテゴリ, カテゴリ, カテゴリー, 商品カテゴリ, "
            "商品カテゴリー, 分類, 商品分類, カテゴリ名, カテゴリー名, ジャンル, 部門, クラス, ラベル, "
            "メインカテゴリ, 商品タイプ, 種類, 種別, タイプ, サブカテゴリ, ディレクトリ"
        ),
        "zh": (
            "分类路径, 类目路径, 分类, 商品分类, 产品分类, 类目, 商品类目, 类别, 商品类别, 产品类别, 品类, "
            "种类, 标签, 目录, 分類路徑, 分類, 商品分類, 產品分類, 類目, 類別, 商品類別, 產品類別, 品類, "
            "種類, 目錄, 宝贝类目, 产品类型, 商品类型, 產品類型, 类型, 類型, 子分类, 子分類"
        ),
        "shops": (
            "product type taxonomy, feed product type, item type keyword, item type name, ebay category, "
            "etsy category, recommended browse nodes, browse node, attribute set code, attribute set, "
            "_category, standardized product type, custom product type, yandex category, market category, "
            "gpc"
        ),
    },
    "price": {
        "en": (
            "price, selling price, current price, our price, final price, sales price, unit price, "
            "retail price, product price, item price, variant price, regular price, standard price, "
            "list price, base price, start price, discounted price, sale price, offer price, special price, "
            "price tax included, price incl tax, price tax excluded, price excl tax, msrp, rrp, cost, "
            "amount, buy it now price, mrp, net price, gross price, actual price"
        ),
        "de": (
            "preis, verkaufspreis, vk preis, vk, einzelpreis, stueckpreis, stuckpreis, bruttopreis, "
            "preis brutto, endpreis, regularer preis, normalpreis, listenpreis, grundpreis, angebotspreis, "
            "aktionspreis, nettopreis, preis netto, uvp, kaufpreis, startpreis"
        ),
        "fr": (
            "prix, prix de vente, prix ttc, prix unitaire, prix public, prix regulier, tarif, "
            "tarif regulier, prix normal, prix ht, prix promo, tarif promo, prix de base, prix catalogue, "
            "montant"
        ),
        "es": (
            "precio, precio de venta, precio unitario, precio normal, precio regular, precio final, "
            "precio base, pvp, precio con iva, precio rebajado, precio de oferta, precio sin iva, importe, "
            "coste"
        ),
        "it": (
            "prezzo, prezzo di vendita, prezzo unitario, prezzo di listino, prezzo listino, prezzo finale, "
            "prezzo al pubblico, prezzo ivato, prezzo base, prezzo in offerta, prezzo scontato, importo, "
            "costo"
        ),
        "pt": (
            "preco, preco de venda, preco unitario, preco normal, preco final, preco base, preco com iva, "
            "pvp, valor, preco promocional, preco de custo, preco regular"
        ),
        "nl": (
            "prijs, verkoopprijs, stuksprijs, eenheidsprijs, reguliere prijs, normale prijs, adviesprijs, "
            "prijs incl btw, actieprijs, aanbiedingsprijs, prijs excl btw, bedrag"
        ),
        "pl": (
            "cena, cena brutto, cena sprzedazy, cena detaliczna, cena katalogowa, cena podstawowa, "
            "cena regularna, cena promocyjna, cena netto, kwota, wartosc"
        ),
        "ru": (
            "цена, цена товара, цена продажи, розничная цена, базовая цена, обычная цена, стоимость, "
            "цена руб, акционная цена, цена со скидкой, оптовая цена"
        ),
        "tr": (
            "fiyat, satis fiyati, urun fiyati, birim fiyat, normal fiyat, liste fiyati, piyasa fiyati, "
            "indirimli fiyat, indirimli satis fiyati, fiyati, tutar"
        ),
        "ja": (
            "価格, 販売価格, 値段, 売価, 単価, 通常価格, 税込価格, 販売価格 税込, 定価, 本体価格, 税抜価格, "
            "通常購入販売価格, セール価格, 金額"
        ),
        "zh": (
            "价格, 售价, 销售价, 单价, 商品价格, 现价, 原价, 常规售价, 市场价, 一口价, 促销价, 促销价格, "
            "价钱, 金额, 價格, 售價, 銷售價, 單價, 商品價格, 現價, 原價, 定價, 市場價, 促銷價, 特價, 金額, "
            "宝贝价格"
        ),
    },
    "currency": {
        "en": (
            "currency, currency code, price currency, currency iso, currency iso code, currency id, "
            "iso currency"
        ),
        "de": "wahrung, waehrung, wahrungscode, wahrungskurzel, preis wahrung",
        "fr": "devise, monnaie, code devise",
        "es": "moneda, divisa, codigo de moneda",
        "it": "valuta, moneta, codice valuta",
        "pt": "moeda, codigo da moeda, divisa",
        "nl": "valuta, munt, munteenheid, valutacode",
        "pl": "waluta, kod waluty",
        "ru": "валюта, код валюты",
        "tr": "para birimi, doviz, doviz kodu, doviz cinsi",
        "ja": "通貨, 通貨コード",
        "zh": "货币, 币种, 货币代码, 貨幣, 幣別, 幣種, 貨幣代碼",
    },
    "images": {
        "en": (
            "images, image, image path, image file, image name, image filename, filename, file name, "
            "image src, image link, image url, image urls, image links, image file name, image files, "
            "main image, main image url, primary image, primary image url, primary image link, "
            "product image, product images, product image url, base image, featured image, feature image, "
            "default image, picture, pictures, picture url, picture link, pic, pic url, picurl, photo, "
            "photos, photo url, item photo url, img, imgs, img url, imgurl, img src, img path, image id, "
            "image address, high res image, imageurlhighres, image list, image set, image location, "
            "variant image, gallery, gallery images, media, media url, cover, cover image, thumbnail, "
            "thumbnail url, thumbnail image, small image, file, files, path, filepath, file path, "
            "image data, image base64, pixels"
        ),
        "de": (
            "bild, bilder, bildlink, bild link, bildurl, bild url, bildadresse, bilddatei, bildname, "
            "bildpfad, hauptbild, produktbild, produktbilder, artikelbild, artikelbilder, foto, fotos, "
            "foto url, abbildung, abbildungen, bild datei, bilddateiname, vorschaubild, bilder url, "
            "dateiname, datei, pfad"
        ),
        "fr": (
            "image, images, photo, photos, image principale, image du produit, image produit, "
            "photo produit, url image, url de l image, url des images, lien image, lien de l image, visuel, "
            "visuels, illustration, fichier image, nom de l image, photo principale, url photo, vignette, "
            "fichier, nom du fichier, chemin"
        ),
        "es": (
            "imagen, imagenes, imagen principal, imagen del producto, foto, fotos, fotografia, url imagen, "
            "url de la imagen, url de imagen, enlace de imagen, enlace imagen, ruta imagen, "
            "archivo de imagen, nombre de imagen, miniatura, archivo, nombre de archivo, ruta"
        ),
        "it": (
            "immagine, immagini, immagine principale, immagine prodotto, immagine del prodotto, foto, "
            "url immagine, url immagini, link immagine, percorso immagine, file immagine, nome immagine, "
            "fotografia, miniatura, nome file, percorso"
        ),
        "pt": (
            "imagem, imagens, imagem principal, imagem do produto, foto, fotos, fotografia, url da imagem, "
            "url imagem, link da imagem, link imagem, arquivo de imagem, ficheiro de imagem, "
            "nome da imagem, miniatura, arquivo, ficheiro"
        ),
        "nl": (
            "afbeelding, afbeeldingen, hoofdafbeelding, productafbeelding, afbeeldingslink, afbeelding url, "
            "afbeelding link, foto, fotos, plaatje, afbeeldingsbestand, productfoto, bestandsnaam, bestand, "
            "pad"
        ),
        "pl": (
            "obraz, obrazy, obrazek, obrazki, zdjecie, zdjecia, zdjecie glowne, zdjecie produktu, "
            "zdjecia produktu, link do zdjecia, adres zdjecia, url zdjecia, link do obrazka, "
            "link do obrazu, grafika, fotografia, foto, miniatura, plik, nazwa pliku, sciezka"
        ),
        "ru": (
            "изображение, изображения, основное изображение, главное изображение, картинка, картинки, фото, "
            "фотография, фотографии, фото товара, изображение товара, ссылка на изображение, "
            "ссылка на фото, ссылки на фото, ссылка на картинку, url изображения, url фото, "
            "ссылка на главное фото, файл изображения, миниатура, имя файла, файл, путь"
        ),
        "tr": (
            "gorsel, gorseller, resim, resimler, urun gorseli, urun resmi, ana gorsel, ana resim, "
            "gorsel linki, resim linki, gorsel url, resim url, fotograf, fotograflar, foto, resim yolu, "
            "dosya, dosya adi, gorsel adi, kucuk resim"
        ),
        "ja": (
            "画像, 商品画像, 画像url, 画像ファイル, 画像ファイル名, 画像名, メイン画像, メイン画像url, "
            "写真, 商品画像url, 画像パス, 画像リンク, 製品画像, イメージ, サムネイル, ファイル名, ファイル, "
            "パス, 商品画像パス"
        ),
        "zh": (
            "图片, 商品图片, 产品图片, 主图, 图片链接, 图片地址, 图片url, 商品主图, 照片, 图像, 图片路径, "
            "图片名称, 图片文件, 宝贝图片, 新图片, 圖片, 商品圖片, 產品圖片, 主圖, 圖片連結, 圖片網址, "
            "圖片鏈接, 圖片url, 圖像, 圖片路徑, 缩略图, 縮圖, 文件名, 檔名, 路径"
        ),
    },
    "parent": {
        "en": (
            "parent sku, parent id, parent product, parent product id, parent asin, parent, item group id, "
            "group id, variant of, variant group, model id, master sku, master id, configurable sku, "
            "parent item id, parent code, family id"
        ),
        "de": (
            "vaterartikel, vaterartikelnummer, hauptartikel, elternartikel, ubergeordnet, "
            "ubergeordnetes produkt, ubergeordnete artikelnummer, variantengruppe, vater artikelnummer, "
            "parent artikelnummer, elternprodukt"
        ),
        "fr": "parent, produit parent, reference parent, ugs parent, article parent, groupe d articles",
        "es": (
            "superior, producto padre, padre, sku padre, producto principal, articulo padre, referencia padre"
        ),
        "it": ("genitore, prodotto padre, prodotto genitore, padre, sku padre, articolo padre, codice padre"),
        "pt": "ascendente, produto pai, pai, sku pai, produto principal, codigo pai",
        "nl": ("hoofdproduct, bovenliggend, bovenliggend product, hoofd, ouder, moederartikel, hoofdartikel"),
        "pl": "nadrzedny, produkt nadrzedny, rodzic, produkt glowny, sku nadrzedne, grupa wariantow",
        "ru": (
            "родительский, родительский товар, родитель, артикул родителя, родительский артикул, "
            "основной товар, группа вариантов"
        ),
        "tr": (
            "ebeveyn, ust urun, ana urun, ana urun kodu, ust urun kodu, varyant grubu, ebeveyn urun, "
            "model kodu grubu"
        ),
        "ja": "親, 親商品, 親sku, 親商品コード, 親品番, 親製品, 親商品id, 商品グループ",
        "zh": (
            "父级, 父商品, 父sku, 父产品, 上级, 母商品, 主商品, 父級, 父產品, 上層, 母產品, 主商品編號, "
            "父体, 父商品编码"
        ),
    },
    "brand": {
        "en": (
            "brand, brand name, manufacturer, vendor, maker, product brand, label brand, producer, "
            "supplier, manufacturer name"
        ),
        "de": ("marke, markenname, hersteller, herstellername, produktmarke, lieferant, fabrikat, anbieter"),
        "fr": "marque, nom de la marque, fabricant, fournisseur, vendeur",
        "es": "marca, nombre de la marca, fabricante, proveedor, vendedor",
        "it": "marca, marchio, produttore, fabbricante, fornitore, venditore",
        "pt": "marca, nome da marca, fabricante, fornecedor, vendedor",
        "nl": "merk, merknaam, fabrikant, producent, leverancier",
        "pl": "marka, nazwa marki, producent, dostawca, wytworca",
        "ru": "бренд, марка, торговая марка, производитель, изготовитель, поставщик, вендор",
        "tr": "marka, marka adi, uretici, tedarikci, imalatci",
        "ja": "ブランド, ブランド名, メーカー, メーカー名, 製造元, 販売元, 製造者",
        "zh": (
            "品牌, 品牌名称, 厂商, 制造商, 生产商, 供应商, 品牌名, 品牌名稱, 廠商, 製造商, 生產商, 供應商"
        ),
    },
    "language": {
        "en": "language, lang, language code, locale, content language, language id",
        "de": "sprache, sprachcode",
        "fr": "langue, code langue",
        "es": "idioma, lengua, codigo de idioma",
        "it": "lingua, codice lingua",
        "pt": "idioma, lingua",
        "nl": "taal, taalcode",
        "pl": "jezyk, kod jezyka",
        "ru": "язык, код языка",
        "tr": "dil, dil kodu",
        "ja": "言語, 言語コード",
        "zh": "语言, 语种, 語言, 語系",
    },
    "url": {
        "en": (
            "url, product url, product link, item url, link, page url, product page, web page, website, "
            "detail url, canonical url, permalink, href, listing url, web address, product page url, "
            "deeplink, deep link, web url"
        ),
        "de": (
            "produktlink, produkt url, produktseite, artikel url, artikellink, webseite, deeplink, "
            "adresse der seite"
        ),
        "fr": ("lien, lien produit, lien du produit, url produit, url du produit, page produit, adresse web"),
        "es": ("enlace, enlace del producto, url del producto, url producto, pagina del producto, vinculo"),
        "it": "collegamento, link prodotto, url prodotto, pagina prodotto, indirizzo web",
        "pt": "ligacao, link do produto, url do produto, pagina do produto, endereco",
        "nl": "productlink, product url, productpagina, webadres",
        "pl": "adres, adres url, link do produktu, adres produktu, strona produktu",
        "ru": ("ссылка, ссылка на товар, адрес страницы, url товара, страница товара, ссылка на страницу"),
        "tr": "baglanti, urun linki, urun baglantisi, urun url, urun sayfasi",
        "ja": "リンク, 商品url, 商品ページ, 商品ページurl, 商品リンク, ページurl",
        "zh": (
            "链接, 商品链接, 产品链接, 网址, 商品网址, 连结, 連結, 商品連結, 產品連結, 網址, 商品網址, 鏈接"
        ),
    },
    "colour": {
        "en": (
            "colour, color, base colour, base color, colour name, color name, main colour, main color, "
            "colours, colors"
        ),
        "de": "farbe, farben, farbname, grundfarbe, farbbezeichnung, hauptfarbe",
        "fr": "couleur, couleurs, coloris, teinte",
        "es": "color, colores, color principal",
        "it": "colore, colori, colore principale",
        "pt": "cor, cores, cor principal",
        "nl": "kleur, kleuren, hoofdkleur",
        "pl": "kolor, kolory, barwa",
        "ru": "цвет, цвета, основной цвет, цвет товара",
        "tr": "renk, renkler, ana renk, urun rengi",
        "ja": "色, カラー, 色名, カラー名",
        "zh": "颜色, 颜色分类, 色彩, 顏色, 色彩名稱, 颜色名称",
    },
    "size": {
        "en": "size, sizes, size name, clothing size, shoe size",
        "de": "grosse, groesse, grossen, konfektionsgrosse, schuhgrosse",
        "fr": "taille, tailles, pointure",
        "es": "talla, tallas, tamano",
        "it": "taglia, taglie, misura",
        "pt": "tamanho, tamanhos, numeracao",
        "nl": "maat, maten, afmeting, kledingmaat",
        "pl": "rozmiar, rozmiary, wielkosc",
        "ru": "размер, размеры, размер товара",
        "tr": "beden, bedenler, numara, boyut, ebat",
        "ja": "サイズ, 大きさ, 寸法",
        "zh": "尺码, 尺寸, 大小, 尺碼, 规格, 規格",
    },
    "material": {
        "en": "material, materials, fabric, composition, material type",
        "de": "material, materialien, stoff, zusammensetzung, werkstoff",
        "fr": "matiere, matieres, materiau, composition, tissu",
        "es": "material, materiales, tejido, composicion",
        "it": "materiale, materiali, tessuto, composizione",
        "pt": "material, materiais, tecido, composicao",
        "nl": "materiaal, materialen, stof, samenstelling",
        "pl": "material, materialy, tkanina, sklad, tworzywo",
        "ru": "материал, материалы, ткань, состав",
        "tr": "malzeme, materyal, kumas, icerik malzeme",
        "ja": "素材, 材質, 材料",
        "zh": "材质, 材料, 面料, 材質, 布料",
    },
    "gender": {
        "en": "gender, sex, target gender, department gender",
        "de": "geschlecht, zielgruppe geschlecht",
        "fr": "genre, sexe",
        "es": "genero, sexo",
        "it": "genere, sesso",
        "pt": "genero, sexo",
        "nl": "geslacht",
        "pl": "plec",
        "ru": "пол",
        "tr": "cinsiyet",
        "ja": "性別",
        "zh": "性别, 性別",
    },
    "usage": {
        "en": "usage, use, occasion, purpose",
        "de": "verwendung, verwendungszweck, einsatzzweck, anlass",
        "fr": "usage, utilisation, occasion",
        "es": "uso, ocasion",
        "it": "uso, utilizzo, occasione",
        "pt": "uso, utilizacao, ocasiao",
        "nl": "gebruik, toepassing, gelegenheid",
        "pl": "zastosowanie, przeznaczenie, okazja",
        "ru": "назначение, применение, использование",
        "tr": "kullanim, kullanim amaci",
        "ja": "用途, 使用目的",
        "zh": "用途, 使用场景, 使用場景",
    },
    "kind": {
        "en": (
            "type, product type, kind, variation type, relationship type, parentage, parent child, "
            "product kind"
        ),
        "de": "typ, art, produkttyp, produktart",
        "fr": "type, type de produit",
        "es": "tipo, tipo de producto",
        "it": "tipo, tipo di prodotto",
        "pt": "tipo, tipo de produto",
        "nl": "type, soort, producttype",
        "pl": "rodzaj, typ, typ produktu",
        "ru": "тип, тип товара, вид",
        "tr": "tur, tip, urun tipi, urun turu",
        "ja": "種類, タイプ, 種別, 商品タイプ",
        "zh": "类型, 商品类型, 产品类型, 類型, 商品類型, 產品類型",
    },
}

MORE_IMAGES = """
additional image link, additional image links, additional image, additional images, additional image url,
additional image urls, additional images link, other image url, other image, other images,
other images url, extra images, more images, alternate images, alternate image, secondary image,
secondary images, gallery image, gallery images, image gallery, swatch image url, weitere bilder,
zusatzliche bilder, zusatzbilder, zusatzbild, galeriebilder, bildergalerie, zusatzlicher bildlink,
autres images, images supplementaires, images secondaires, galerie, galerie photos, otras imagenes,
imagenes adicionales, galeria, galeria de imagenes, altre immagini, immagini aggiuntive, galleria,
galleria immagini, outras imagens, imagens adicionais, galeria de imagens, extra afbeeldingen,
meer afbeeldingen, galerij, dodatkowe zdjecia, galeria zdjec, pozostale zdjecia,
дополнительные изображения, дополнительные фото, дополнительные картинки, галерея,
ссылки на дополнительные фото, ek gorseller, ek resimler, diger gorseller, galeri, その他の画像, サブ画像,
追加画像, ギャラリー, 追加画像url, 附图, 副图, 其他图片, 更多图片, 附加图片, 其他圖片, 附圖, 更多圖片
"""
"""Columns of further images, which are taken beside the first one."""

_PATHS = """
category path, product category tree, category tree, category name path, full category, category hierarchy,
category full path, breadcrumb, breadcrumbs, taxonomy, kategoriepfad, kategorie pfad, chemin de categorie,
arborescence, fil ariane, fil d ariane, ruta de categoria, arbol de categorias, percorso categoria,
albero categorie, caminho da categoria, arvore de categorias, categoriepad, sciezka kategorii, путь категории,
дерево категорий, kategori yolu, kategori agaci, カテゴリパス, カテゴリーパス, 分类路径, 类目路径, 分類路徑
"""


def key_of(name: str) -> str:
    """Return a usual name in the form that `core.catalogue.columns.headers.Header.key` has."""
    return "".join(words_of(bare(name)))


PATH_NAMES = frozenset(map(key_of, _PATHS.split(",")))
"""Keys of names for category paths."""


@cache
def usual_names() -> dict[str, dict[str, int]]:
    """Return key -> field -> rank: the position of the name in its line, 0 for the clearest."""
    found: dict[str, dict[str, int]] = {}
    for field, lines in NAMES.items():
        for line in lines.values():
            for rank, name in enumerate(line.split(",")):
                key = key_of(name)
                ranks = found.setdefault(key, {})
                ranks[field] = min(rank, ranks.get(field, rank))
    return found


@cache
def more_images() -> frozenset[str]:
    """Return the keys of columns of further images."""
    return frozenset(map(key_of, MORE_IMAGES.split(",")))
