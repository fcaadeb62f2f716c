"""The API as an application, alone or beside the pages."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from core.bundle.layout import artifacts_root
from core.common.access import Access, access
from core.common.limits import Limits, limits
from core.serving.api import catalogue_routes, health_routes, product_routes
from core.serving.api.bodies import BodyGuard
from core.serving.api.catalogues import Catalogues
from core.serving.api.gate import Gate
from core.serving.api.keys import KeyFile, key_file
from core.serving.api.metrics import Measured, Metrics
from core.serving.api.problems import install
from core.serving.api.service import Service

VERSION = "1"
PATHS = ("/v1/{path:path}", "/healthz", "/readyz", "/metrics")
"""The paths of the API, where pages are served beside it."""
_DESCRIPTION = (
    """The answers of Product Lens for programs: the same as those of its pages and its command line."""
)


def make_api(root: Path, rules: Access, most: Limits, keys: KeyFile | None = None) -> FastAPI:
    """Return the API for the catalogues in a folder.

    Parameters
    ----------
    root
        The folder of bundles.
    rules
        The mode of the server.
    most
        How much requests may bring.
    keys
        The file of keys; None for none.
    """
    metrics = Metrics()
    app = FastAPI(
        title="Product Lens",
        version=VERSION,
        description=_DESCRIPTION,
        openapi_url="/v1/openapi.json",
        docs_url=None,  # its page would fetch scripts from elsewhere
        redoc_url=None,
        middleware=[Middleware(Measured, metrics=metrics), Middleware(BodyGuard, limits=most)],
    )
    app.state.service = Service(Catalogues(root), Gate(rules, keys), metrics)
    for routes in (catalogue_routes, product_routes, health_routes):
        app.include_router(routes.router)
    install(app)
    if rules.mode != "team":
        _describe_without_keys(app, but=() if rules.is_local else ("/metrics",))
    return app


def api_of_settings() -> FastAPI:
    """Return the API that the environment's settings ask for.

    Raises
    ------
    AccessError, LimitError
        A setting is wrong.
    """
    return make_api(artifacts_root(), access(), limits(), key_file())


def routes_to(app: FastAPI) -> list[BaseRoute]:
    """Return the routes that lead to the API, for an application that serves pages as well."""
    return [Route(path, app) for path in PATHS]


def _describe_without_keys(app: FastAPI, but: Collection[str]) -> None:
    """Let an API's description say that its paths, but for some, need no key."""
    for path, methods in app.openapi()["paths"].items():
        if path not in but:
            for operation in methods.values():
                operation.pop("security", None)
