from dataclasses import replace
from types import SimpleNamespace

from core.features.encoders.fine_tuned import FineTuned
from core.views.display_names import encoder_name
from core.views.models.fine_tuning import fine_tuning_sentences


def test_a_fine_tuned_encoder_is_named_with_what_it_learned_from():
    tuned = FineTuned("minilm", "abc", True, blocks=2, epochs=1, products=735, validation=105)
    bundle = SimpleNamespace(
        encoders={
            "text": SimpleNamespace(
                name="minilm-finetuned", images_per_product=1, fine_tuned=tuned, compression=None, members=()
            ),
            "image": SimpleNamespace(
                name="compact", images_per_product=1, fine_tuned=None, compression=None, members=()
            ),
        }
    )
    assert encoder_name(bundle, "text") == "MiniLM (fine-tuned)"
    (sentence,) = fine_tuning_sentences(bundle)
    assert sentence.startswith(
        "MiniLM was fine-tuned on 735 training products: its last 2 blocks, 1 epoch; "
        "105 validation products chose when to stop."
    )
    pruned = replace(tuned, pruned=0.3)
    bundle.encoders["text"].fine_tuned = pruned
    assert encoder_name(bundle, "text") == "MiniLM (pruned, fine-tuned)"
    (sentence,) = fine_tuning_sentences(bundle)
    assert "its last 2 blocks without 30.0% of the channels inside, 1 epoch" in sentence
    assert sentence.endswith("the encoder before fine-tuning answers.")
    bundle.encoders["text"].fine_tuned = replace(tuned, out_of_fold="folds", folds=3)
    assert "3 encoders fine-tuned in the same way answer" in fine_tuning_sentences(bundle)[0]
    bundle.encoders["text"].fine_tuned = replace(tuned, recipe="contrastive")
    assert "1 epoch, to tell which image belongs to which text; 105" in fine_tuning_sentences(bundle)[0]
