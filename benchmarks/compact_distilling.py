"""What `compact` learns from EfficientNet-Lite2: losses, targets, the order of views, scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from compact_network import Student
from torch import nn
from torch.nn import functional

from core.features.encoders.compact import DIM
from core.features.encoders.registry import load_encoder

LOSS_WEIGHTS = {"features": 4.0, "relations": 2.0, "words": 0.5, "labels": 1.0}
LIKENESS, CONTRAST = 0.1, 0.07
"""Temperatures of relations and of words."""
REPEAT = {"flipkart": 3}
"""Views of a row in an epoch, where it is not one."""
BY_HEART = "flipkart"
"""The source without words and labels."""


def ridge_map(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the weights (columns of y, columns of x) of a ridge regression without a constant."""
    shrinkage = 0.1 * np.trace(x.T @ x) / x.shape[1] * np.eye(x.shape[1])
    weights: np.ndarray = np.linalg.solve(x.T @ x + shrinkage, x.T @ y).astype(np.float32).T
    return weights


def ridge_accuracy(x: np.ndarray, y: np.ndarray, x_new: np.ndarray, y_new: np.ndarray) -> float:
    """Return the accuracy of ridge regression onto the classes: a quick stand-in for logistic regression."""
    classes, codes = np.unique(y, return_inverse=True)
    x, x_new = (v / np.linalg.norm(v, axis=1, keepdims=True) for v in (x, x_new))
    centre, wanted = x.mean(axis=0), np.eye(len(classes))[codes]
    weights = ridge_map(x - centre, wanted - wanted.mean(axis=0)).T
    guesses = ((x_new - centre) @ weights + wanted.mean(axis=0)).argmax(axis=1)
    return float(np.mean(classes[guesses] == y_new))


def scores(features: np.ndarray, rows: pd.DataFrame, row: np.ndarray) -> dict[str, float]:
    """Return, per source, the accuracy on validation rows of a linear map learned on training rows."""
    found = {}
    of_features = rows.iloc[row].reset_index(drop=True)
    for source, members in of_features.groupby("source"):
        label = members["coarse" if source == "fashion" else "label"].to_numpy(dtype=object).astype(str)
        learn, at = (members["part"] == "train").to_numpy(), members.index.to_numpy()
        found[str(source)] = round(
            ridge_accuracy(features[at[learn]], label[learn], features[at[~learn]], label[~learn]), 4
        )
    return found


class Distilling(nn.Module):
    """Targets of each view, and linear maps of the features that are thrown away after training."""

    def __init__(self, rows: pd.DataFrame, views: dict[str, np.ndarray]) -> None:
        super().__init__()
        self.row, self.learned = views["row"], (rows["part"] == "train").to_numpy()[views["row"]]
        self.source = rows["source"].to_numpy(dtype=object)
        taught = views["teacher"][self.learned]
        standard = (views["teacher"] - taught.mean(axis=0)) / (taught.std(axis=0) + 1e-4)
        self.standard = torch.from_numpy(standard.astype(np.float32))
        names = (rows["source"] + "/" + rows["label"]).to_numpy(dtype=str)
        labels, code = np.unique(names, return_inverse=True)
        sources = np.array([name.split("/")[0] for name in labels])
        self.label = torch.from_numpy(code)
        self.others = torch.from_numpy(
            np.where(sources[:, None] == sources[None], 0, -1e9).astype(np.float32)
        )
        texts, self.text = np.unique(rows["text"].to_numpy(dtype=str), return_inverse=True)
        self.words = torch.from_numpy(_word_vectors(texts.tolist()))
        self.to_features = nn.Linear(DIM, standard.shape[1], bias=False)
        self.to_words = nn.Linear(DIM, self.words.shape[1], bias=False)
        self.to_labels = nn.Linear(DIM, len(labels))

    @torch.no_grad()
    def start_maps(self, features: np.ndarray, at: np.ndarray) -> None:
        """Start the linear maps from ridge regressions on the features of the training views in `at`."""
        kept = self.learned[at]
        x, at = features[kept], at[kept]
        rows = self.row[at]
        wanted = 8 * (np.eye(len(self.others))[self.label.numpy()[rows]] - 0.01)
        self.to_features.weight.copy_(torch.from_numpy(ridge_map(x, self.standard.numpy()[at])))
        self.to_words.weight.copy_(torch.from_numpy(ridge_map(x, self.words.numpy()[self.text[rows]])))
        self.to_labels.weight.copy_(torch.from_numpy(ridge_map(x, wanted)))
        self.to_labels.bias.zero_()

    def order(self, generator: np.random.Generator) -> np.ndarray:
        """Return an epoch: a random training view a row, `REPEAT` of some sources, in random order."""
        left = {row: REPEAT.get(self.source[row], 1) for row in np.unique(self.row)}
        taken = []
        for at in generator.permutation(np.flatnonzero(self.learned)).tolist():
            if left[self.row[at]]:
                left[self.row[at]] -= 1
                taken.append(at)
        return generator.permutation(np.array(taken))

    def loss(
        self, student: Student, maps: Sequence[torch.Tensor], at: np.ndarray, generator: np.random.Generator
    ) -> torch.Tensor:
        """Return the weighted loss of a batch of views, each plain or altered at random."""
        student.train_late()
        altered = generator.random(len(at)) < 0.5
        seen = maps[0][at]
        seen[torch.from_numpy(altered)] = maps[1][at[altered]]
        features = student.late(seen.contiguous(memory_format=torch.channels_last))
        dropped = functional.dropout(features, 0.3)
        rows = self.row[at]
        own = torch.from_numpy(self.source[rows] != BY_HEART)
        teacher, label = functional.normalize(self.standard[at], dim=-1), self.label[rows]
        logits = self.to_labels(dropped) + self.others[label]
        losses = {
            "features": 1 - functional.cosine_similarity(self.to_features(features), teacher).mean(),
            "relations": relations(teacher, features),
            "words": contrast(self.words[self.text[rows]][own], self.to_words(dropped)[own]),
            "labels": functional.cross_entropy(logits[own], label[own]),
        }
        return sum(LOSS_WEIGHTS[name] * each for name, each in losses.items())


def relations(teacher: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
    """Return the divergence of the likeness of a batch's images from the teacher's, which have length 1."""
    itself = torch.eye(len(teacher), dtype=torch.bool)

    def softmax(vectors: torch.Tensor) -> torch.Tensor:
        return (vectors @ vectors.T / LIKENESS).masked_fill(itself, -1e4).log_softmax(-1)

    own = softmax(functional.normalize(features, dim=-1))
    return functional.kl_div(own, softmax(teacher), log_target=True, reduction="batchmean")


def contrast(words: torch.Tensor, mapped: torch.Tensor) -> torch.Tensor:
    """Return InfoNCE of images against names, both ways; equal names in a batch are all right."""
    same = (words @ words.T > 0.999).float()
    right = same / same.sum(-1, keepdim=True)
    likeness = functional.normalize(mapped, dim=-1) @ words.T / CONTRAST
    both = (-(right * side.log_softmax(-1)).sum(-1).mean() for side in (likeness, likeness.T))
    return sum(both) / 2


def _word_vectors(texts: list[str]) -> np.ndarray:
    encoder = load_encoder("minilm")
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    vectors = np.empty((len(texts), encoder.dim), np.float32)
    vectors[order] = encoder.encode([texts[at] for at in order])
    return vectors
