"""What the paths of the API share: the catalogues, who may ask, what is counted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from core.common.errors import BundleError
from core.serving.api.catalogues import Catalogues, Entry, NoCatalogue
from core.serving.api.gate import Bucket, Gate
from core.serving.api.keys import READ, WRITE
from core.serving.api.metrics import Metrics
from core.serving.api.problems import not_found

Result = TypeVar("Result")
_bearer = HTTPBearer(auto_error=False, description="A key; servers in the modes local and public need none.")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


@dataclass(frozen=True)
class Service:
    """The parts of one server."""

    catalogues: Catalogues
    gate: Gate
    metrics: Metrics

    async def on(self, name: str, work: Callable[[Entry], Awaitable[Result]]) -> Result:
        """Do some work with a catalogue; once more if it was replaced meanwhile and could not be read.

        Raises
        ------
        HTTPException
            404: it is not there.
        CoreError
            It is damaged, or the work raised it.
        """
        entry = await self.entry(name)
        try:
            return await work(entry)
        except BundleError:
            now = await self.entry(name)
            if now is entry:
                raise
            return await work(now)

    async def entry(self, name: str) -> Entry:
        """Return a catalogue, loaded if it must be; errors as :meth:`on`."""
        try:
            current = self.catalogues.current(name)
            return await run_in_threadpool(self.catalogues.open, name) if current is None else current
        except NoCatalogue:
            raise not_found(f"there is no catalogue named '{name[:100]}' here") from None


def service_of(request: Request) -> Service:
    """Return the service behind a request."""
    service: Service = request.app.state.service
    return service


Serving = Annotated[Service, Depends(service_of)]


def secret_of(credentials: Credentials) -> str:
    """Return the key that a request came with, "" for none."""
    return "" if credentials is None else credentials.credentials


def reader(service: Serving, secret: Annotated[str, Depends(secret_of)]) -> Bucket | None:
    """Let a request that reads or classifies in; return what its rate is taken from."""
    return service.gate.admit(secret, READ)


def writer(service: Serving, secret: Annotated[str, Depends(secret_of)]) -> None:
    """Let a request in that only those who may write can make; its rate is taken elsewhere."""
    service.gate.admit(secret, WRITE, 0)


Admitted = Annotated[Bucket | None, Depends(reader)]
