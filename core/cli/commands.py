"""The command line: ``python -m core COMMAND --help``.

Exit code 0 when done, 2 with one clear line on standard error for a user's mistake, 1 for a bug.
"""

from __future__ import annotations

import argparse
import errno
import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.arguments import make_parser
from core.common.errors import CoreError

if TYPE_CHECKING:
    from core.bundle.reader import Bundle
    from core.features.backends import Backend
    from core.serving.cluster.engine import Source
    from core.serving.cluster.ray_cluster import Cluster


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the process's exit code."""
    options = make_parser().parse_args(arguments)
    try:
        COMMANDS[options.command](options)
    except CoreError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return _fail("stopped; what was done so far is kept and the next run goes on from there", 130)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT):
            raise
        return _fail(f"cannot write: {error.strerror}: {error.filename or 'disk'}")
    return 0


def _fail(message: str, code: int = 2) -> int:
    print("error: " + " ".join(message.split()), file=sys.stderr)
    return code


def _build(options: argparse.Namespace) -> None:
    from core.building.build import BuildOptions, build_bundle
    from core.catalogue.reading import read_catalogue
    from core.common.files import cache_dir
    from core.common.progress import bar
    from core.faults.fault_table import KINDS
    from core.features.encoders.registry import get_encoder, load_encoder
    from core.heads.registry import parse_heads
    from core.projections.drawing import parse_methods
    from core.views.models.comparison import gain_of

    heads, methods = parse_heads(options.heads), parse_methods(options.maps)
    names = {"text": options.text, "image": options.image}
    names = {modality: name for modality, name in names.items() if name != "none"}
    if not names:
        raise CoreError("nothing to build: --text and --image are both 'none'")
    for modality, name in names.items():
        get_encoder(name, modality)
    progress = bar()
    catalogue = read_catalogue(
        options.data,
        options.format,
        label=options.label,
        columns=options.columns,
        limit=options.limit,
        minimum=options.minimum,
        seed=options.seed,
        progress=progress,
    )
    print("\n".join(catalogue.account.lines()))
    # The two sides of one model come from the same weights.
    is_pair = "image" in names and get_encoder(names["image"]).text_side == names.get("text")
    text_weights = options.text_weights or (options.weights if is_pair else None)
    weights = {"text": text_weights, "image": options.weights}
    encoders = {m: load_encoder(name, weights[m], modality=m, progress=progress) for m, name in names.items()}
    choices = BuildOptions(
        heads=heads,
        methods=methods,
        seed=options.seed,
        origin=options.origin,
        licence=options.licence,
        synthetic=options.synthetic,
        private=options.private,
        augment=options.augment,
        cache=None if options.no_cache else cache_dir() / "features",
    )
    bundle = build_bundle(catalogue, encoders, options.out, choices, progress)
    _print_models(bundle)
    gain = gain_of(bundle)
    if gain is not None:
        print(gain.words)
    if bundle.fairness is not None:
        print(bundle.fairness["words"])
    issues = bundle.faults[bundle.faults["is_issue"]]["kind"].value_counts()
    print("probably wrong: " + (", ".join(f"{KINDS[kind]} {n}" for kind, n in issues.items()) or "nothing"))
    print(f"bundle written to {bundle.path}")


def _print_models(bundle: Bundle) -> None:
    """Print one table of every head and modality: what it reaches on the test rows, and what it costs."""
    print("* chosen on validation rows; figures are of test rows; 95 % intervals; micro F1 is accuracy")
    print(
        f"{'modality':9}{'head':21}{'accuracy':>9}{'interval':>17}{'macro F1':>9}{'weighted':>9}"
        f"{'micro train':>12}{'valid.':>8}{'test':>8}{'calib.':>8}{'train s':>9}{'ms each':>9}{'peak MB':>9}"
        f"{'file kB':>9}"
    )
    for model in bundle.models:
        r = model.report
        low, high = model.intervals["accuracy"]
        print(
            f"{r.modality:9}{r.head + ('*' if model.chosen else ''):21}{r.accuracy:9.4f}"
            f"{f'{low:.4f} to {high:.4f}':>17}{r.macro_f1:9.4f}{r.weighted_f1:9.4f}"
            f"{model.train_accuracy:12.4f}{model.validation_accuracy:8.4f}{r.micro_f1:8.4f}"
            f"{model.calibration_error:8.3f}{model.train_seconds:9.1f}{model.ms_per_product:9.2f}"
            f"{model.peak_mb:9.0f}{model.size_bytes / 1000:9.0f}"
        )


