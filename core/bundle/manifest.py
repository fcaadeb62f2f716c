"""The manifest of a bundle: what it was made of, how, and with what; checked when it is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from core.bundle.encoder_choice import EncoderChoice, choice_to_dict, read_choice, read_cost
from core.bundle.json_fields import Fields
from core.bundle.layout import (
    CATALOGUE,
    FAULTS,
    GUARDS,
    HELD_OUT,
    MANIFEST,
    MODELS,
    OUT_OF_FOLD,
    PROTOCOL,
    encoder_file,
    member_file,
    scaling_file,
)
from core.bundle.projection import Projection
from core.bundle.promises import AcceptanceRules, ConformalRules
from core.bundle.split_inflation import SplitInflation
from core.bundle.training import TrainingChoices
from core.catalogue.account import Account
from core.catalogue.read_options import ReadAs
from core.catalogue.shared_by import REASONS, SharedBy
from core.common.errors import BundleError
from core.common.modality import MODALITIES, sides_of
from core.features.encoders.compression import PRECISIONS, Compression, Trial
from core.features.encoders.fine_tuned import CLASSIFY, OUT_OF_FOLD_BY, RECIPES, FineTuned
from core.features.encoders.record import EncoderRecord

MOST_ROWS = 5_000_000
MOST_NUMBERS = 100_000
"""Of an encoder's vector."""
WIDEST = 4096
"""Pixels of the square that an encoder sees."""
MOST_MEMBERS = 8
"""Encoders side by side."""
MOST_FILES = 2_000
_FILE = re.compile(r"(?:[\w+-][\w.+-]{0,99}/){0,2}[\w+-][\w.+-]{0,199}")
"""Files of a bundle: plain names, at most two folders deep, none hidden."""


@dataclass(frozen=True)
class DataSource:
    """Where the catalogue comes from, its licence, and whether its products were invented."""

    origin: str
    licence: str
    synthetic: bool


@dataclass(frozen=True)
class RefitSource:
    """What a refit was made from.

    Attributes
    ----------
    of, fingerprint
        The bundle's name and `Bundle.fingerprint`.
    corrected_training, corrected_test
        Corrected categories of training and validation products, and of test products.
    """

    of: str
    fingerprint: str
    corrected_training: int
    corrected_test: int


