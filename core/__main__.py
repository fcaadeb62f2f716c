"""The command line: ``python -m core COMMAND --help``.

Exit code 0 when done, 2 with one clear line on standard error for a user's mistake, 1 for a bug.
"""

from __future__ import annotations

import argparse
import errno
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from core.errors import CoreError

if TYPE_CHECKING:
    from core.bundle import Bundle


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line instead of printing the whole usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the process's exit code."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
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


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m core", description="Product Lens: multimodal product classification.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    build = commands.add_parser("build", help="learn from a catalogue and write a bundle")
    _data_arguments(build)
    build.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder of the bundle, artifacts/NAME"
    )
    build.add_argument(
        "--text", default="minilm", metavar="ENCODER", help="text encoder, or 'none' (default: minilm)"
    )
    build.add_argument(
        "--image", default="compact", metavar="ENCODER", help="image encoder, or 'none' (default: compact)"
    )
    build.add_argument(
        "--weights", type=Path, metavar="FILE", help="weights of the image encoder: file or folder"
    )
    build.add_argument(
        "--text-weights", type=Path, metavar="FILE", help="weights of the text encoder: file or folder"
    )
    build.add_argument("--heads", default="all", metavar="A,B,C", help="heads to train (default: all)")
    build.add_argument(
        "--maps", default="all", metavar="A,B,C", help="projections to draw, or 'none' (default: all)"
    )
    build.add_argument("--limit", type=_positive, metavar="N", help="use a stratified sample of N rows")
    build.add_argument("--minimum", type=_positive, metavar="N", help="set classes under N rows aside")
    build.add_argument(
        "--seed", type=int, default=0, metavar="N", help="of sample, split, heads and maps (default: 0)"
    )
    build.add_argument("--origin", default="not stated", metavar="TEXT", help="where the data comes from")
    build.add_argument("--licence", default="not stated", metavar="TEXT", help="licence of the data")
    build.add_argument(
        "--private", action="store_true", help="leave out names, texts, prices, pictures and features"
    )
    build.add_argument(
        "--synthetic", action="store_true", help="the products were invented: say so everywhere"
    )
    build.add_argument(
        "--augment", type=_positive, default=0, metavar="N", help="learn from N changed copies a picture"
    )
    build.add_argument("--no-cache", action="store_true", help="encode everything anew")
    build.set_defaults(run=_build)

    evaluate = commands.add_parser("evaluate", help="score a bundle on a labelled catalogue it never saw")
    _bundle_argument(evaluate)
    _data_arguments(evaluate)
    evaluate.add_argument("--json", type=Path, metavar="FILE", help="write the figures here")
    evaluate.set_defaults(run=_evaluate)

    predict = commands.add_parser("predict", help="classify a whole catalogue, labelled or not")
    _bundle_argument(predict)
    _data_arguments(predict)
    predict.add_argument(
        "--out", type=Path, required=True, metavar="FILE.csv", help="where the predictions go"
    )
    predict.set_defaults(run=_predict)

    classify = commands.add_parser("classify", help="classify one product")
    _bundle_argument(classify)
    classify.add_argument("--text", metavar="TEXT", help="name and description")
    classify.add_argument("--image", type=Path, metavar="FILE", help="picture")
    classify.add_argument("--explain", action="store_true", help="say what the answer rests on")
    classify.add_argument("--json", action="store_true", help="print JSON")
    classify.set_defaults(run=_classify)

    embed = commands.add_parser("embed", help="encode a catalogue into a file")
    _data_arguments(embed)
    embed.add_argument("--encoder", required=True, metavar="NAME", help="see: python -m core encoders")
    embed.add_argument("--weights", type=Path, metavar="FILE", help="its weights: a file or a folder")
    embed.add_argument("--out", type=Path, required=True, metavar="FILE", help=".parquet, .csv or .npy")
    embed.set_defaults(run=_embed)

    demo = commands.add_parser("demo", help="write a synthetic catalogue: invented products, drawn pictures")
    demo.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write into")
    demo.add_argument("--rows", type=_positive, default=2000, metavar="N", help="products (default: 2000)")
    demo.add_argument("--seed", type=int, default=7, metavar="N", help="the same seed gives the same files")
    demo.set_defaults(run=_demo)

    _add_fetch_images(commands)

    encoders = commands.add_parser("encoders", help="list every encoder and whether its weights are here")
    encoders.set_defaults(run=_encoders)

    bundles = commands.add_parser("bundles", help="list what lies under artifacts/")
    bundles.set_defaults(run=_bundles)
    return parser


