from core.views.charts import bar_chart


def test_bars_keep_the_order_given():
    figure = bar_chart(["b", "a"], [1, 2], unit="products")
    assert list(figure.data[0].y) == ["b", "a"]
    assert figure.layout.yaxis.autorange == "reversed"
    assert figure.layout.yaxis.type == "category"  # "2024" is a name, not a number


def test_no_bar_at_all_becomes_json():
    assert "NaN" not in bar_chart([], [], unit="products").to_json()
