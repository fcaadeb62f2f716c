"""Bundles of another protocol: refused, with the command that builds them again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

from core.bundle.layout import MANIFEST, PROTOCOL
from core.common.errors import BundleError
from core.features.encoders.fine_tuned import CLASSIFY

NOT_STATED = "not stated"
"""Origin and licence of data whose owner did not state them."""
_UNKNOWN_FOLDER = "DIR"


def check_protocol(path: Path, manifest: Mapping[str, object]) -> None:
    """Do nothing if this version reads the bundle at `path`.

    Raises
    ------
    BundleError
        It has another protocol; of an older one, the message says how to build the bundle again.
    """
    protocol = manifest.get("protocol")
    if isinstance(protocol, bool) or not isinstance(protocol, int):
        raise BundleError(f"{MANIFEST}.protocol: expected {PROTOCOL}, got {protocol!r}")
    if protocol > PROTOCOL:
        raise BundleError(
            f"bundle '{path.name}': expected protocol {PROTOCOL}, got {protocol}; update Product Lens"
        )
    if protocol < PROTOCOL:
        raise BundleError(
            f"bundle '{path.name}': expected protocol {PROTOCOL}, got {protocol}; build it again: "
            f"{rebuild_command(path, manifest)}"
        )


def rebuild_command(path: Path, manifest: Mapping[str, object]) -> str:
    """Return the command that builds the bundle at `path` again, as far as its old manifest tells.

    The catalogue's folder is not in it; ``DIR`` stands for it, and for weights the user named. Whatever the
    manifest lacks is left at its default.
    """
    options: list[str] = ["--data", _UNKNOWN_FOLDER]
    for name in ("format", "label"):
        options += _option(f"--{name}", manifest.get(name))
    options += _encoder_options(_inner(manifest, "encoders"))
    options += _option("--heads", ",".join(_heads(_inner(manifest, "files"))))
    options += ["--maps", ",".join(_maps(manifest.get("projections"))) or "none"]
    options += _option("--seed", manifest.get("seed"))
    options += _option("--augment", manifest.get("augment") or None)
    options += _option("--compress", _inner(manifest, "training").get("compress"))
    data = _inner(manifest, "data")
    for name in ("origin", "licence"):
        options += _option(f"--{name}", None if data.get(name) == NOT_STATED else data.get(name))
    options += ["--synthetic"] if data.get("synthetic") is True else []
    options += ["--private"] if manifest.get("private") is True else []
    return shlex.join(["python", "-m", "core", "build", *options, "--out", path.as_posix()])


def _encoder_options(encoders: Mapping[str, object]) -> list[str]:
    options: list[str] = []
    tuned: list[str] = []
    how: Mapping[str, object] = {}
    for modality, weights in (("text", "--text-weights"), ("image", "--weights")):
        encoder = _inner(encoders, modality)
        fine_tuned = _inner(encoder, "fine_tuned")
        name = fine_tuned.get("base", encoder.get("name"))
        options += [f"--{modality}", name if isinstance(name, str) else "none"]
        if fine_tuned:
            tuned.append(modality)
            how = fine_tuned
        elif not _comes_along(encoder) and encoder.get("file") is not None:
            options += [weights, _UNKNOWN_FOLDER]
    options += _option("--finetune", "both" if len(tuned) == 2 else "".join(tuned))
    options += _option("--finetune-folds", how.get("folds") or None)
    options += _option("--finetune-recipe", how.get("recipe") if how.get("recipe") != CLASSIFY else None)
    removed = [_inner(_inner(encoders, m), "fine_tuned").get("pruned") for m in tuned]
    shares = [100 * each for each in removed if isinstance(each, float) and each]
    options += _option("--finetune-prune", f"{shares[0]:g}" if shares else None)
    several = _inner(encoders, "image").get("images_per_product")
    if isinstance(several, int) and several > 1:
        options += _option("--images-per-product", several)
    return options


def _comes_along(encoder: Mapping[str, object]) -> bool:
    """Whether an encoder's weights, or those it was made from, come with the installation."""
    compression = _inner(encoder, "compression")
    return (compression.get("base_bundled") if compression else encoder.get("bundled")) is not False


def _heads(files: Mapping[str, object]) -> list[str]:
    """Return the heads whose files are listed, each once."""
    stems = [Path(name).stem for name in files if name.startswith("heads/")]
    return list(dict.fromkeys(stem.partition("_")[2] for stem in stems))


def _maps(projections: object) -> list[str]:
    entries = projections if isinstance(projections, list) else []
    methods = [entry.get("method") for entry in entries if isinstance(entry, dict)]
    return list(dict.fromkeys(method for method in methods if isinstance(method, str)))


def _option(flag: str, value: object) -> list[str]:
    known = isinstance(value, str | int) and value != ""
    return [flag, str(value)] if known else []


def _inner(content: Mapping[str, object], name: str) -> Mapping[str, object]:
    inner = content.get(name)
    return inner if isinstance(inner, dict) else {}
