"""Names that stand for no category, in the languages of shops: "Uncategorized", "Sin categoría", "未分類".

"None", "NA" and "Other" are none of them: they can be categories.
"""

from __future__ import annotations

import re

from core.common.letters import bare

_NAMES = """
uncategorized | uncategorised | uncategorized products | not categorized | not categorised | no category |
without category | unclassified | not classified | unknown | unknown category | undefined | not defined |
unassigned | not assigned | unspecified | not specified | not available | not set | n/a | #n/a | n.a. |
n. a. | null | nan | nil | tbd | to be defined | category missing | missing category | (none) | [none] |
(not set) | (blank) | unkategorisiert | nicht kategorisiert | ohne kategorie | keine kategorie |
nicht zugeordnet | unbekannt | keine angabe | keine angaben | k.a. | k. a. | nicht klassifiziert |
nicht definiert | undefiniert | unsortiert | non classé | non classée | non classés | non catégorisé |
sans catégorie | aucune catégorie | inconnu | inconnue | non défini | non définie | non renseigné |
non spécifié | indéfini | sin categoría | sin categorías | sin categorizar | sin clasificar |
no categorizado | no clasificado | desconocido | desconocida | sin definir | ninguna categoría |
sin especificar | sin asignar | senza categoria | non categorizzato | non classificato |
nessuna categoria | sconosciuto | sconosciuta | non specificato | non definito | non assegnato |
sem categoria | não categorizado | não classificado | sem classificação | nenhuma categoria |
desconhecido | desconhecida | não especificado | não definido | não informado | geen categorie |
niet gecategoriseerd | ongecategoriseerd | zonder categorie | onbekend | niet ingedeeld | niet opgegeven |
ongedefinieerd | bez kategorii | brak kategorii | nieskategoryzowane | nieskategoryzowany |
niesklasyfikowane | nieprzypisane | nieznane | nieznana | nieznany | nieokreślone | nie określono | brak |
brak danych | без категории | без рубрики | без раздела | нет категории | неизвестно | неизвестная |
неизвестная категория | не указано | не указана | не определено | не задано | нет данных | kategorisiz |
kategori yok | kategorilenmemiş | kategorize edilmemiş | sınıflandırılmamış | bilinmeyen | bilinmiyor |
belirtilmemiş | tanımsız | tanımlanmamış | 未分類 | カテゴリなし | カテゴリーなし | カテゴリ未設定 |
カテゴリー未設定 | カテゴリ未分類 | 分類なし | 未設定 | 未指定 | 不明 | なし | 未分类 | 无分类 | 無分類 |
暂无分类 | 暫無分類 | 未归类 | 未歸類 | 未知 | 未知分类 | 未設置 | 未设置 | 不详 | 不詳 | 无 | 無 |
미분류 | 분류 없음 | 알 수 없음 | okategoriserad | okategoriserade | okänd | ukategoriseret |
ikke kategoriseret | ukategorisert | ukjent | ukendt | luokittelematon | tuntematon | nezařazené |
nezařazeno | neznámé | kategorizálatlan | ismeretlen | fără categorie | necategorizat | необозначено |
без категорія | без категорії | невідомо | χωρίς κατηγορία | غير مصنف | بدون فئة | غير معروف |
ללא קטגוריה | अवर्गीकृत | ไม่มีหมวดหมู่ | chưa phân loại | tanpa kategori | tidak dikategorikan
"""
_PLACEHOLDERS = frozenset(bare(name) for name in _NAMES.split("|"))
_SIGNS_ALONE = re.compile(r"[-–—―_.…?!*#~/\\|:;,=+\s]+")
_LONGEST = max(map(len, _PLACEHOLDERS)) + 8


def is_placeholder(name: str) -> bool:
    """Return whether a category's name stands for no category."""
    if len(name) > _LONGEST:
        return False
    return _SIGNS_ALONE.fullmatch(name) is not None or bare(name) in _PLACEHOLDERS