def _chunks(options: argparse.Namespace, label: str | None = None) -> object:
    from core.catalogue.reading import read_chunks

    return read_chunks(options.data, options.format, label=options.label or label, columns=options.columns)


def _count(options: argparse.Namespace) -> int:
    from core.serving.bulk.streams import count_products

    return count_products(options.data, options.format, columns=options.columns)


def _backend(options: argparse.Namespace, precision: str | None = None) -> Backend:
    from core.features.backends import Backend

    return Backend.chosen(options.backend, options.precision or precision)


def _is_on_ray(options: argparse.Namespace) -> bool:
    if options.engine == "ray":
        return True
    if options.workers or options.address:
        raise CoreError("--workers and --address are for --engine ray")
    return False


def _ray_arguments(options: argparse.Namespace) -> tuple[Source, Path, Cluster]:
    from core.serving.cluster.engine import Source
    from core.serving.cluster.ray_cluster import Cluster

    source = Source(options.data, options.format, options.label, options.columns)
    return source, options.out, Cluster(options.workers, options.address)


def _evaluate(options: argparse.Namespace) -> None:
    from core.common.progress import bar
    from core.serving.bulk.loaders import load_predictor
    from core.serving.bulk.streams import evaluate_stream

    progress = bar()
    predictor = load_predictor(options.bundle, _backend(options), options.catalogue, progress)
    manifest = predictor.bundle.manifest
    label = manifest["label"] if manifest["format"] == options.format else None
    result = evaluate_stream(predictor, _chunks(options, label), progress, _count(options))
    if options.json:
        _write_json(options.json, result)
    print(
        f"{result['n']} products scored, {result['set_aside']} set aside (category not known to the bundle)"
    )
    print(f"{'modality':10}{'head':22}{'accuracy':>10}{'macro F1':>10}{'weighted':>10}{'micro F1':>10}")
    for model in result["models"]:
        star = "*" if result["best"][model["modality"]] == model["head"] else ""
        figures = "".join(f"{model[k]:10.4f}" for k in ("accuracy", "macro_f1", "weighted_f1", "micro_f1"))
        print(f"{model['modality']:10}{model['head']:22}{figures} {star}")


def _predict(options: argparse.Namespace) -> None:
    from core.common.progress import bar
    from core.serving.bulk.loaders import load_predictor
    from core.serving.bulk.streams import write_predictions

    progress, backend = bar(), _backend(options)
    if _is_on_ray(options):
        from core.serving.cluster.engine import ray_predictions

        catalogue = options.catalogue.resolve() if options.catalogue else None
        load = partial(load_predictor, options.bundle.resolve(), backend, catalogue)
        count = ray_predictions(load, *_ray_arguments(options), progress)
        print(f"{count} products classified, written to {options.out}")
        return
    predictor = load_predictor(options.bundle, backend, options.catalogue, progress)
    total = _count(options)
    count = write_predictions(predictor, _chunks(options), options.out, progress, total)
    print(f"{count} products classified, written to {options.out}")


def _classify(options: argparse.Namespace) -> None:
    from core.catalogue.text import product_text
    from core.serving.predictor import Predictor

    if not options.text and not options.image:
        raise CoreError("nothing to classify: give --text, --image, or both")
    given = [m for m in ("text", "image") if options.explain or getattr(options, m)]
    predictor, text = Predictor.load(options.bundle, given), product_text(options.text or "", "")
    answer = predictor.classify(text, options.image)
    why = None
    if options.explain:
        from core.serving.explain.explanation import explain

        why = explain(predictor, text, options.image)
    if options.json:
        explanation = {"explanation": why.to_dict()} if why else {}
        print(json.dumps(answer.to_dict() | explanation, ensure_ascii=False, indent=1))
        return
    print(f"{answer.category}  ({'needs review' if answer.needs_review else 'no review needed'})")
    print(f"by {answer.answered_by.modality}, {answer.answered_by.head}:")
    for ranked in answer.ranked:
        print(f"  {100 * ranked.confidence:6.1f} %  {ranked.category}")
    if why:
        print("why:\n  " + "\n  ".join(why.lines()))
    if answer.neighbours:
        print("nearest products:")
    for neighbour in answer.neighbours[:5]:
        print(f"  {neighbour.similarity:7.3f}  {neighbour.category}: {neighbour.name or neighbour.sku}")


