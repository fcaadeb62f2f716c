"""The column in which a product's images are kept."""

from core.catalogue.images.lists import packed, unpacked


def test_the_column_of_several_images():
    assert packed([]) == packed(["a.jpg"]) == ""
    assert packed(["\u00e4.jpg", 'b".jpg']) == '["\u00e4.jpg", "b\\".jpg"]'
    for images in ((), ("a.jpg",), ("a.jpg", 'b".jpg')):
        assert unpacked(images[0] if images else "", packed(images)) == images
