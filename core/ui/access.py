"""Who is visiting, and what they may do; `core.common.access` has the rules."""

from __future__ import annotations

import streamlit as st

from core.common.access import access
from core.common.escaping import markdown


def admit() -> None:
    """Let a visitor in, or end the script: a wrong setting, or a team's visitor who has not logged in."""
    rules = access()
    rules.check_address(st.get_option("server.address"))
    if not rules.is_local:
        st.set_option("client.showErrorDetails", "none")
    if rules.mode == "team" and not user():
        _ask_to_log_in()
        st.stop()


def user() -> str:
    """Return the address of a team's visitor, "" for nobody known."""
    if not st.user.get("is_logged_in", False):
        return ""
    return str(st.user.get("email") or "")


def may_write() -> bool:
    """Whether the visitor may attach, keep, decide; controls that do so are left out otherwise."""
    return access().may_write(user())


def require_write() -> None:
    """Raise `core.common.errors.AccessError` unless the visitor may write: for what those controls call."""
    access().require_write(user())


def is_local() -> bool:
    """Whether the visitor sits at the machine, so that its paths may be shown."""
    return access().is_local


def _ask_to_log_in() -> None:
    st.markdown("This catalogue is for a team.")
    try:
        providers = st.secrets.get("auth", {})
    except FileNotFoundError:
        providers = {}
    if not providers:
        st.error(
            markdown("no way to log in: [auth] is missing in .streamlit/secrets.toml"),
            icon=":material/error:",
        )
        return
    if st.button("Log in", type="primary", icon=":material/login:"):
        st.login()