@dataclass(frozen=True)
class FileEntry:
    """Size and SHA-256 of one file of the bundle."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a bundle says of itself.

    Attributes
    ----------
    name
        Of its folder when it was built.
    created
        When: ISO 8601, UTC.
    fingerprint
        Of the catalogue.
    format, label
        How the catalogue was read, and the column its categories come from.
    rows, classes, modalities
        Products kept, the categories in the order of all arrays, and those of text, image, fused it has.
    seed
        Of the split, the heads and the maps.
    private
        Whether names, descriptions, images and features were left out.
    augment
        How many altered copies of each training image heads learned from.
    data
        Origin and licence of the catalogue.
    encoders
        text and/or image -> its encoder.
    prior
        Share of each category among the training products, (classes,).
    acceptance, conformal
        What it promises of its answers.
    split_inflation
        What a random split would have promised; None where too few products are alike.
    projections
        Its maps.
    account
        Rows read, kept and set aside.
    placeholders
        Digests of images that many different products show, such as "no image available".
    grouping
        What rows of one product share, and how many are kept together for it.
    versions
        Package -> version it was built with.
    columns
        Field -> the table's column that was read, or its columns; {} in bundles from before it was recorded.
    refit
        What it was made from, if it is a refit.
    training
        How its heads were trained; the defaults in bundles from before it was recorded.
    encoder_choice
        Why its encoders were chosen; {} where they were named or are the usual ones, and in bundles from
        before it was recorded.
    files
        Path inside the bundle -> size and hash; the manifest itself is left out.
    """

    name: str
    created: str
    fingerprint: str
    format: str
    label: str
    rows: int
    classes: tuple[str, ...]
    modalities: tuple[str, ...]
    seed: int
    private: bool
    augment: int
    data: DataSource
    encoders: Mapping[str, EncoderRecord]
    prior: tuple[float, ...]
    acceptance: AcceptanceRules
    conformal: ConformalRules
    split_inflation: SplitInflation | None
    projections: tuple[Projection, ...]
    account: Account
    placeholders: tuple[str, ...]
    grouping: tuple[SharedBy, ...]
    versions: Mapping[str, str]
    columns: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    refit: RefitSource | None = None
    training: TrainingChoices = field(default_factory=TrainingChoices)
    encoder_choice: EncoderChoice = field(default_factory=dict)
    files: Mapping[str, FileEntry] = field(default_factory=dict)

    @property
    def read_as(self) -> ReadAs:
        """How the catalogue was read."""
        return ReadAs(self.format, self.label, self.columns)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        inflation = self.split_inflation
        return {
            "protocol": PROTOCOL,
            **{name: getattr(self, name) for name in ("name", "created", "fingerprint", "format", "label")},
            "rows": self.rows,
            "classes": list(self.classes),
            "modalities": list(self.modalities),
            "seed": self.seed,
            "private": self.private,
            "augment": self.augment,
            "data": asdict(self.data),
            "encoders": {modality: asdict(record) for modality, record in self.encoders.items()},
            "prior": list(self.prior),
            "acceptance": self.acceptance.to_dict(),
            "conformal": self.conformal.to_dict(),
            "split_inflation": None if inflation is None else inflation.to_dict(),
            "projections": [projection.to_dict() for projection in self.projections],
            "account": self.account.to_dict(),
            "placeholders": list(self.placeholders),
            "grouping": [asdict(each) for each in self.grouping],
            "versions": dict(self.versions),
            "columns": {
                name: each if isinstance(each, str) else list(each) for name, each in self.columns.items()
            },
            "refit": None if self.refit is None else asdict(self.refit),
            "training": self.training.to_dict(),
            "encoder_choice": choice_to_dict(self.encoder_choice),
            "files": {name: asdict(entry) for name, entry in self.files.items()},
        }

    @classmethod
    def read(cls, content: object) -> Manifest:
        """Check and return what :meth:`to_dict` gave.

        Raises
        ------
        BundleError
            A field is missing, of the wrong type, or holds an unknown value; quotes expected and got.
        """
        fields = Fields(content, MANIFEST)
        classes = _distinct(fields, "classes", fields.texts("classes"))
        modalities = _distinct(fields, "modalities", fields.texts("modalities", MODALITIES))
        files = _files(fields)
        return cls(
            name=fields.name("name"),
            created=fields.text("created"),
            fingerprint=fields.text("fingerprint"),
            format=fields.text("format"),
            label=fields.text("label"),
            rows=fields.whole("rows", 1, MOST_ROWS),
            classes=classes,
            modalities=modalities,
            seed=fields.whole("seed"),
            private=fields.flag("private"),
            augment=fields.whole("augment"),
            data=_data(fields.one("data")),
            encoders=_encoders(fields, modalities, files),
            prior=fields.numbers("prior", len(classes)),
            acceptance=AcceptanceRules.read(fields.one("acceptance"), modalities, len(classes)),
            conformal=ConformalRules.read(fields.one("conformal"), modalities),
            split_inflation=_inflation(fields),
            projections=_projections(fields, modalities, files),
            account=fields.converted("account", Account.from_dict),
            placeholders=fields.texts("placeholders"),
            grouping=tuple(_shared_by(each) for each in fields.many("grouping")),
            versions=fields.named("versions", Fields.text),
            columns=fields.named("columns", _columns) if fields.has("columns") else {},
            refit=_refit(fields.one("refit")) if fields.has("refit") else None,
            training=(
                TrainingChoices.read(fields.one("training")) if fields.has("training") else TrainingChoices()
            ),
            encoder_choice=read_choice(fields) if fields.has("encoder_choice") else {},
            files=files,
        )


def _columns(columns: Fields, name: str) -> str | tuple[str, ...]:
    return columns.text_or_texts(name)


def _data(fields: Fields) -> DataSource:
    return DataSource(fields.text("origin"), fields.text("licence"), fields.flag("synthetic"))


