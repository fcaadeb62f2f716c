"""The encoders of a build: those the user named, the usual ones, or ones chosen for the catalogue."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.building.effort import USUAL, Effort
from core.cli.vectors import add_vectors, vector_files
from core.common.errors import CoreError

if TYPE_CHECKING:
    from core.building.options import BuildOptions
    from core.bundle.encoder_choice import EncoderChoice
    from core.catalogue.reading import Catalogue
    from core.common.progress import Progress
    from core.features.encoders.encoder import Encoder
    from core.features.encoders.record import EncoderRecord
    from core.features.given.vectors import GivenVectors

GLOVE = "glove"
WORD_HEADS = ("bilstm", "joint")
"""What ``--word-vectors`` is for."""


def add_encoder_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that name encoders and their weights."""
    parser.add_argument(
        "--text",
        metavar="ENCODER",
        help="text encoder, hf/OWNER/NAME, st/OWNER/NAME, several side by side as minilm+use, or none "
        f"(default: {USUAL['text']} where most texts are in English, else use; "
        "with --effort thorough, chosen)",
    )
    parser.add_argument(
        "--image",
        metavar="ENCODER",
        help="image encoder, keras/NAME, timm/NAME, hf/OWNER/NAME, several side by side as "
        f"compact+mobilenet, or none (default: {USUAL['image']}; with --effort thorough, chosen)",
    )
    parser.add_argument(
        "--weights", type=Path, metavar="PATH", help="weights of the image encoder: a file or a folder"
    )
    add_vectors(parser, "instead of an encoder")
    parser.add_argument(
        "--text-weights", type=Path, metavar="PATH", help="weights of the text encoder: a file or a folder"
    )
    parser.add_argument(
        "--word-vectors",
        type=Path,
        metavar="FILE",
        help="word vectors in GloVe's format, 100 numbers a word, for the encoder glove and the heads "
        f"{' and '.join(WORD_HEADS)}",
    )


def encoder_names(options: argparse.Namespace) -> dict[str, str]:
    """Return modality -> encoder; a wrong name is reported before anything is read."""
    from core.features.encoders.registry import get_encoder

    given = vector_files(options)
    wanted = {m: _named(options, m) or usual for m, usual in USUAL.items()}
    names = {m: name for m, name in wanted.items() if name != "none" and m not in given}
    if not names and not given:
        raise CoreError("nothing to build: --text and --image are both 'none'")
    for modality, name in names.items():
        get_encoder(name, modality)
    return names


def check_word_vectors(file: Path | None, names: Mapping[str, str], heads: Sequence[str]) -> None:
    """Report a file that nothing reads, or that is none of word vectors, before anything else is read."""
    from core.features.encoders import glove
    from core.features.encoders.side_by_side import names_of

    if file is None:
        return
    if GLOVE not in names_of(names.get("text", "none")) and not set(WORD_HEADS) & set(heads):
        raise CoreError(
            f"--word-vectors: expected --text {GLOVE}, or {' or '.join(WORD_HEADS)} among the heads, "
            f"got --text {names.get('text', 'none')} and {', '.join(heads)}"
        )
    found = glove.find(file)
    if found is not None:
        glove.read_vectors(found.path, ())


def _named(options: argparse.Namespace, modality: str) -> str | None:
    """Return the encoder the user named; whoever names weights alone means those of the usual one."""
    has_weights = options.weights if modality == "image" else options.text_weights
    named: str | None = getattr(options, modality)
    return named or (USUAL[modality] if has_weights else None)


def encoders_of(
    names: Mapping[str, str],
    given: Mapping[str, GivenVectors],
    effort: Effort,
    catalogue: Catalogue,
    choices: BuildOptions,
    options: argparse.Namespace,
    progress: Progress,
) -> tuple[dict[str, Encoder], EncoderChoice]:
    """Return modality -> encoder: the given vectors, those the user named, and chosen ones for the others.

    With them, why the chosen ones were.
    """
    from core.building.encoder_choice import candidates_at_hand, choose_encoders

    free = [m for m in names if _named(options, m) is None]
    # The usual one first: for texts that are not in English, another one than the effort's.
    choices_of = {
        m: sorted(effort.encoders[m], key=names[m].__ne__) if len(effort.encoders[m]) > 1 else [names[m]]
        for m in free
    }
    candidates = {m: candidates_at_hand(choices_of[m]) for m in free}
    if all(len(each) < 2 for each in candidates.values()):
        loaded: dict[str, Encoder] = {**given, **_load_encoders(names, options, progress)}
        judged: EncoderChoice = {}
    else:
        named = {m: name for m, name in names.items() if m not in candidates}
        loaded = {**given, **_load_encoders(named, options, progress)}
        choice = choose_encoders(catalogue, candidates, loaded, choices, progress)
        print("\n".join(["encoders (* chosen):", *choice.lines]))
        loaded |= _load_encoders(choice.names, options, progress)
        judged = choice.judged
    return {m: loaded[m] for m in USUAL if m in loaded}, judged


def encoder_lines(encoders: Mapping[str, EncoderRecord]) -> Iterator[str]:
    """Yield what each encoder of a bundle costs, those side by side one by one."""
    for modality, record in encoders.items():
        for one in record.parts:
            size = "" if one.size_bytes is None else f", {one.size_bytes / 1e6:.1f} MB"
            times = (
                f", {1000 * one.cost.warm:.1f} ms a product, {one.cost.cold:.2f} s to load"
                if one.cost
                else ""
            )
            yield f"{modality} encoder {one.name}: {one.dim} numbers{size}{times}"


def _load_encoders(
    names: Mapping[str, str], options: argparse.Namespace, progress: Progress
) -> dict[str, Encoder]:
    from core.features.encoders.registry import get_encoder, load_encoder

    # The two sides of one model come from the same weights.
    is_pair = "image" in names and get_encoder(names["image"]).text_side == names.get("text")
    text_weights = options.text_weights or (options.weights if is_pair else None)
    if text_weights is None and options.word_vectors is not None:
        text_weights = {GLOVE: options.word_vectors}
    weights = {"text": text_weights, "image": options.weights}
    return {m: load_encoder(name, weights[m], modality=m, progress=progress) for m, name in names.items()}