def _embed(options: argparse.Namespace) -> None:
    from core.common.progress import bar
    from core.serving.bulk.loaders import load_embedder
    from core.serving.bulk.streams import write_embeddings

    # Stored vectors are in fp32 unless somebody asks for something else.
    progress, backend = bar(), _backend(options, "fp32")
    if _is_on_ray(options):
        from core.serving.cluster.engine import ray_embeddings

        weights = options.weights.resolve() if options.weights else None
        load = partial(load_embedder, options.encoder, weights, backend)
        count = ray_embeddings(load, *_ray_arguments(options), progress)
        print(f"{count} products encoded, written to {options.out}")
        return
    encoder = load_embedder(options.encoder, options.weights, backend, progress)
    count = write_embeddings(encoder, _chunks(options), options.out, progress, _count(options))
    numbers = f"{encoder.dim} numbers each, {backend.precision}"
    print(f"{count} products encoded ({numbers}), written to {options.out}")


def _demo(options: argparse.Namespace) -> None:
    from core.common.progress import bar
    from core.demo import write_demo

    account = write_demo(options.out, rows=options.rows, seed=options.seed, progress=bar())
    print(f"{account.rows} synthetic products, {account.images} pictures, written to {account.folder}")
    print("  planted faults: " + ", ".join(f"{name} {count}" for name, count in account.faults.items()))


def _fetch_images(options: argparse.Namespace) -> None:
    from core.common.progress import bar
    from core.downloads.connection import Caller
    from core.downloads.fetching import fetch_images, images_folder
    from core.downloads.workers import Manners

    progress = bar()
    try:
        report = fetch_images(
            options.data,
            options.format,
            column=options.column,
            columns=options.columns,
            out=options.out,
            limit=options.limit,
            caller=Caller(silence=options.timeout, allow_private=options.allow_private),
            manners=Manners(
                workers=options.workers,
                per_host=options.per_host,
                retries=options.retries,
                max_bytes=int(options.max_mb * 2**20),
            ),
            progress=progress,
        )
    finally:
        progress.close()  # what is printed next begins on a line of its own
    print("\n".join(report.lines()))
    usual = images_folder(options.data)
    if options.column and options.format == "csv" and report.with_image < report.pictures:
        print(f"the other commands need to be told of the column: --columns image={options.column}")
    if options.out is not None and options.out.resolve() != usual.resolve():
        print(f"the other commands look for pictures in {usual}")


def _encoders(options: argparse.Namespace) -> None:
    from core.features.encoders.registry import describe_encoders

    found = describe_encoders()
    wide = max(len(e.name) for e in found) + 2
    print(f"{'name':{wide}}{'modality':10}{'dim':>6}{'MB':>7}  {'licence':14}{'here':6}weights from")
    for e in found:
        here = "yes" if e.here else "no"
        print(f"{e.name:{wide}}{e.modality:10}{e.dim:6}{e.size_mb:7.0f}  {e.licence:14}{here:6}{e.origin}")


def _bundles(options: argparse.Namespace) -> None:
    from core.bundle.reader import ROOT, list_bundles

    found = list_bundles()
    if not found:
        print(f"no bundles under {ROOT}/ yet; make one with: python -m core build --help")
    for b in found:
        marks = [word for word, is_so in (("synthetic", b.synthetic), ("private", b.private)) if is_so]
        print(
            f"{b.name:24}"
            + (b.problem or f"{b.rows:8} rows {b.classes:5} classes  {b.created}  {' '.join(marks)}")
        )


def _write_json(file: Path, content: object) -> None:
    from core.common.files import atomic_path

    with atomic_path(file) as temporary:
        temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


COMMANDS: dict[str, Callable[[argparse.Namespace], None]] = {
    "build": _build,
    "evaluate": _evaluate,
    "predict": _predict,
    "classify": _classify,
    "embed": _embed,
    "demo": _demo,
    "fetch-images": _fetch_images,
    "encoders": _encoders,
    "bundles": _bundles,
}
"""Command -> what runs it."""
