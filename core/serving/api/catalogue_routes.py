"""Paths that tell what is there: catalogues, their products, their reports."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from core.bundle.decisions import decisions_file, read
from core.bundle.listing import BundleInfo
from core.bundle.reader import Bundle
from core.serving.api.catalogues import Entry
from core.serving.api.problems import documented, not_found
from core.serving.api.schemas import Catalogue, Decisions, ListedAll, Reports, Stored
from core.serving.api.service import Serving, reader, writer

router = APIRouter(prefix="/v1", dependencies=[Depends(reader)], tags=["catalogues"])
REFUSALS = documented(401, 404, 422, 429, 503)


@router.get("/catalogues", response_model=ListedAll, responses=documented(401, 429))
async def list_catalogues(service: Serving) -> JSONResponse:
    """List the catalogues of this server."""
    infos = await run_in_threadpool(service.catalogues.infos)
    return JSONResponse({"catalogues": [_listed(info) for info in infos]})


@router.get("/catalogues/{name}", response_model=Catalogue, responses=REFUSALS)
async def describe_catalogue(name: str, service: Serving) -> JSONResponse:
    """Say what a catalogue is, which models it has, and what it promises."""

    async def describe(entry: Entry) -> dict[str, Any]:
        return await run_in_threadpool(_described, name, entry.served.bundle)

    return JSONResponse(await service.on(name, describe))


@router.get("/catalogues/{name}/products/{sku:path}", response_model=Stored, responses=REFUSALS)
async def get_product(name: str, sku: str, service: Serving) -> JSONResponse:
    """Return a product of a catalogue."""

    async def find(entry: Entry) -> dict[str, Any]:
        return await run_in_threadpool(_product, entry.served.bundle, sku)

    return JSONResponse(await service.on(name, find))


@router.get("/catalogues/{name}/reports", response_model=Reports, responses=REFUSALS)
async def get_reports(name: str, service: Serving) -> JSONResponse:
    """Return what every model reaches on test products, by category and with its confusion matrix."""

    async def report(entry: Entry) -> list[dict[str, Any]]:
        return await run_in_threadpool(_reports, entry.served.bundle)

    return JSONResponse({"reports": await service.on(name, report)})


@router.get(
    "/catalogues/{name}/decisions",
    response_model=Decisions,
    responses=REFUSALS | documented(403),
    dependencies=[Depends(writer)],
)
async def get_decisions(name: str, service: Serving) -> JSONResponse:
    """Return what reviewers decided, the oldest first; it needs the scope `write`."""

    async def decisions(entry: Entry) -> list[dict[str, Any]]:
        return await run_in_threadpool(_decisions, entry.served.bundle)

    return JSONResponse({"decisions": await service.on(name, decisions)})


def _listed(info: BundleInfo) -> dict[str, Any]:
    return {
        "name": info.name,
        "created": info.created,
        "products": info.rows,
        "categories": info.classes,
        "synthetic": info.synthetic,
        "private": info.private,
        "problem": info.problem,
    }


def _described(name: str, bundle: Bundle) -> dict[str, Any]:
    manifest = bundle.manifest
    return {
        "name": name,
        "version": bundle.fingerprint,
        "created": manifest.created,
        "products": manifest.rows,
        "categories": list(bundle.classes),
        "inputs": list(bundle.modalities),
        "synthetic": bundle.synthetic,
        "private": bundle.private,
        "origin": manifest.data.origin,
        "licence": manifest.data.licence,
        "encoders": encoders_of(bundle),
        "models": [
            {
                "modality": model.modality,
                "head": model.head,
                "chosen": model.chosen,
                "test_products": model.report.n,
                "accuracy": model.report.accuracy,
                "macro_f1": model.report.macro_f1,
                "calibration_error": model.calibration_error,
            }
            for model in bundle.models
        ],
        "promises": {
            "wanted_precision": manifest.acceptance.wanted_precision,
            "coverage": manifest.conformal.coverage,
        },
    }


def encoders_of(bundle: Bundle) -> dict[str, dict[str, Any]]:
    """Return what made a bundle's vectors."""
    return {
        modality: {
            "name": encoder.name,
            "weights_id": encoder.weights_id,
            "preprocessing": encoder.preprocessing,
            "dim": encoder.dim,
        }
        for modality, encoder in bundle.encoders.items()
    }


def _product(bundle: Bundle, sku: str) -> dict[str, Any]:
    try:
        row = bundle.table.iloc[bundle.row(sku)]
    except KeyError:
        raise not_found(f"catalogue '{bundle.name}' has no product '{sku[:100]}'") from None
    texts = {column: str(row[column]) for column in ("sku", "name", "description", "category")}
    has = {column: bool(row[column]) for column in ("has_text", "has_image")}
    return {**texts, "split": str(row["part"]), **has}


def _reports(bundle: Bundle) -> list[dict[str, Any]]:
    return [report.to_dict() for report in bundle.reports]


def _decisions(bundle: Bundle) -> list[dict[str, Any]]:
    return [asdict(decision) for decision in read(decisions_file(bundle)).decisions]
