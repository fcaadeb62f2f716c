"""Train the image encoder `compact` from MobileNet's weights and real product images.

    python benchmarks/train_compact.py --data ../shared/data --weights mobilenet_7_5_224_no_top.weights.h5

Uses only the training rows of benchmarks/compact_data.py. One network is trained with three losses:

- distillation: after centring and scaling, its features should point in the direction of MobileNet's for the
  same crop at 224 x 224 pixels (cosine; "a good teacher is consistent", https://arxiv.org/abs/2106.05237);
- contrast: a linear map of the features should find the image's product name among those of the batch, by
  MiniLM's text vectors (InfoNCE, https://arxiv.org/abs/1807.03748);
- labels: a linear map of the features should classify the images of each source (cross-entropy).

Crops and teacher features are computed once, before training. Weights are written every second epoch, with
the scores on validation rows in ``training.json`` beside them; the last ones are the result. Training takes
half an hour on two idle cores, 50 minutes on busy ones.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
import numpy as np
import pandas as pd
from compact_data import FASHION, SEED, read_rows, write_learned
from compact_views import BATCH, Batches, draw_views, load_teacher, scaled, word_vectors
from keras import ops

from core.common.progress import bar
from core.features.encoders.compact import WEIGHTS, build_compact

LOSS_WEIGHTS = {"features": 4.0, "words": 0.5, "labels": 1.0}
TEMPERATURE = 0.07
PEAK_RATE = 8e-4


def distillation(teacher, student):
    """Return 1 - cosine of the standardised teacher's and the student's features, per image."""
    return 1 - ops.sum(ops.normalize(teacher) * ops.normalize(student), axis=-1)


def contrast(words, mapped):
    """Return InfoNCE of images against names, both ways; equal names in a batch are all right."""
    same = ops.cast(ops.matmul(words, ops.transpose(words)) > 0.999, "float32")
    right = same / ops.sum(same, axis=-1, keepdims=True)
    likeness = ops.matmul(ops.normalize(mapped), ops.transpose(words)) / TEMPERATURE
    losses = [
        -ops.sum(right * ops.log_softmax(side), axis=-1) for side in (likeness, ops.transpose(likeness))
    ]
    return (losses[0] + losses[1]) / 2


def within_source(source_of_label: np.ndarray):
    """Make the cross-entropy among the labels of the image's own source."""
    other = ops.convert_to_tensor(
        np.where(source_of_label[:, None] == source_of_label[None], 0, -1e9).astype(np.float32)
    )

    def labels(true, logits):
        true = ops.reshape(ops.cast(true, "int32"), (-1,))
        return keras.losses.sparse_categorical_crossentropy(
            true, logits + ops.take(other, true, axis=0), from_logits=True
        )

    return labels


def ridge_accuracy(x: np.ndarray, y: np.ndarray, x_new: np.ndarray, y_new: np.ndarray) -> float:
    """Return the accuracy of ridge regression onto the classes: a quick stand-in for logistic regression."""
    classes, codes = np.unique(y, return_inverse=True)
    x, x_new = (v / np.linalg.norm(v, axis=1, keepdims=True) for v in (x, x_new))
    centre, wanted = x.mean(axis=0), np.eye(len(classes))[codes]
    x = x - centre
    shrinkage = 0.1 * np.trace(x.T @ x) / x.shape[1] * np.eye(x.shape[1])
    weights = np.linalg.solve(x.T @ x + shrinkage, x.T @ (wanted - wanted.mean(axis=0)))
    scores = (x_new - centre) @ weights + wanted.mean(axis=0)
    return float(np.mean(classes[scores.argmax(axis=1)] == y_new))


