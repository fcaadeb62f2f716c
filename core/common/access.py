"""Who may do what with the app: on one's own machine, in a team, in public.

``PRODUCT_LENS_MODE`` is ``local`` (the default), ``team`` or ``public``. Outside ``local``,
``PRODUCT_LENS_ROOTS`` lists the folders whose catalogues may be read (separated as in ``PATH``), and
``PRODUCT_LENS_HOSTS`` the names that the server answers to besides this machine's own (separated by commas).
In a team, ``PRODUCT_LENS_WRITERS`` lists the addresses of those who may write.
"""

from __future__ import annotations

import ipaddress
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.common.errors import AccessError

MODES = ("local", "team", "public")
MODE, ROOTS, HOSTS = "PRODUCT_LENS_MODE", "PRODUCT_LENS_ROOTS", "PRODUCT_LENS_HOSTS"
WRITERS = "PRODUCT_LENS_WRITERS"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
NOT_THERE = "there is no catalogue in it that may be read"
"""The answer for a folder that is not there and for one that may not be read: visitors cannot tell which."""


@dataclass(frozen=True)
class Access:
    """What the settings allow.

    Attributes
    ----------
    mode
        One of `MODES`.
    roots
        Folders whose catalogues may be read outside ``local``.
    hosts
        Names that the server answers to, in lower case, without a port.
    writers
        Addresses of those who may write in a team, in lower case.
    """

    mode: str = "local"
    roots: tuple[Path, ...] = ()
    hosts: tuple[str, ...] = LOOPBACK
    writers: tuple[str, ...] = ()

    @property
    def is_local(self) -> bool:
        """Whether the app serves one person on their own machine."""
        return self.mode == "local"

    def may_write(self, user: str) -> bool:
        """Whether `user`, an address or "" for nobody known, may attach, keep, rename, delete and decide."""
        return self.is_local or (self.mode == "team" and user.lower() in self.writers)

    def require_write(self, user: str) -> None:
        """Raise `AccessError` unless `user` may write."""
        if not self.may_write(user):
            raise AccessError("nothing can be changed here: this server only shows and classifies")

    def catalogue(self, text: str, also: Iterable[Path] = ()) -> Path:
        """Return the file or folder that a visitor entered, if its catalogue may be read.

        Parameters
        ----------
        text
            As it was typed; ``~`` stands for nothing here.
        also
            Folders that may be read besides the roots.

        Raises
        ------
        AccessError
            It is not there, may not be read, or is neither a folder nor a regular file.
        """
        try:
            path = Path(text).resolve(strict=True)
            kind = path.stat().st_mode
        except (OSError, RuntimeError, ValueError):
            raise AccessError(f"'{text}': {NOT_THERE}") from None
        roots = [Path(root).resolve() for root in (*self.roots, *also)]
        inside = self.is_local or any(path.is_relative_to(root) for root in roots)
        if not inside or not (stat.S_ISDIR(kind) or stat.S_ISREG(kind)):
            raise AccessError(f"'{text}': {NOT_THERE}")
        # Images are looked for beside a table, too.
        if not self.is_local and _leads_out(path.parent if stat.S_ISREG(kind) else path, roots):
            raise AccessError(f"'{text}': {NOT_THERE}")
        return path

    def answers_to(self, host: str) -> bool:
        """Whether the server answers to a ``Host`` header, which DNS can make mean any address."""
        return _name(host) in self.hosts

    def check_address(self, address: str | None) -> None:
        """Raise `AccessError` if a server for one person would listen to others, too; None means all."""
        if self.is_local and not _is_loopback(address or ""):
            raise AccessError(
                f"{MODE} is local, and a local server listens to 127.0.0.1 only, not to "
                f"{address or 'all addresses'}: set {MODE} to team or public, or leave --server.address out"
            )


def access(settings: Mapping[str, str] | None = None) -> Access:
    """Return what the environment's settings allow.

    Raises
    ------
    AccessError
        The mode is unknown: nothing is served rather than too much.
    """
    settings = os.environ if settings is None else settings
    mode = (settings.get(MODE) or "local").strip().lower()
    if mode not in MODES:
        raise AccessError(f"{MODE}: expected one of {', '.join(MODES)}, got '{mode}'")
    named = [_name(host) for host in settings.get(HOSTS, "").split(",") if host.strip()]
    writers = [each.strip().lower() for each in settings.get(WRITERS, "").split(",") if each.strip()]
    roots = [Path(root) for root in settings.get(ROOTS, "").split(os.pathsep) if root.strip()]
    return Access(mode, tuple(roots), (*LOOPBACK, *named), tuple(writers))


def _name(host: str) -> str:
    """Return a host in lower case without its port and the brackets of IPv6."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.count(":") == 1 else host


def _leads_out(folder: Path, roots: Sequence[Path]) -> bool:
    """Return whether a link in a folder, or in one that its links lead to, leads out of all roots."""
    seen, places = {folder}, [folder]
    while places:
        try:
            with os.scandir(places.pop()) as listed:
                entries = list(listed)
        except OSError:
            continue  # it cannot be read by the catalogue's reader, either
        for entry in entries:
            if entry.is_symlink():
                try:
                    target = Path(entry).resolve()
                except (OSError, RuntimeError):  # links that lead in a circle
                    return True
                if not any(target.is_relative_to(root) for root in roots):
                    return True
            elif entry.is_dir(follow_symlinks=False):
                target = Path(entry)
            else:
                continue
            if target not in seen and target.is_dir():
                seen.add(target)
                places.append(target)
    return False


def _is_loopback(address: str) -> bool:
    try:
        return address == "localhost" or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
