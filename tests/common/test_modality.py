from core.common.modality import MODALITIES, sides_of


def test_fused_reads_both_sides_and_the_others_themselves():
    assert [sides_of(modality) for modality in MODALITIES] == [("text",), ("image",), ("text", "image")]
