from core.bundle.decisions import Log, new_decision
from core.views.review.history import decisions_on


def test_decisions_about_a_product_and_its_pairs_newest_first():
    def keep(sku, other=""):
        return new_decision(sku=sku, other=other, kind="label", action="keep", old="Mugs", new="Mugs")

    one, pair, another = keep("a"), keep("b", "a"), keep("b")
    log = Log((one, pair, another))
    assert decisions_on(log, "a") == (pair, one)
    assert decisions_on(log, "b") == (another, pair)
    assert decisions_on(log, "") == (), "no product has an empty id beside those without another"
