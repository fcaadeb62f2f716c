"""Paths for those who run the server: is it alive, can it answer, what has it done."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from core.serving.api.problems import documented
from core.serving.api.schemas import Health
from core.serving.api.service import Serving, secret_of

router = APIRouter(tags=["server"])


@router.get("/healthz", response_model=Health)
async def healthz() -> JSONResponse:
    """Say that the server is alive."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz", response_model=Health, responses=documented(503))
async def readyz(service: Serving) -> JSONResponse:
    """Say whether there is a catalogue that can answer."""
    infos = await run_in_threadpool(service.catalogues.infos)
    if all(info.problem is not None for info in infos):
        raise HTTPException(503, "there is no catalogue here that can be used")
    return JSONResponse({"status": "ok"})


@router.get("/metrics", response_class=Response, responses=documented(401, 429))
async def metrics(service: Serving, secret: Annotated[str, Depends(secret_of)]) -> Response:
    """Return the server's figures as Prometheus reads them."""
    service.gate.admit_to_metrics(secret)
    service.metrics.waiting.set(service.catalogues.waiting)
    return Response(service.metrics.text(), media_type=CONTENT_TYPE_LATEST)
