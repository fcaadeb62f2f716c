"""Products out of requests: JSON, a form with an upload, or lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from tempfile import TemporaryFile
from typing import IO, Any, TypeVar

from fastapi import HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from core.serving.api.bodies import PRODUCT_MB
from core.serving.api.problems import invalid, unprocessable
from core.serving.api.question import Question
from core.serving.api.schemas import Classify, Product

Sent = TypeVar("Sent", bound=Product)

JSON, FORM, LINES = "application/json", "multipart/form-data", "application/jsonl"
_LINES = (LINES, "application/x-ndjson", "application/x-jsonlines", "text/plain")
_FIELDS = 8
_LONGEST_LINE = PRODUCT_MB << 20


def documented(model: type[Product]) -> dict[str, Any]:
    """Return what OpenAPI says of a body that is JSON or a form."""
    schema = model.model_json_schema()
    examples = schema.pop("examples")
    upload = {"type": "string", "format": "binary", "description": "The image file."}
    form = {**schema, "properties": {**schema["properties"], "image": upload}}
    content = {JSON: {"schema": schema, "example": examples[0]}, FORM: {"schema": form}}
    return {"requestBody": {"required": True, "content": content}}


_LINE_OF = "A line of JSON for each product, as {path} {does} it."
LINES_ASKED: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": _LINE_OF.format(path="`classify`", does="takes"),
        "content": {
            LINES: {
                "schema": {"type": "string"},
                "example": '{"sku": "A-17", "name": "Blue mug"}\n{"sku": "A-18", "name": "Oak chair"}\n',
            }
        },
    }
}
"""What OpenAPI says of lines that are asked."""
LINES_ANSWERED: dict[str, Any] = {
    "description": _LINE_OF.format(path="`classify`", does="answers"),
    "content": {LINES: {"schema": {"type": "string"}}},
}
"""What OpenAPI says of lines that are answered."""


def check_lines(request: Request) -> None:
    """Raise HTTPException unless a request brings lines of JSON."""
    kind = _kind_of(request)
    if kind not in _LINES:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"expected {LINES}, got '{kind[:100]}'")


async def read(request: Request, model: type[Sent]) -> tuple[Sent, Question]:
    """Return what a request asks for, and its product.

    Raises
    ------
    HTTPException
        The body is of another type, is damaged, or has other fields.
    """
    kind = _kind_of(request)
    try:
        if kind == FORM:
            return await _from_form(request, model)
        if kind != JSON:
            raise HTTPException(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"expected {JSON} or {FORM}, got '{kind[:100]}'"
            )
        return await run_in_threadpool(_from_json, await request.body(), model)
    except ValidationError as error:
        raise unprocessable(invalid(error)) from None
    except ValueError as error:
        raise unprocessable(str(error)) from None


async def spooled(request: Request) -> IO[bytes]:
    """Return a request's body in a temporary file, which goes when it is closed.

    The body is taken in before anything is answered: many clients read nothing until they have sent all.
    """
    file = TemporaryFile()  # noqa: SIM115 (the caller closes it)
    try:
        async for piece in request.stream():
            await run_in_threadpool(file.write, piece)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def products_of(file: IO[bytes]) -> Iterator[tuple[int, Question | str]]:
    """Read lines of JSON; yield each line's number, from 1, and its product, or what is wrong with it.

    The file is closed at the end.
    """
    with file:
        yield from _products_of(file)


def _products_of(file: IO[bytes]) -> Iterator[tuple[int, Question | str]]:
    for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE + 1), b""), 1):
        if len(line) > _LONGEST_LINE:
            yield number, f"line {number}: a product of more than {PRODUCT_MB} MB"
            return
        if not line.strip():
            continue
        try:
            sent, question = _from_json(line, Classify)
            if sent.explain:
                raise ValueError("explain: only for one product at a time")
            yield number, question
        except ValidationError as error:
            yield number, f"line {number}: {invalid(error)}"
        except ValueError as error:
            yield number, f"line {number}: {error}"


def _kind_of(request: Request) -> str:
    """Return the media type of a request's body, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _from_json(body: bytes, model: type[Sent]) -> tuple[Sent, Question]:
    sent = model.model_validate_json(body, strict=True)
    return sent, sent.question()


async def _from_form(request: Request, model: type[Sent]) -> tuple[Sent, Question]:
    async with request.form(max_files=1, max_fields=_FIELDS) as form:
        image, fields = None, {}
        for name, value in form.multi_items():
            if name in fields or (name == "image" and image is not None):
                raise ValueError(f"{name[:100]}: given more than once")
            if isinstance(value, UploadFile):
                if name != "image":
                    raise ValueError(f"{name[:100]}: expected no file; the file is 'image'")
                image = await value.read()
            else:
                fields[name] = value
    sent = model.model_validate_strings(fields)
    question = sent.question()
    if image:
        question = replace(question, image=image)
    return sent, question


def line(plain: dict[str, Any]) -> bytes:
    """Return a line of JSON."""
    return json.dumps(plain, ensure_ascii=False, allow_nan=False).encode() + b"\n"
