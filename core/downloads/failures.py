"""Why an image was not fetched."""

from __future__ import annotations


class FetchError(Exception):
    """One image cannot be fetched; the others go on.

    Attributes
    ----------
    reason : str
        A few words, the same for all images that fail in this way, to be counted.
    detail : str
        What this one adds, or "".
    again : bool
        Whether trying again can help.
    wait : float or None
        Seconds the server asked to wait before that.
    silent_host : bool
        Whether the host gave no answer, or asked to be left alone: other requests to it will fare no better.
    closes_host : bool
        Whether no other request to this host can succeed in this run.
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
    """The run was stopped while this request was under way."""
