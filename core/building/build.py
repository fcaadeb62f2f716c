"""A catalogue in, a bundle out."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from core.building.compression import compress_tuned
from core.building.encoder_costs import recorded_cost
from core.building.encoding import encode_catalogue
from core.building.finetuning.applying import check_finetuning, fine_tune
from core.building.head_store import temporary_store
from core.building.learning import Learned, learn, now
from core.building.maps import draw_maps, neighbour_graphs
from core.building.options import BuildOptions
from core.building.preparation import training_data
from core.building.result import BuildResult, gain_of
from core.building.source import keep_source, write_inspection
from core.building.thumbnails import write_thumbnails
from core.building.training_data import TrainingData
from core.building.unfinished.key import build_key
from core.building.unfinished.steps import Steps, steps_of
from core.building.versions import versions
from core.bundle.layout import (
    THUMBNAILS,
    encoder_file,
    features_file,
    frozen_features_file,
    member_file,
    scaling_file,
)
from core.bundle.manifest import DataSource, Manifest
from core.bundle.projection import Projection
from core.bundle.writer import BundleWriter
from core.catalogue.private import without_private
from core.catalogue.reading import Catalogue
from core.common.errors import CatalogueError
from core.common.progress import Progress, silent
from core.features.encoders.encoder import Encoder
from core.features.encoders.record import EncoderRecord
from core.features.encoders.side_by_side import SideBySide
from core.projections.drawing import FROM_NEIGHBOURS

if TYPE_CHECKING:
    import pandas as pd

    from core.nearest.graph import Graph


def build_bundle(
    catalogue: Catalogue,
    encoders: Mapping[str, Encoder],
    out: Path,
    options: BuildOptions | None = None,
    progress: Progress = silent,
) -> BuildResult:
    """Learn all there is to learn from `catalogue` and write it to folder `out`.

    Parameters
    ----------
    catalogue
        The validated products.
    encoders
        Modality (text, image) -> encoder; a modality no product has is left out.
    out
        The bundle's folder; a bundle that is there is replaced once the new one is whole.
    options
        `BuildOptions` with its defaults if not given.
    progress
        Called at each stage.

    Raises
    ------
    CatalogueError
        The catalogue cannot be split or has a single category.
    """
    options = options or BuildOptions()
    _check_categories(catalogue)
    check_finetuning(encoders, options)
    with ExitStack() as unfinished, BundleWriter(out) as writer, temporary_store() as store:
        catalogue, features = encode_catalogue(
            catalogue,
            encoders,
            options.cache,
            progress,
            images_per_product=options.images_per_product,
            engine=options.engine,
        )
        _check_categories(catalogue)
        encoders, data = training_data(catalogue, encoders, features, options, progress)
        tuned = fine_tune(catalogue, encoders, data, options, progress)
        encoders, data = compress_tuned(catalogue, tuned.encoders, tuned.data, options, progress)
        table = _table(catalogue, data)
        steps = unfinished.enter_context(_steps(data, table, options))
        graphs = cache(partial(_graphs, data, options, progress, steps))
        learned = learn(
            data,
            table,
            options.heads,
            store,
            graphs if options.methods else None,
            progress,
            steps,
            wanted_precision=options.wanted_precision,
            guard=options.guard,
            engine=options.engine,
        )
        projections = []
        for drawn in draw_maps(data, options.methods, options.dims, graphs(), progress, steps):
            writer.write_array(drawn.projection.file, drawn.coordinates, drawn.projection.dtype)
            writer.write_shares(drawn.projection.trust_file, drawn.trust)
            projections.append(drawn.projection)
        writer.write_table(without_private(table) if options.private else table)
        learned.write(writer)
        if not options.private:
            for modality, one in data.inputs.features.items():
                writer.write_array(features_file(modality), one.vectors)
            for modality in data.tuned:
                before = data.unseen.inputs.features[modality]
                writer.write_array(frozen_features_file(modality), before.vectors)
            has_image = table["has_image"].to_numpy(dtype=bool)
            write_thumbnails(writer.file(THUMBNAILS), catalogue, has_image, progress)
            keep_source(writer, catalogue)
        write_inspection(writer, catalogue, private=options.private)
        records = {m: _carried(writer, encoders[m], options) for m in data.inputs.features}
        name = writer.path.name
        bundle = writer.commit(_manifest(name, catalogue, data, learned, options, records, projections))
    return BuildResult(
        bundle,
        learned.judged.models,
        gain_of(data, learned.judged),
        _issues(learned.faults.table),
        tuned.courses,
        tuple(steps.taken_up),
    )


def _steps(
    data: TrainingData, table: pd.DataFrame, options: BuildOptions
) -> contextlib.AbstractContextManager[Steps]:
    """Give the steps that the same build has finished, if it was ended before its end."""
    if options.unfinished is None:
        return contextlib.nullcontext(Steps())
    key = build_key(data, table["name"].tolist(), table["image_digest"].tolist(), options)
    return steps_of(options.unfinished, key)


def _graphs(
    data: TrainingData, options: BuildOptions, progress: Progress, steps: Steps
) -> Mapping[str, Graph]:
    """Return the graphs of neighbours that something needs: faults of fine-tuned encoders do not."""
    from_neighbours = any(method in FROM_NEIGHBOURS for method in options.methods)
    if not from_neighbours and (data.tuned or not options.methods):
        return {}
    return neighbour_graphs(data.inputs, progress, steps, options.engine)


def _check_categories(catalogue: Catalogue) -> None:
    if len(catalogue.classes) < 2:
        left = f" ({catalogue.classes[0]})" if catalogue.classes else ""
        raise CatalogueError(f"nothing to learn: only one category is left{left}; two or more are needed")


def _table(catalogue: Catalogue, data: TrainingData) -> pd.DataFrame:
    """Return the catalogue's products with their inputs, split and group."""
    table = catalogue.table.copy()
    for modality in ("text", "image"):
        table[f"has_{modality}"] = data.inputs.present(modality)
    table["part"], table["group"] = data.split.parts, data.groups
    return table


