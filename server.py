"""Pages and API as a server that answers to its own names only: ``python -m core serve``.

``streamlit run server.py`` starts the same.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware

from core.common.access import access
from core.common.errors import CoreError
from core.common.files import remove_left_folders, remove_own_folders
from core.common.limits import limits
from core.serving.api.app import api_of_settings, routes_to
from core.serving.hosts import HostGuard
from core.ui.uploads import UploadGuard

try:
    rules = access()
    rules.check_address(st.get_option("server.address"))
    routes = routes_to(api_of_settings())
    guards = [Middleware(HostGuard, rules=rules), Middleware(UploadGuard, limits=limits())]
except CoreError as error:
    print(f"error: {error}", file=sys.stderr)
    sys.exit(2)


@asynccontextmanager
async def clean(app: st.App) -> AsyncIterator[None]:
    """Leave no temporary files behind, neither those of a server that was killed nor this one's."""
    remove_left_folders()
    yield
    remove_own_folders()


app = st.App("Home.py", routes=routes, middleware=guards, lifespan=clean)
