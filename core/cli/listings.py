"""``encoders`` and ``bundles``: list what is there."""

from __future__ import annotations

import argparse

from core.cli.parser import Command


def _no_options(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the command has no options."""


def _list_encoders(options: argparse.Namespace) -> None:
    from core.features.encoders.registry import describe_encoders

    encoders = describe_encoders()
    width = max(len(one.name) for one in encoders) + 2
    print(f"{'name':{width}}{'modality':10}{'dim':>6}{'MB':>7}  {'licence':14}{'here':6}weights from")
    for one in encoders:
        here = "yes" if one.here else "no"
        print(
            f"{one.name:{width}}{one.modality:10}{one.dim:6}{one.size_mb:7.0f}  {one.licence:14}{here:6}"
            f"{one.origin}"
        )


def _list_bundles(options: argparse.Namespace) -> None:
    from core.bundle.layout import ROOT
    from core.bundle.listing import list_bundles

    bundles = list_bundles()
    if not bundles:
        print(f"no bundles under {ROOT}/ yet; make one with: python -m core build --help")
    for one in bundles:
        marks = [word for word, holds in (("synthetic", one.synthetic), ("private", one.private)) if holds]
        facts = f"{one.rows:8} products {one.classes:5} categories  {one.created}  {' '.join(marks)}"
        print(f"{one.name:24}{one.problem or facts}")


ENCODERS = Command(
    "encoders", "list all encoders and whether their weights are here", _no_options, _list_encoders
)
BUNDLES = Command("bundles", "list the bundles in artifacts/", _no_options, _list_bundles)
