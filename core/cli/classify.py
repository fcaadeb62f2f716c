"""``classify``: classify one product."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.parser import Command, add_bundle
from core.common.errors import CoreError
from core.common.modality import MODALITY_NAMES

if TYPE_CHECKING:
    from core.serving.answer import Answer

NEIGHBOURS = 5
"""Nearest products that are printed."""


def _add_options(parser: argparse.ArgumentParser) -> None:
    add_bundle(parser)
    parser.add_argument("--text", metavar="TEXT", help="name and description")
    parser.add_argument("--image", type=Path, metavar="FILE", help="image file")
    parser.add_argument("--explain", action="store_true", help="print what the answer rests on")
    parser.add_argument("--json", action="store_true", help="print JSON")


def _run(options: argparse.Namespace) -> None:
    from core.catalogue.text import product_text
    from core.serving.predictor import Predictor

    if not options.text and not options.image:
        raise CoreError("nothing to classify: give --text, --image, or both")
    given = [m for m in ("text", "image") if options.explain or getattr(options, m)]
    predictor, text = Predictor.load(options.bundle, given), product_text(options.text or "", "")
    answer = predictor.classify(text, options.image)
    explanation = None
    if options.explain:
        from core.serving.explain.explanation import explain

        explanation = explain(predictor, text, options.image)
    if options.json:
        plain = answer.to_dict() | ({"explanation": explanation.to_dict()} if explanation else {})
        print(json.dumps(plain, ensure_ascii=False, indent=1))
        return
    print("\n".join(_lines(answer, explanation.lines() if explanation else [])))


def _lines(answer: Answer, reasons: list[str]) -> list[str]:
    """Return an answer for the terminal."""
    review = f"needs review: {', '.join(answer.reasons)}" if answer.needs_review else "no review needed"
    lines = [f"{answer.category}  ({review})"]
    lines.append(f"{MODALITY_NAMES[answer.answered_by.modality]}, {answer.answered_by.head}:")
    lines += [f"  {100 * ranked.confidence:5.1f}%  {ranked.category}" for ranked in answer.ranked]
    lines += ["why:", *(f"  {reason}" for reason in reasons)] if reasons else []
    lines += ["nearest products:"] if answer.neighbours else []
    for neighbour in answer.neighbours[:NEIGHBOURS]:
        title = neighbour.name or neighbour.sku
        lines.append(f"  {neighbour.similarity:7.3f}  {neighbour.category}: {title}")
    return lines


COMMAND = Command("classify", "classify one product", _add_options, _run)
