from core.views.review.category_names import last_part_first


def test_a_long_path_begins_with_what_tells_it_apart_and_stays_whole():
    path = "Home & Garden > Kitchen > Drinkware > Mugs"
    assert last_part_first(path) == "Mugs (Home & Garden > Kitchen > Drinkware)"
    assert last_part_first("Kitchen > Mugs") == "Kitchen > Mugs"
    assert last_part_first("A" * 60) == "A" * 60
