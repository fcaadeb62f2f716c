"""The keys of programs, in a file that ``PRODUCT_LENS_KEYS`` names; it holds hashes, no key.

A key is 256 random bits, so that its plain SHA-256 tells nobody anything.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.common.errors import AccessError
from core.common.files import atomic_path

KEYS = "PRODUCT_LENS_KEYS"
READ, WRITE = SCOPES = ("read", "write")
RATE = 600
"""Products a minute, unless a key has another rate."""
_NAME = re.compile(r"[\w.@+-]{1,80}")


@dataclass(frozen=True)
class ApiKey:
    """What is kept of a key.

    Attributes
    ----------
    name
        Whose it is.
    sha256
        Of the key, 64 hexadecimal digits.
    scope
        ``read``, or ``write`` for both.
    rate
        Products a minute.
    created
        When: ISO 8601, UTC.
    """

    name: str
    sha256: str
    scope: str
    rate: int
    created: str

    def allows(self, scope: str) -> bool:
        """Return whether the key may do what needs `scope`."""
        return scope == READ or self.scope == WRITE


@dataclass(frozen=True)
class KeyFile:
    """A file of keys."""

    path: Path

    def read(self) -> dict[str, ApiKey]:
        """Return hash -> key; none where there is no file.

        Raises
        ------
        AccessError
            It is not a file of keys.
        """
        try:
            content = json.loads(self.path.read_bytes())
            keys = [ApiKey(**each) for each in content["keys"]]
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, LookupError) as error:
            raise AccessError(f"{KEYS}: {self.path.name} cannot be read ({type(error).__name__})") from None
        if any(key.scope not in SCOPES or not isinstance(key.rate, int) for key in keys):
            raise AccessError(f"{KEYS}: {self.path.name} has a key of an unknown scope or rate")
        return {key.sha256: key for key in keys}

    def add(self, name: str, scope: str = READ, rate: int = RATE) -> str:
        """Make a key and return it; only its hash is kept.

        Raises
        ------
        AccessError
            The name is taken, or is none.
        """
        if not _NAME.fullmatch(name):
            raise AccessError(f"expected letters, digits and . _ @ + - as a key's name, got '{name}'")
        kept = list(self.read().values())
        if any(key.name == name for key in kept):
            raise AccessError(f"there is a key named '{name}' already")
        secret = f"pl_{secrets.token_urlsafe(32)}"
        created = datetime.now(UTC).isoformat(timespec="seconds")
        self._write([*kept, ApiKey(name, hashed(secret), scope, rate, created)])
        return secret

    def remove(self, name: str) -> None:
        """Remove a key: a running server refuses it from then on.

        Raises
        ------
        AccessError
            There is none of that name.
        """
        kept = list(self.read().values())
        if not any(key.name == name for key in kept):
            raise AccessError(f"there is no key named '{name}'")
        self._write([key for key in kept if key.name != name])

    def _write(self, keys: list[ApiKey]) -> None:
        with atomic_path(self.path) as temporary:
            temporary.write_text(json.dumps({"keys": [asdict(key) for key in keys]}, indent=1))


def key_file(settings: Mapping[str, str] | None = None) -> KeyFile | None:
    """Return the file of keys that the environment's settings name; None for none."""
    name = (os.environ if settings is None else settings).get(KEYS, "").strip()
    return KeyFile(Path(name)) if name else None


def hashed(secret: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