class Watch(keras.callbacks.Callback):
    """Every few epochs: score the encoder on the validation rows, write weights and scores."""

    def __init__(self, encoder: keras.Model, rows: pd.DataFrame, views: dict, out: Path, every: int) -> None:
        super().__init__()
        self._encoder, self._rows, self._out, self._every = encoder, rows, out, every
        self._history: list[dict[str, float]] = []
        self._started = time.monotonic()
        whole = views["first"]
        self._pixels, self._at, self._teacher = (
            views["pixels"][whole],
            views["row"][whole],
            views["teacher"][whole],
        )

    def scores(self, features: np.ndarray) -> dict[str, float]:
        """Return the accuracy of a linear map learned on training rows, on validation rows, per source."""
        rows = self._rows.iloc[self._at].reset_index(drop=True)
        scores = {}
        for source, members in rows.groupby("source"):
            label = members["coarse" if source == "fashion" else "label"].to_numpy(dtype=object)
            learn = (members["part"] == "train").to_numpy()
            at = members.index.to_numpy()
            scores[source] = ridge_accuracy(
                features[at[learn]], label[learn].astype(str), features[at[~learn]], label[~learn].astype(str)
            )
        return {name: round(score, 4) for name, score in scores.items()}

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Score the teacher on the same rows."""
        self._history.append({"epoch": "teacher", **self.scores(self._teacher)})
        print(self._history[-1], flush=True)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Score and write."""
        if (epoch + 1) % self._every and epoch + 1 < self.params["epochs"]:
            return
        parts = range(0, len(self._pixels), BATCH)
        features = np.concatenate(
            [self._encoder.predict_on_batch(scaled(self._pixels[at : at + BATCH])) for at in parts]
        )
        rounded = {name: round(float(value), 4) for name, value in (logs or {}).items()}
        seconds = round(time.monotonic() - self._started)
        self._history.append({"epoch": epoch + 1, "seconds": seconds, **self.scores(features), **rounded})
        print(self._history[-1], flush=True)
        self._encoder.save_weights(self._out)
        self._out.with_name("training.json").write_text(json.dumps(self._history, indent=1) + "\n")


def train(
    data: Path, weights: Path, out: Path, *, epochs: int, limit: int | None = None, kept: Path | None = None
) -> None:
    """Run the whole recipe and write the encoder's weights to `out`; `kept` is a file for the drawn views."""
    keras.utils.set_random_seed(SEED)
    rows = read_rows(data, fashion=FASHION)
    write_learned(rows, out.parent / "learned_pictures.npy")
    rows = rows[rows["part"] != "test"]
    if limit is not None:
        rows = rows.groupby(["source", "part"]).head(limit)
    rows = rows.reset_index(drop=True)
    teacher = load_teacher(weights)
    encoder = build_compact()
    # Same layers in the same order; only the last normalisation is new.
    body = teacher.get_weights()
    encoder.set_weights(body + encoder.get_weights()[len(body) :])

    if kept is not None and kept.exists():
        views = dict(np.load(kept))
    else:
        views = draw_views(data, rows, teacher, bar())
        if kept is not None:
            np.savez(kept, **views)
    learn = (rows["part"] == "train").to_numpy()[views["row"]]
    learned = {name: values[learn] for name, values in views.items()}
    centre, spread = learned["teacher"].mean(axis=0), learned["teacher"].std(axis=0) + 1e-3
    names = rows["source"] + "/" + rows["label"]
    label_names = np.unique(names.to_numpy(dtype=str))
    sources = np.array([name.split("/")[0] for name in label_names])
    label = np.searchsorted(label_names, names.to_numpy(dtype=str))
    texts, text = np.unique(rows["text"].to_numpy(dtype=str), return_inverse=True)
    targets = {
        "features": (learned["teacher"] - centre) / spread,
        "words": word_vectors(texts.tolist())[text][learned["row"]],
        "labels": label[learned["row"]],
    }
    batches = Batches(learned, targets, np.where(rows["source"] == "flipkart", 2, 1))

    features = encoder.output
    dropped = keras.layers.Dropout(0.3)(features)
    outputs = {
        "features": features,
        "words": keras.layers.Dense(targets["words"].shape[1], use_bias=False)(dropped),
        "labels": keras.layers.Dense(len(label_names))(dropped),
    }
    student = keras.Model(encoder.input, outputs)
    steps = epochs * len(batches)
    rate = keras.optimizers.schedules.CosineDecay(
        PEAK_RATE / 20, steps - steps // 15, warmup_target=PEAK_RATE, warmup_steps=steps // 15
    )
    student.compile(
        keras.optimizers.AdamW(rate, weight_decay=0.01, clipnorm=5.0),
        loss={"features": distillation, "words": contrast, "labels": within_source(sources)},
        loss_weights=LOSS_WEIGHTS,
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    watch = Watch(encoder, rows, views, out, every=2)
    student.fit(batches, epochs=epochs, callbacks=[watch], verbose=1 if sys.stderr.isatty() else 2)


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with photos/, flipkart/ and fashion/"
    )
    parser.add_argument(
        "--weights", type=Path, required=True, help="MobileNet 0.75 (224, no top) weights, .h5"
    )
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="where the weights go")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--views", type=Path, help="keep the drawn views in this .npz, or take them from it")
    parser.add_argument("--limit", type=int, help="rows per source and part, to try the recipe out")
    arguments = parser.parse_args()
    train(
        arguments.data,
        arguments.weights,
        arguments.out,
        epochs=arguments.epochs,
        limit=arguments.limit,
        kept=arguments.views,
    )


if __name__ == "__main__":
    main()
