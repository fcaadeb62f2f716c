import pytest

from core.bundle.encoder_choice import JudgedEncoder, choice_to_dict, read_choice
from core.bundle.json_fields import Fields
from core.common.errors import BundleError
from core.features.encoders.cost import EncoderCost

JUDGED = (
    JudgedEncoder("minilm", 0.31, 0.02, 700, EncoderCost(0.6, 0.004), chosen=False),
    JudgedEncoder("minilm+use", 0.22, 0.02, 700, EncoderCost(1.1, 0.006), chosen=True),
)


def read(plain: dict) -> dict:
    return read_choice(Fields({"encoder_choice": plain}, "manifest.json"))


def test_what_is_written_is_read_again():
    assert read(choice_to_dict({"text": JUDGED})) == {"text": JUDGED}
    assert read({}) == {}


@pytest.mark.parametrize("kept", [JUDGED[:1], (JUDGED[1], JUDGED[1]), ()])
def test_exactly_one_candidate_is_chosen(kept):
    with pytest.raises(BundleError, match=r"encoder_choice\.text: expected one chosen encoder among"):
        read(choice_to_dict({"text": kept}))
