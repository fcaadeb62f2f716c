"""Errors that end one download."""

from __future__ import annotations


class FetchError(Exception):
    """One image cannot be fetched; the run continues with the others.

    Attributes
    ----------
    reason : str
        A short text, the same for all failures of this kind, so that they can be counted.
    detail : str
        Details of this failure, or "".
    again : bool
        Whether a retry can help.
    wait : float or None
        Seconds the server asks to wait before a retry.
    silent_host : bool
        Whether the host did not respond or asked for fewer requests, so that other requests would fail too.
    closes_host : bool
        Whether all further requests to this host would fail in this run.
    """

    def __init__(
        self,
        reason: str,
        detail: str = "",
        *,
        again: bool = False,
        wait: float | None = None,
        silent_host: bool = False,
        closes_host: bool = False,
    ) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
        self.again = again
        self.wait = wait
        self.silent_host = silent_host
        self.closes_host = closes_host


class Stopped(Exception):
    """The run was stopped during this request."""
