"""Serve the API without the pages."""

from __future__ import annotations

import socket

from core.common.access import access
from core.common.errors import CoreError
from core.serving.api.app import api_of_settings
from core.serving.hosts import HostGuard

GRACE = 30
"""Seconds that requests under way have when the server is told to end."""


def run(host: str, port: int) -> None:
    """Serve until the process is told to end; requests under way are answered before it does.

    Raises
    ------
    CoreError
        A setting is wrong, a server for one person would listen to others, too, or the port is taken.
    """
    import uvicorn

    rules = access()
    rules.check_address(host)
    app = HostGuard(api_of_settings(), rules)
    config = uvicorn.Config(app, access_log=False, timeout_graceful_shutdown=GRACE)
    with _listening(host, port) as listening:
        print(f"API at http://{host}:{port}/v1 (described by /v1/openapi.json)", flush=True)
        uvicorn.Server(config).run(sockets=[listening])


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CoreError(f"cannot listen to {host}, port {port}: {reason}") from None
