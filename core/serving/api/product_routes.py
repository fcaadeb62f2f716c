"""Paths that answer for a product that a program sends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, StreamingResponse

from core.common.errors import CoreError
from core.serving.api import reading
from core.serving.api.batching import MOST, Busy
from core.serving.api.catalogue_routes import REFUSALS, encoders_of
from core.serving.api.catalogues import Entry
from core.serving.api.gate import Bucket
from core.serving.api.problems import documented, problem, status_of
from core.serving.api.question import Question
from core.serving.api.schemas import Classified, Classify, Find, Neighbours, Product, Vectors
from core.serving.api.service import Admitted, Service, Serving
from core.serving.explain.explanation import explain

router = APIRouter(prefix="/v1/catalogues/{name}", tags=["products"])
Name = Annotated[str, Path(description="The catalogue.")]
_REFUSALS = REFUSALS | documented(400, 413, 415)
_explaining = ThreadPoolExecutor(1, thread_name_prefix="explain")
"""One at a time: an explanation asks the models hundreds of times."""
_PAUSE = 0.05
"""Seconds until a batch tries again to be answered while too much is waiting."""


@router.post(
    "/classify", response_model=Classified, responses=_REFUSALS, openapi_extra=reading.documented(Classify)
)
async def classify(request: Request, name: Name, service: Serving, admitted: Admitted) -> JSONResponse:
    """Say in which category a product belongs, how sure that is, and whether a person should look."""
    sent, question = await reading.read(request, Classify)

    async def answer(entry: Entry) -> dict[str, Any]:
        await _fitted(entry, [question])
        (plain,) = await entry.batcher.ask([question])
        if sent.explain:
            loop = asyncio.get_running_loop()
            plain["explanation"] = await loop.run_in_executor(_explaining, _explained, entry, question)
        return plain

    plain = await service.on(name, answer)
    service.metrics.answered(name, [plain])
    return JSONResponse(plain)


@router.post(
    "/classify/batch",
    response_class=StreamingResponse,
    responses={200: reading.LINES_ANSWERED, **_REFUSALS},
    openapi_extra=reading.LINES_ASKED,
)
async def classify_batch(
    request: Request, name: Name, service: Serving, admitted: Admitted
) -> StreamingResponse:
    """Classify many products: a line of JSON for each, answered by a line each, in the same order.

    A line that cannot be read is answered by a problem document; the others are not held up by it.
    """
    reading.check_lines(request)
    await service.entry(name)
    products = reading.products_of(await reading.spooled(request))
    return StreamingResponse(_answered(service, name, products, admitted), media_type=reading.LINES)


@router.post(
    "/neighbours", response_model=Neighbours, responses=_REFUSALS, openapi_extra=reading.documented(Find)
)
async def find_neighbours(request: Request, name: Name, service: Serving, admitted: Admitted) -> JSONResponse:
    """Find the products of the catalogue that are nearest to a product."""
    sent, question = await reading.read(request, Find)

    async def find(entry: Entry) -> list[dict[str, Any]]:
        return await run_in_threadpool(entry.served.neighbours, question, sent.top)

    return JSONResponse({"sku": question.sku, "neighbours": await service.on(name, find)})


@router.post("/embed", response_model=Vectors, responses=_REFUSALS, openapi_extra=reading.documented(Product))
async def embed(request: Request, name: Name, service: Serving, admitted: Admitted) -> JSONResponse:
    """Turn a product into the vectors that the catalogue's models read."""
    _, question = await reading.read(request, Product)

    async def encode(entry: Entry) -> dict[str, Any]:
        vectors = await run_in_threadpool(entry.served.vectors, question)
        encoders = encoders_of(entry.served.bundle)
        return {"vectors": vectors, "encoders": {modality: encoders[modality] for modality in vectors}}

    return JSONResponse({"sku": question.sku, **await service.on(name, encode)})


async def _answered(
    service: Service, name: str, products: Iterator[tuple[int, Question | str]], admitted: Bucket | None
) -> AsyncIterator[bytes]:
    """Yield the answers to products, some lines at a time."""
    while part := await run_in_threadpool(lambda: list(islice(products, MOST))):
        asked = [question for _, question in part if isinstance(question, Question)]
        while admitted is not None and (seconds := admitted.take(len(asked))):
            await asyncio.sleep(seconds)
        try:
            answers = iter(await _in_turn(service, name, asked))
        except (CoreError, HTTPException) as error:  # the status was sent with the first answer
            status, said = (
                (error.status_code, error.detail)
                if isinstance(error, HTTPException)
                else (status_of(error), str(error))
            )
            yield reading.line(problem(status, f"line {part[0][0]}: {said}"))
            return
        yield b"".join(
            reading.line(next(answers) if isinstance(each, Question) else problem(422, each))
            for _, each in part
        )


async def _in_turn(service: Service, name: str, questions: list[Question]) -> list[dict[str, Any]]:
    """Return the answers to some products, when those that wait already are answered."""

    async def ask(entry: Entry) -> list[dict[str, Any]]:
        await _fitted(entry, questions)
        return await entry.batcher.ask(questions)

    while True:
        try:
            answers = await service.on(name, ask) if questions else []
        except Busy:
            await asyncio.sleep(_PAUSE)
            continue
        service.metrics.answered(name, answers)
        return answers


async def _fitted(entry: Entry, questions: Sequence[Question]) -> None:
    """Compute what follows from the precisions wanted here, so that no other request waits for it."""
    for wanted in {question.wanted_precision for question in questions} - {None}:
        await run_in_threadpool(entry.served.at, wanted)


def _explained(entry: Entry, question: Question) -> dict[str, Any]:
    return explain(entry.served.predictor, question.text or None, question.image).to_dict()
