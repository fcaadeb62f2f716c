"""Names that stand for no category, in the languages of shops."""

import pytest

from core.catalogue.values.placeholder_names import is_placeholder


@pytest.mark.parametrize(
    "name",
    [
        "Uncategorized", "UNCATEGORISED", "unknown", "n/a", "N/A", "null", "NaN", "-", "--", "–", "?", "...",
        "Unkategorisiert", "ohne Kategorie", "Non classé", "Non classe", "Sin categoría", "SIN CATEGORIA",
        "Senza categoria", "Sem categoria", "Não categorizado", "Geen categorie", "Bez kategorii",
        "nieokreślone",
        "Без категории", "БЕЗ РУБРИКИ", "Kategorisiz", "BİLİNMEYEN", "Sınıflandırılmamış",
        "未分類", "カテゴリなし",
        "未分类", "無分類", "미분류",
    ],
)  # fmt: skip
def test_placeholders(name):
    assert is_placeholder(name)


@pytest.mark.parametrize(
    "name",
    [
        "None",
        "none",
        "NA",
        "Other",
        "Others",
        "Misc",
        "Sonstiges",
        "Autres",
        "Mugs",
        "X",
        "1",
        "C++",
        "無線",
        "☕",
        "No name",
    ],
)
def test_names_of_categories(name):
    assert not is_placeholder(name)
