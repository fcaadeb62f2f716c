"""Distil `compact` from EfficientNet-Lite2, after train_compact.py. Tried and not kept: see the model card.

    python benchmarks/distil_compact.py --data ../shared/data --start DIR/compact.weights.h5 --cache DIR

Uses only the training rows of benchmarks/compact_data.py. The later part of the network (from the 9 x 9 maps
on: 1.6 of its 1.8 million weights) is trained with four losses:

- features: a linear map of the features should point where the teacher's standardised ones do (cosine);
- relations: which images of a batch are alike should be as with the teacher: Kullback-Leibler divergence of
  the softmax of cosines (https://arxiv.org/abs/2101.04731);
- words and labels, as in benchmarks/train_compact.py, for all sources but Flipkart: its 494 training images
  would be learned by heart.

Views, the teacher's answers and the maps of the earlier part, which stays as it is, are computed once and
kept in ``--cache``, so that training takes minutes on one core. The result is a running mean of the weights.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import torch
from compact_data import FASHION, SEED, read_rows, write_learned
from compact_distilling import Distilling, scores
from compact_maps import cached_views, early_maps
from compact_network import Student, read_student, write_student
from torch import nn

from core.common.progress import bar
from core.features.encoders.compact import WEIGHTS

BATCH = 64
PEAK_RATE = 4e-4
WARM_UP = 25
MEAN_OVER = 0.98
SCORED = 3
"""Times that the validation rows are scored while it trains."""


def rate(share: float, step: int) -> float:
    """Return the learning rate after a share of the time: warm-up, then a cosine."""
    return PEAK_RATE * min(1.0, (step + 1) / WARM_UP) * (0.02 + 0.49 * (1 + np.cos(np.pi * share)))


def distil(data: Path, start: Path, out: Path, cache: Path, minutes: float) -> None:
    """Run the recipe and write the weights and ``training.json`` beside them."""
    torch.manual_seed(SEED)
    rows = read_rows(data, fashion=FASHION)
    write_learned(rows, out.parent / "learned_pictures.npy")
    rows = rows[rows["part"] != "test"].reset_index(drop=True)
    views = cached_views(data, rows, cache, bar())
    student = read_student(start).to(memory_format=torch.channels_last)
    student.train_late()
    student.eval()
    maps = [early_maps(student, views["pixels"], cache, altered=altered) for altered in (False, True)]
    whole = np.flatnonzero(views["view"] == 0)
    row = views["row"][whole]
    task = Distilling(rows, views)
    history = json.loads((start.parent / "training.json").read_text(encoding="utf-8"))
    before = student.encode(maps[0][whole])
    history.append({"step": 0, **scores(before, rows, row)})
    task.start_maps(before, whole)
    mean = copy.deepcopy(student)
    groups = [
        {"params": [each for each in student.parameters() if each.requires_grad], "speed": 1.0},
        {"params": task.parameters(), "speed": 2.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=PEAK_RATE, weight_decay=0.01)
    generator = np.random.default_rng(SEED)
    began, step, share, queue, scored = time.time(), 0, 0.0, np.array([], int), 0
    while share < 1:
        queue = queue if len(queue) >= BATCH else task.order(generator)
        at, queue = queue[:BATCH], queue[BATCH:]
        share = min(1.0, (time.time() - began) / 60 / minutes)
        for group in optimiser.param_groups:
            group["lr"] = rate(share, step) * group["speed"]
        loss = task.loss(student, maps, at, generator)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(groups[0]["params"], 5.0)
        optimiser.step()
        step += 1
        _follow(mean, student, min(MEAN_OVER, step / (step + 9)))
        if share >= (scored + 1) / SCORED:
            scored += 1
            seconds = round(time.time() - began)
            found = scores(mean.encode(maps[0][whole]), rows, row)
            history.append({"step": step, "seconds": seconds, **found})
            print(history[-1], flush=True)
            write_student(mean.eval(), out)
            out.with_name("training.json").write_text(json.dumps(history, indent=1) + "\n")


@torch.no_grad()
def _follow(mean: Student, student: Student, kept: float) -> None:
    for own, new in zip(mean.state_dict().values(), student.state_dict().values(), strict=True):
        if own.dtype.is_floating_point:
            own.mul_(kept).add_(new, alpha=1 - kept)


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with photos/, flipkart/ and fashion/"
    )
    parser.add_argument(
        "--start", type=Path, required=True, help="what train_compact.py wrote, training.json beside it"
    )
    parser.add_argument("--cache", type=Path, required=True, help="folder for views and maps")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="where the weights go")
    parser.add_argument("--minutes", type=float, default=18.0, help="how long to train")
    arguments = parser.parse_args()
    distil(arguments.data, arguments.start, arguments.out, arguments.cache, arguments.minutes)


if __name__ == "__main__":
    main()
