"""What goes wrong, as a problem document (RFC 9457): one clear sentence and a status."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException

from core.common.errors import AccessError, BundleError, CoreError, LimitError
from core.serving.api.batching import Busy

TYPE = "application/problem+json"
_SAID = {404: "there is nothing at {1}", 405: "{1} does not take {0}"}
"""What to say where the framework says no more than the status: method and path."""


class Problem(BaseModel):
    """Why a request was not answered (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "there is no catalogue named 'shoes' here",
                }
            ]
        }
    )

    type: str = "about:blank"
    title: str = Field(description="What kind of problem it is.")
    status: int = Field(description="The status of HTTP.")
    detail: str = Field(description="What is wrong, in one sentence.")


def problem(status: int, detail: str) -> dict[str, Any]:
    """Return a problem document."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


def status_of(error: CoreError) -> int:
    """Return the status that says what kind of error it is."""
    if isinstance(error, BundleError | Busy):
        return HTTPStatus.SERVICE_UNAVAILABLE
    if isinstance(error, AccessError):
        return HTTPStatus.FORBIDDEN
    if isinstance(error, LimitError):
        return HTTPStatus.TOO_MANY_REQUESTS
    return HTTPStatus.UNPROCESSABLE_ENTITY


def invalid(error: ValidationError | RequestValidationError) -> str:
    """Return what is wrong with a request's first field that is wrong."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if part not in ("query", "path", "header"))
    message = " ".join(str(first["msg"]).split()).removeprefix("Value error, ")
    return f"{place}: {message}" if place else message


def install(app: FastAPI) -> None:
    """Answer every error of an app with a problem document."""

    async def refused(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, StarletteHTTPException)
        detail = str(error.detail)
        if detail == HTTPStatus(error.status_code).phrase:  # nobody has said more than that
            detail = _SAID.get(error.status_code, detail).format(request.method, request.url.path[:100])
        return _answer(error.status_code, detail, dict(error.headers or {}))

    async def wrong(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError | ValidationError)
        return _answer(HTTPStatus.UNPROCESSABLE_ENTITY, invalid(error))

    async def mistaken(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, CoreError)
        headers = {"Retry-After": "1"} if isinstance(error, Busy) else None
        return _answer(status_of(error), " ".join(str(error).split()), headers)

    async def broken(request: Request, error: Exception) -> JSONResponse:
        return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, "the server made a mistake; its log has the details")

    app.add_exception_handler(StarletteHTTPException, refused)
    app.add_exception_handler(RequestValidationError, wrong)
    app.add_exception_handler(ValidationError, wrong)
    app.add_exception_handler(CoreError, mistaken)
    app.add_exception_handler(Exception, broken)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return these statuses as FastAPI documents what a path answers besides its result."""
    return {
        status: {
            "model": Problem,
            "description": HTTPStatus(status).phrase,
            "content": {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


def not_found(detail: str) -> HTTPException:
    """Return the error for what is not there."""
    return HTTPException(HTTPStatus.NOT_FOUND, detail)


def unprocessable(detail: str) -> HTTPException:
    """Return the error for what cannot be understood."""
    return HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, detail)


def _answer(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(problem(status, detail), status, headers, TYPE)
