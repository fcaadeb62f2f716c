from core.views.display_names import head_name


def test_an_unknown_head_still_has_a_word():
    assert head_name("gradient_boosting") == "Gradient boosting"
