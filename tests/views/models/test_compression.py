from types import SimpleNamespace

from core.bundle.training import TrainingChoices
from core.features.encoders.compression import Compression, Trial
from core.features.encoders.fine_tuned import FineTuned
from core.features.encoders.record import EncoderRecord
from core.heads.compression import HeadCompression
from core.views.display_names import encoder_name
from core.views.models.compression import compression_sentences

INT8 = Trial("int8", 0.93, 0.371, 2_000_000)
WEIGHTS = Trial("int8-weights", 0.995, 0.327, 1_900_000)


def record(name, precision, *trials, modality="image", **changes):
    made = Compression(precision, "a" * 16, True, 64, 671, 0.326, 7_300_000, trials) if precision else None
    return EncoderRecord(
        name, modality, 8, None, "b" * 16, 1, False, f"encoders/{modality}.onnx", compression=made, **changes
    )


def bundle_of(encoders, models=(), compress="int8"):
    training = TrainingChoices(compress=compress)
    return SimpleNamespace(
        encoders={each.modality: each for each in encoders},
        models=models,
        manifest=SimpleNamespace(training=training),
    )


def test_it_says_what_was_tried_and_what_was_taken():
    (sentence,) = compression_sentences(bundle_of([record("compact", "int8-weights", INT8, WEIGHTS)]))
    assert sentence == (
        "Compact keeps its weights in 8 bits and computes in fp32, 1.9 instead of 7.3 MB. Out-of-fold log "
        "loss on 671 training products: 0.326 in fp32, 0.371 computing in 8 bits (mean cosine 0.930), 0.327 "
        "with weights in 8 bits (mean cosine 0.995)."
    )
    (sentence,) = compression_sentences(bundle_of([record("compact", "fp32", INT8, WEIGHTS)]))
    assert sentence.startswith("Compact stays in fp32, because 8 bits would lose too much. Out-of-fold")


def test_nothing_is_said_where_nobody_asked():
    assert compression_sentences(bundle_of([record("compact", None)], compress=None)) == []
    (sentence,) = compression_sentences(bundle_of([record("glove", None, modality="text")]))
    assert sentence.startswith("glove stays as it is: ")


def test_heads_say_what_validation_products_said():
    def head(name, made):
        return SimpleNamespace(head=name, modality="text", compression=made)

    models = (
        head("mlp", HeadCompression(True, 105, 100, 99, 0.2011, 0.2, 200_000, 600_000)),
        head("gated", HeadCompression(False, 105, 97, 99, 0.3, 0.2, 200_000, 600_000)),
        head("tfidf", None),
    )
    assert compression_sentences(bundle_of([], models)) == [
        "Neural network (Text) computes in 8 bits, 0.2 instead of 0.6 MB: 100 of 105 validation products "
        "right instead of 99, log loss 0.201 instead of 0.200.",
        "Gated network (Text) stays in fp32. 8 bits would lose: 97 of 105 validation products right instead "
        "of 99, log loss 0.300 instead of 0.200.",
    ]


def test_names_of_encoders_say_what_they_compute_in():
    tuned = FineTuned("minilm", "abc", True, blocks=2, epochs=1, products=735, validation=105)
    one = record("minilm-finetuned", "int8", INT8, modality="text", fine_tuned=tuned)
    bundle = bundle_of([one, record("compact", "int8-weights", INT8, WEIGHTS)])
    assert encoder_name(bundle, "fused") == "MiniLM (fine-tuned, 8 bits) + Compact (weights in 8 bits)"
    assert encoder_name(bundle_of([record("compact", "fp32", INT8, WEIGHTS)]), "image") == "Compact"
    members = (record("compact", "int8-weights", INT8, WEIGHTS), record("mobilenet", "fp32", INT8, WEIGHTS))
    both = record("compact+mobilenet", None, members=members)
    assert encoder_name(bundle_of([both]), "image") == "Compact (weights in 8 bits) + MobileNet"
    assert len(compression_sentences(bundle_of([both]))) == 2