def _distinct(fields: Fields, name: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the texts of a field if there are some, and none twice."""
    if not texts or len(set(texts)) < len(texts):
        raise BundleError(f"{MANIFEST}.{name}: expected different names, got {len(texts)}")
    return texts


def _encoders(
    fields: Fields, modalities: tuple[str, ...], files: Mapping[str, FileEntry]
) -> dict[str, EncoderRecord]:
    """Read the encoders: those of the inputs, from this machine or from the bundle itself."""
    encoders = fields.named("encoders", _encoder, ("text", "image"))
    sides = {side for modality in modalities for side in sides_of(modality)}
    if set(encoders) != sides:
        raise BundleError(
            f"{MANIFEST}.encoders: expected those of {', '.join(sorted(sides))}, got {', '.join(encoders)}"
        )
    for modality, record in encoders.items():
        if record.members:
            _check_file(record, scaling_file(modality), files)
            for number, member in enumerate(record.members, 1):
                _check_file(member, member_file(modality, number), files)
        else:
            _check_file(record, encoder_file(modality), files)
    return encoders


def _check_file(record: EncoderRecord, own: str, files: Mapping[str, FileEntry]) -> None:
    needed = bool(record.members) or (not record.bundled and record.file is not None)
    if needed and (record.file != own or own not in files):
        got = "none" if record.file is None else record.file[:60]
        raise BundleError(f"{MANIFEST}.encoders.{record.modality}.file: expected {own}, got {got}")


def _projections(
    fields: Fields, modalities: tuple[str, ...], files: Mapping[str, FileEntry]
) -> tuple[Projection, ...]:
    """Read the maps: of the bundle's inputs, each with its files."""
    projections = tuple(Projection.read(each) for each in fields.many("projections"))
    for each in projections:
        if each.modality not in modalities or each.file not in files or each.trust_file not in files:
            raise BundleError(f"{MANIFEST}.projections: expected {each.file} among the files, got none")
    return projections


def _encoder(encoders: Fields, modality: str) -> EncoderRecord:
    fields = encoders.one(modality)
    # Bundles from before encoders could stand side by side lack them.
    listed = fields.many("members") if fields.has("members") else ()
    members = tuple(_one_encoder(each, modality) for each in listed)
    record, together = _one_encoder(fields, modality), sum(member.dim for member in members)
    if members and (len(members) > MOST_MEMBERS or together != record.dim):
        raise BundleError(
            f"{MANIFEST}.encoders.{modality}.members: expected up to {MOST_MEMBERS}, {record.dim} "
            f"numbers together, got {len(members)} with {together}"
        )
    return replace(record, members=members)


def _one_encoder(fields: Fields, modality: str) -> EncoderRecord:
    return EncoderRecord(
        # Encoders of other libraries have names like paths; what is bundled is looked up by its name.
        name=fields.name("name") if fields.flag("bundled") else fields.slashed("name"),
        modality=fields.text("modality", (modality,)),
        dim=fields.whole("dim", 1, MOST_NUMBERS),
        side=fields.whole("side", 1, WIDEST) if fields.has("side") else None,
        weights_id=fields.name("weights_id"),
        preprocessing=fields.whole("preprocessing"),
        bundled=fields.flag("bundled"),
        file=_encoder_path(fields) if fields.has("file") else None,
        # Bundles from before there were several images lack it.
        images_per_product=(
            fields.whole("images_per_product", least=1) if fields.has("images_per_product") else 1
        ),
        revision=fields.name("revision") if fields.has("revision") else None,
        fine_tuned=_fine_tuned(fields.one("fine_tuned")) if fields.has("fine_tuned") else None,
        size_bytes=fields.whole("size_bytes") if fields.has("size_bytes") else None,
        cost=read_cost(fields.one("cost")) if fields.has("cost") else None,
        compression=_compression(fields.one("compression")) if fields.has("compression") else None,
    )


def _fine_tuned(fields: Fields) -> FineTuned:
    return FineTuned(
        base=fields.slashed("base"),
        base_weights_id=fields.name("base_weights_id"),
        base_bundled=fields.flag("base_bundled"),
        blocks=fields.whole("blocks", least=1),
        epochs=fields.whole("epochs", least=1),
        products=fields.whole("products", least=1),
        validation=fields.whole("validation", least=1),
        out_of_fold=fields.text("out_of_fold", OUT_OF_FOLD_BY),
        folds=fields.whole("folds") if fields.has("folds") else 0,
        recipe=fields.text("recipe", RECIPES) if fields.has("recipe") else CLASSIFY,
        pruned=fields.share("pruned") if fields.has("pruned") else 0.0,
    )


def _compression(fields: Fields) -> Compression:
    return Compression(
        precision=fields.text("precision", PRECISIONS),
        base_weights_id=fields.name("base_weights_id"),
        base_bundled=fields.flag("base_bundled"),
        calibrated=fields.whole("calibrated", least=1),
        compared=fields.whole("compared", least=1),
        base_loss=fields.number("base_loss"),
        base_bytes=fields.whole("base_bytes", least=1),
        trials=tuple(
            Trial(
                precision=each.text("precision", PRECISIONS),
                cosine=each.number("cosine"),
                loss=each.number("loss"),
                bytes=each.whole("bytes", least=1),
            )
            for each in fields.many("trials")
        ),
    )


def _encoder_path(fields: Fields) -> str:
    return fields.name("file") if fields.flag("bundled") else fields.text("file")


def _shared_by(fields: Fields) -> SharedBy:
    return SharedBy(
        reason=fields.text("reason", REASONS),
        products=fields.whole("products"),
        groups=fields.whole("groups"),
        example=fields.texts("example"),
        unused=fields.whole("unused"),
    )


def _inflation(fields: Fields) -> SplitInflation | None:
    return SplitInflation.read(fields.one("split_inflation")) if fields.has("split_inflation") else None


def _refit(fields: Fields) -> RefitSource:
    return RefitSource(
        fields.name("of"),
        fields.text("fingerprint"),
        fields.whole("corrected_training"),
        fields.whole("corrected_test"),
    )


def _files(fields: Fields) -> dict[str, FileEntry]:
    """Read the list of files; each must lie inside the bundle, and those that no bundle lacks be there."""

    def entry(files: Fields, name: str) -> FileEntry:
        if name != PurePosixPath(name).as_posix() or not _FILE.fullmatch(name):
            raise BundleError(f"{MANIFEST}.files: expected paths inside the bundle, got {name}")
        one = files.one(name)
        return FileEntry(one.whole("bytes"), one.text("sha256"))

    files = fields.named("files", entry)
    if len(files) > MOST_FILES:
        raise BundleError(f"{MANIFEST}.files: expected up to {MOST_FILES:,}, got {len(files):,}")
    for name in (CATALOGUE, FAULTS, OUT_OF_FOLD, HELD_OUT, GUARDS, MODELS):
        if name not in files:
            raise BundleError(f"{MANIFEST}.files: expected {name} among the files, got none")
    return files