def _add_fetch_images(commands: argparse._SubParsersAction) -> None:
    fetch = commands.add_parser("fetch-images", help="fetch pictures that a catalogue has only addresses of")
    fetch.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder with the table")
    fetch.add_argument(
        "--format", default="csv", metavar="F", help="flipkart, fashion, bestbuy or csv (default)"
    )
    fetch.add_argument(
        "--column", metavar="COLUMN", help="column with the addresses (default: the format's picture column)"
    )
    fetch.add_argument(
        "--columns", type=_mapping, metavar="name=TITLE,...", help="as for build, for --format csv"
    )
    fetch.add_argument(
        "--out", type=Path, metavar="DIR", help="folder for the pictures (default: images/ beside the table)"
    )
    fetch.add_argument("--limit", type=_positive, metavar="N", help="only the table's first N addresses")
    fetch.add_argument(
        "--workers", type=_positive, default=16, metavar="N", help="requests at a time (default: 16)"
    )
    fetch.add_argument(
        "--per-host", type=_positive, default=4, metavar="N", help="of these to one host (default: 4)"
    )
    fetch.add_argument(
        "--retries", type=_whole, default=3, metavar="N", help="times to try again (default: 3)"
    )
    fetch.add_argument(
        "--timeout", type=_above_zero, default=20.0, metavar="S",
        help="seconds a server may stay silent; one picture may take six times that (default: 20)",
    )  # fmt: skip
    fetch.add_argument(
        "--max-mb", type=_above_zero, default=50.0, metavar="N", help="largest picture, in MB (default: 50)"
    )
    fetch.add_argument(
        "--allow-private", action="store_true", help="call addresses of this machine and its network, too"
    )
    fetch.set_defaults(run=_fetch_images)


def _bundle_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--bundle", type=Path, required=True, metavar="DIR", help="folder of the bundle")


def _data_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="table, and images/ or images.zip"
    )
    parser.add_argument(
        "--format", default="csv", metavar="F", help="flipkart, fashion, bestbuy or csv (default)"
    )
    parser.add_argument("--label", metavar="COLUMN", help="column that holds the category")
    parser.add_argument(
        "--columns", type=_mapping, metavar="name=TITLE,...", help="which columns hold what, for --format csv"
    )


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, got '{text}'")
    return int(text)


def _whole(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"expected a whole number, 0 or more, got '{text}'")
    return int(text)