def _carried(writer: BundleWriter, encoder: Encoder, options: BuildOptions) -> EncoderRecord:
    """Describe an encoder; copy its file into the bundle, if it has one that a user may not have."""
    record = EncoderRecord.of(encoder)
    modality = record.modality
    if modality == "image":
        record = replace(record, images_per_product=options.images_per_product)
    if not isinstance(encoder, SideBySide):
        return _with_file(writer, record, encoder, encoder_file(modality))
    members = zip(record.members, encoder.members, strict=True)
    carried = tuple(
        _with_file(writer, one, member, member_file(modality, number))
        for number, (one, member) in enumerate(members, 1)
    )
    assert encoder.scaling is not None, "encoders side by side are fitted before a bundle is written"
    writer.write_array(scaling_file(modality), encoder.scaling)
    return replace(record, file=scaling_file(modality), members=carried)


def _with_file(writer: BundleWriter, record: EncoderRecord, encoder: Encoder, name: str) -> EncoderRecord:
    """Describe one encoder, with its cost as the bundle will load it."""
    if encoder.onnx_path is None or record.bundled:
        return replace(record, cost=recorded_cost(record, None))
    writer.copy(encoder.onnx_path, name)
    record = replace(record, file=name)
    return replace(record, cost=recorded_cost(record, writer.file(name)))


def _manifest(
    name: str,
    catalogue: Catalogue,
    data: TrainingData,
    learned: Learned,
    options: BuildOptions,
    encoders: Mapping[str, EncoderRecord],
    projections: Sequence[Projection],
) -> Manifest:
    return Manifest(
        name=name,
        created=now(),
        fingerprint=catalogue.fingerprint,
        format=catalogue.format,
        label=catalogue.label,
        rows=len(catalogue.table),
        classes=tuple(catalogue.classes),
        modalities=data.inputs.modalities,
        seed=options.seed,
        private=options.private,
        augment=len(data.copies),
        data=DataSource(options.origin, options.licence, options.synthetic),
        encoders=encoders,
        prior=tuple(data.prior.tolist()),
        acceptance=learned.promises.acceptance,
        conformal=learned.promises.conformal,
        split_inflation=learned.inflation,
        projections=tuple(projections),
        account=catalogue.account.without_names() if options.private else catalogue.account,
        placeholders=catalogue.placeholders,
        grouping=catalogue.grouping.shared,
        versions=versions(),
        training=options.training,
        encoder_choice=options.encoder_choice,
        columns={
            name: each if isinstance(each, str) else tuple(each) for name, each in catalogue.columns.items()
        },
    )


def _issues(faults: pd.DataFrame) -> dict[str, int]:
    """Count the products that probably have each kind of fault, the most frequent kind first."""
    counts = faults[faults["is_issue"]]["kind"].value_counts()
    return {str(kind): int(count) for kind, count in counts.items()}
