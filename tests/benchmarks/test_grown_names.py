from collections import Counter
from itertools import product

from benchmarks.grown_names import FOREIGN, INVENTED, REPEATED, made_products

MAKERS = ("Nordlicht", "Albero", "Kestrel", "Umbra Works", "Solveig")
WORDS = {
    "Mugs": (("Tall", "Enamel", "Ceramic", "Thermal"), ("Travel", "Camping", "Espresso"), ("Mug", "Cup")),
    "Lamps": (("Brass", "Paper", "Smoked Glass"), ("Desk", "Floor"), ("Lamp", "Light With Dimmer")),
    "Chairs": (("Oak", "Walnut", "Folding"), ("Dining", "Rocking", "Swivel"), ("Chair", "Seat", "Stool")),
}
NAMES = {kind: [" ".join(each) for each in product(MAKERS, *words)] for kind, words in WORDS.items()}
REAL = {name for names in NAMES.values() for name in names}


def made(count, seed=0):
    return list(made_products(NAMES, count, seed))


def test_the_seed_decides():
    assert made(300) == made(300)
    assert made(300) != made(300, seed=1)


def test_categories_keep_their_shares_and_a_small_catalogue_has_them_all():
    assert {each.category for each in made(3)} == set(NAMES)
    counts = Counter(each.category for each in made(3000))
    for category, names in NAMES.items():
        assert abs(counts[category] / 3000 - len(names) / len(REAL)) < 0.03


def test_few_words_are_not_of_the_category_and_fewer_of_no_category():
    products = made(60)
    strange = [
        _words(NAMES[each.category]).isdisjoint({word}) for each in products for word in each.name.split()
    ]
    assert 0 < sum(strange) / len(products) < 2 * (FOREIGN + INVENTED)


def test_names_repeat_as_often_as_said_while_there_are_new_ones():
    products = made(200)
    repeated = 1 - len({each.name for each in products}) / len(products)
    assert REPEATED / 2 < repeated < REPEATED + 0.1
    assert len({each.name for each in products} - REAL) > 20


def test_a_product_begins_as_its_origin_does():
    begun = [each.name.split()[0] == NAMES[each.category][each.origin].split()[0] for each in made(500)]
    assert sum(begun) > 450


def _words(names):
    return set(" ".join(names).split())
