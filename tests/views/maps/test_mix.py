import pandas as pd

from core.views.maps.mix import LISTED, category_mix


def test_the_mix_counts_the_selected_rows_only_and_says_their_shares():
    table = pd.DataFrame({"category": ["mug", "mug", "lamp", "mug", "sofa"]})
    told = category_mix(table, [0, 2, 3, 1])
    assert "<span>mug</span><span>3 · 75%</span>" in told
    assert "<span>lamp</span><span>1 · 25%</span>" in told
    assert "sofa" not in told


def test_more_categories_than_there_is_room_for_are_one_line():
    names = [f"c{number}" for number in range(LISTED + 3)]
    table = pd.DataFrame({"category": names * 2})
    told = category_mix(table, range(len(table)))
    assert told.count("<li") == LISTED + 1
    assert f"<span>3 more</span><span>6 · {100 * 6 / len(table):.0f}%</span>" in told


def test_a_name_is_no_markup_and_a_long_one_keeps_its_end():
    table = pd.DataFrame({"category": ["<b>bold</b>", "Home > Kitchen and dining > Cups and mugs of stone"]})
    told = category_mix(table, [0, 1])
    assert "<b>" not in told
    assert "&lt;b&gt;bold" in told
    assert 'title="Home &gt; Kitchen and dining &gt; Cups and mugs of stone"' in told
