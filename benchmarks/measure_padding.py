"""Measure how many tokens encoders read only because a longer text is in the same batch.

python benchmarks/measure_padding.py --data DIR --format fashion [--encoder minilm]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.catalogue.reading import read_chunks
from core.catalogue.text import product_texts
from core.features.encoders.registry import load_encoder
from core.features.encoders.text import TextEncoder, token_batches


def padding(encoder: TextEncoder, texts: list[str]) -> tuple[int, int]:
    """Return the tokens of different texts, sorted by length, and those read with the padding of batches."""
    real = padded = 0
    for part in encoder.batches(texts):
        lengths = encoder.lengths(texts[part])
        for rows in token_batches(lengths):
            real += sum(lengths[row] for row in rows)
            padded += len(rows) * max(lengths[row] for row in rows)
    return real, padded


def main() -> None:
    """Print both counts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--format", default="auto")
    parser.add_argument("--encoder", default="minilm")
    options = parser.parse_args()
    texts = [
        text for chunk in read_chunks(options.data, options.format) for text in product_texts(chunk.table)
    ]
    encoder = load_encoder(options.encoder, modality="text")
    assert isinstance(encoder, TextEncoder), "the service's own batches are not known"
    different = sorted({text for text in texts if text}, key=len)
    real, padded = padding(encoder, different)
    print(
        f"{len(texts)} texts, {len(different)} different: {real:,} tokens, {padded:,} with padding "
        f"({padded / real - 1:.1%} more)"
    )


if __name__ == "__main__":
    main()
