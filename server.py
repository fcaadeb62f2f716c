"""The app as a server that answers to its own names only: ``streamlit run server.py``."""

import sys

import streamlit as st
from starlette.middleware import Middleware

from core.common.access import access
from core.common.errors import AccessError
from core.common.files import remove_left_folders
from core.ui.hosts import HostGuard

try:
    rules = access()
    rules.check_address(st.get_option("server.address"))
except AccessError as error:
    print(f"error: {error}", file=sys.stderr)
    sys.exit(2)
remove_left_folders()
app = st.App("Home.py", middleware=[Middleware(HostGuard, rules=rules)])