def _above_zero(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < 1e9:
        raise argparse.ArgumentTypeError(f"expected a number above 0 and below a billion, got '{text}'")
    return number


def _mapping(text: str) -> dict[str, str]:
    pairs = [pair.split("=", 1) for pair in text.split(",")]
    if any(len(pair) != 2 for pair in pairs):
        raise argparse.ArgumentTypeError(f"expected name=COLUMN,description=COLUMN, got '{text}'")
    return {ours.strip(): theirs.strip() for ours, theirs in pairs}


def _build(options: argparse.Namespace) -> None:
    from core.build import BuildOptions, build_bundle
    from core.cache import cache_dir
    from core.catalogue import read_catalogue
    from core.comparison import gain_of
    from core.encoders import get_encoder, load_encoder
    from core.faults import KINDS
    from core.heads import parse_heads
    from core.progress import bar
    from core.projections import parse_methods

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
    from core.catalogue import read_chunks

    return read_chunks(options.data, options.format, label=options.label or label, columns=options.columns)


def _evaluate(options: argparse.Namespace) -> None:
    from core.bulk import evaluate_stream
    from core.predict import Predictor
    from core.progress import bar

    predictor = Predictor.load(options.bundle)
    manifest = predictor.bundle.manifest
    label = manifest["label"] if manifest["format"] == options.format else None
    result = evaluate_stream(predictor, _chunks(options, label), bar())
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
    from core.bulk import write_predictions
    from core.predict import Predictor
    from core.progress import bar

    count = write_predictions(Predictor.load(options.bundle), _chunks(options), options.out, bar())
    print(f"{count} products classified, written to {options.out}")


def _classify(options: argparse.Namespace) -> None:
    from core.predict import Predictor
    from core.text import product_text

    if not options.text and not options.image:
        raise CoreError("nothing to classify: give --text, --image, or both")
    predictor, text = Predictor.load(options.bundle), product_text(options.text or "", "")
    answer = predictor.classify(text, options.image)
    why = None
    if options.explain:
        from core.explain import explain

        why = explain(predictor, text, options.image)
    if options.json:
        explanation = {"explanation": why.to_dict()} if why else {}
        print(json.dumps(answer.to_dict() | explanation, ensure_ascii=False, indent=1))
        return
    print(f"{answer.ranked[0].category}  ({'please check' if answer.needs_review else 'sure'})")
    print(f"by {answer.modality}, {answer.head}:")
    for ranked in answer.ranked:
        print(f"  {ranked.confidence:7.1%}  {ranked.category}")
    if why:
        print("why:\n  " + "\n  ".join(why.lines()))
    if answer.neighbours:
        print("nearest products:")
    for neighbour in answer.neighbours[:5]:
        print(f"  {neighbour.similarity:7.3f}  {neighbour.category}: {neighbour.name or neighbour.sku}")


def _embed(options: argparse.Namespace) -> None:
    from core.bulk import write_embeddings
    from core.encoders import load_encoder
    from core.progress import bar

    progress = bar()
    encoder = load_encoder(options.encoder, options.weights, progress=progress)
    count = write_embeddings(encoder, _chunks(options), options.out, progress)
    print(f"{count} products encoded ({encoder.dim} numbers each), written to {options.out}")


def _demo(options: argparse.Namespace) -> None:
    from core.demo import write_demo
    from core.progress import bar

    account = write_demo(options.out, rows=options.rows, seed=options.seed, progress=bar())
    print(f"{account.rows} synthetic products, {account.pictures} pictures, written to {account.folder}")
    print("  planted faults: " + ", ".join(f"{name} {count}" for name, count in account.faults.items()))


def _fetch_images(options: argparse.Namespace) -> None:
    from core.fetch import Caller, Manners, fetch_images, images_folder
    from core.progress import bar

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
    if options.column and options.format == "csv" and report.with_picture < report.pictures:
        print(f"the other commands need to be told of the column: --columns image={options.column}")
    if options.out is not None and options.out.resolve() != usual.resolve():
        print(f"the other commands look for pictures in {usual}")


def _encoders(options: argparse.Namespace) -> None:
    from core.encoders import describe_encoders

    found = describe_encoders()
    wide = max(len(e.name) for e in found) + 2
    print(f"{'name':{wide}}{'modality':10}{'dim':>6}{'MB':>7}  {'licence':14}{'here':6}weights from")
    for e in found:
        here = "yes" if e.here else "no"
        print(f"{e.name:{wide}}{e.modality:10}{e.dim:6}{e.size_mb:7.0f}  {e.licence:14}{here:6}{e.origin}")


def _bundles(options: argparse.Namespace) -> None:
    from core.bundle import ROOT, list_bundles

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
    from core.cache import atomic_path

    with atomic_path(file) as temporary:
        temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
