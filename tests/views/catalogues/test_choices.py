import argparse

import pytest

from core.catalogue.read_options import ReadOptions
from core.cli.commands import make_parser
from core.cli.running import read_options
from core.views.catalogues.choices import Choices

CHOICES = [
    Choices(),
    Choices(columns={"name": "Titel", "sku": "Art.-Nr.", "brand": ""}),
    Choices(columns={"price": "Preis, EUR", "name": 'a "quoted" = name', "description": "-x"}),
    Choices(columns={"price": "two\nlines"}, category="-Gruppe", level=-1),
    Choices(category="Warengruppe", level=1, encoding="cp1252", sheet="Artikel 1", keep_placeholders=True),
]


def parsed(choices: Choices) -> argparse.Namespace:
    return make_parser().parse_args(["build", "--data", "x", "--out", "y", *choices.arguments()])


@pytest.mark.parametrize("choices", CHOICES)
def test_a_job_reads_the_table_as_the_page_did(choices):
    assert read_options(parsed(choices)) == choices.read_options()


def test_nothing_chosen_is_all_recognised():
    assert Choices().read_options() == ReadOptions()
    assert Choices().arguments() == []


def test_the_smallest_category_is_handed_on():
    assert parsed(Choices(minimum=7)).minimum == 7
    assert Choices(minimum=7).read_options() == ReadOptions()
