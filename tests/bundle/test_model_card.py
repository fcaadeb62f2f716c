import json
from dataclasses import replace

import pytest

from core.bundle.json_fields import Fields
from core.bundle.model_card import ModelCard
from core.common.errors import BundleError
from core.heads.losses import Losses


def stored(card: ModelCard) -> dict[str, object]:
    return json.loads(json.dumps(card.to_dict()))


def test_losses_come_back_and_may_be_absent(bundle):
    card = bundle.models[0]
    assert ModelCard.read(Fields(stored(card), "card")).losses is None
    learned = replace(card, losses=Losses((2.0, 1.5), (2.1, 1.75)))
    assert ModelCard.read(Fields(stored(learned), "card")).losses == learned.losses
    older = stored(card)
    del older["losses"]
    assert ModelCard.read(Fields(older, "card")).losses is None


def test_losses_of_another_length_are_refused(bundle):
    card = replace(bundle.models[0], losses=Losses((2.0, 1.5), (2.1,)))
    with pytest.raises(BundleError, match="expected 2 validation losses, got 1"):
        ModelCard.read(Fields(stored(card), "card"))
