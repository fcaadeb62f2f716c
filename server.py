"""The app as a server that answers to its own names only: ``streamlit run server.py``."""

import sys

import streamlit as st
from starlette.middleware import Middleware

from core.common.access import access
from core.common.errors import CoreError
from core.common.files import remove_left_folders
from core.common.limits import limits
from core.ui.hosts import HostGuard
from core.ui.uploads import UploadGuard

try:
    rules = access()
    rules.check_address(st.get_option("server.address"))
    guards = [Middleware(HostGuard, rules=rules), Middleware(UploadGuard, limits=limits())]
except CoreError as error:
    print(f"error: {error}", file=sys.stderr)
    sys.exit(2)
remove_left_folders()
app = st.App("Home.py", middleware=guards)
