"""What each trained head of a bundle reaches and costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from core.bundle.json_fields import Fields
from core.bundle.layout import MODELS, head_file
from core.common.errors import BundleError
from core.common.modality import MODALITIES
from core.evaluation.calibrators import Calibrator, Isotonic, calibrator_from_dict
from core.evaluation.report import Report
from core.heads.compression import HeadCompression
from core.heads.key import HeadKey
from core.heads.losses import Losses

SCORES = ("accuracy", "macro_f1", "weighted_f1")
"""Figures that come with an interval."""


@dataclass(frozen=True)
class ModelCard:
    """One trained head.

    Attributes
    ----------
    modality, head
        Its key.
    chosen
        Whether it did best on the modality's validation products.
    validation_accuracy, validation_macro_f1, train_accuracy
        What it reaches on the other products, 0 to 1.
    train_seconds, peak_mb
        How long training took, and by how many megabytes memory rose.
    size_bytes
        Of its file.
    report
        What it reaches on test products.
    ms_per_product
        Median time of one product alone, without its encoding.
    intervals
        accuracy, macro_f1, weighted_f1 -> low and high on test products (95 %).
    calibrator
        What makes its probabilities true; fitted on validation products.
    calibration_error
        Expected calibration error on the test products that have the input, 0 to 1; None if none has.
    settings
        Its hyperparameters: name -> value; {} in bundles of earlier versions.
    losses
        How a network's loss fell in training; None for other heads, and in bundles of earlier versions.
    compression
        What came of writing it in 8 bits; None where nobody asked for that, or where it cannot be.
    """

    modality: str
    head: str
    chosen: bool
    validation_accuracy: float
    validation_macro_f1: float
    train_seconds: float
    size_bytes: int
    report: Report
    train_accuracy: float
    ms_per_product: float
    peak_mb: float
    intervals: Mapping[str, tuple[float, float]]
    calibrator: Calibrator
    calibration_error: float | None
    losses: Losses | None = None
    settings: Mapping[str, float | int | str] = field(default_factory=dict)
    compression: HeadCompression | None = None

    @property
    def key(self) -> HeadKey:
        """Modality and head."""
        return HeadKey(self.modality, self.head)

    @property
    def file(self) -> str:
        """Path of the head inside the bundle."""
        return head_file(self.key)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            **vars(self),
            "report": self.report.to_dict(),
            "intervals": {name: list(ends) for name, ends in self.intervals.items()},
            "calibrator": self.calibrator.to_dict(),
            "settings": dict(self.settings),
            "losses": None if self.losses is None else self.losses.to_dict(),
            "compression": None if self.compression is None else asdict(self.compression),
        }

    @classmethod
    def read(cls, fields: Fields) -> ModelCard:
        """Return what :meth:`to_dict` gave; BundleError where it is something else."""
        intervals = fields.one("intervals")
        return cls(
            modality=fields.text("modality", MODALITIES),
            head=fields.name("head"),
            chosen=fields.flag("chosen"),
            validation_accuracy=fields.share("validation_accuracy"),
            validation_macro_f1=fields.share("validation_macro_f1"),
            train_seconds=fields.number("train_seconds"),
            size_bytes=fields.whole("size_bytes"),
            report=_report(fields),
            train_accuracy=fields.share("train_accuracy"),
            ms_per_product=fields.number("ms_per_product"),
            peak_mb=fields.number("peak_mb"),
            intervals={name: _ends(intervals, name) for name in SCORES},
            calibrator=fields.converted("calibrator", calibrator_from_dict),
            calibration_error=fields.share("calibration_error") if fields.has("calibration_error") else None,
            losses=_losses(fields.one("losses")) if fields.has("losses") else None,
            settings=fields.named("settings", _setting) if fields.has("settings") else {},
            compression=_compression(fields.one("compression")) if fields.has("compression") else None,
        )


def checked_cards(
    cards: Sequence[ModelCard], classes: Sequence[str], modalities: Sequence[str], files: Collection[str]
) -> tuple[ModelCard, ...]:
    """Return the cards of a bundle if they are about its inputs, categories and files.

    Raises
    ------
    BundleError
        A head's file is missing, a report is about other categories, or an input lacks its chosen model.
    """
    for card in cards:
        curves = len(card.calibrator.given) if isinstance(card.calibrator, Isotonic) else len(classes)
        if card.modality not in modalities or card.file not in files:
            raise BundleError(f"{MODELS}: expected {card.file} among the files, got none")
        if card.report.classes != tuple(classes) or curves != len(classes):
            raise BundleError(
                f"{MODELS}: {card.modality} head '{card.head}': expected the bundle's categories"
            )
    chosen = Counter(card.modality for card in cards if card.chosen)
    if cards and (set(chosen) != set(modalities) or max(chosen.values()) > 1):
        raise BundleError(f"{MODELS}: expected a chosen model for each of {', '.join(modalities)}")
    if len({card.key for card in cards}) < len(cards):
        raise BundleError(f"{MODELS}: expected each model once")
    return tuple(cards)


def better_single(models: Iterable[ModelCard]) -> str:
    """Return text or image: the modality whose chosen head gets more validation products right."""
    singles = [model for model in models if model.chosen and model.modality != "fused"]
    return max(singles, key=lambda model: model.validation_accuracy).modality


def _report(card: Fields) -> Report:
    report, plain = card.converted("report", Report.from_dict), card.one("report")
    for name in ("modality", "head", "split"):
        plain.text(name)
    for name in ("accuracy", "macro_f1", "weighted_f1", "micro_f1", "top3_accuracy"):
        plain.share(name)
    plain.number("log_loss")
    plain.whole("n")
    names = tuple(_class_score(each) for each in plain.many("per_class"))
    if plain.texts("classes") != names or (report.confusion < 0).any():
        raise BundleError(f"{MODELS}: expected the scores of each category, got {len(names)}")
    return report


def _setting(settings: Fields, name: str) -> float | int | str:
    return settings.text_or_number(name)


def _losses(fields: Fields) -> Losses:
    training = fields.numbers("training")
    validation = fields.numbers("validation")
    if not training or len(validation) not in (0, len(training)):
        raise BundleError(f"{MODELS}: expected {len(training)} validation losses, got {len(validation)}")
    return Losses(training, validation)


def _compression(fields: Fields) -> HeadCompression:
    products = fields.whole("products", least=1)
    return HeadCompression(
        taken=fields.flag("taken"),
        products=products,
        right=fields.whole("right", most=products),
        base_right=fields.whole("base_right", most=products),
        loss=fields.number("loss"),
        base_loss=fields.number("base_loss"),
        bytes=fields.whole("bytes", least=1),
        base_bytes=fields.whole("base_bytes", least=1),
    )


def _class_score(fields: Fields) -> str:
    for name in ("precision", "recall", "f1"):
        if fields.has(name):
            fields.share(name)
    fields.whole("support")
    return fields.text("name")


def _ends(intervals: Fields, name: str) -> tuple[float, float]:
    low, high = intervals.numbers(name, 2)
    return low, high
