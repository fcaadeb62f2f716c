"""A bundle whose manifest is made to fit its changed files, as somebody would who means harm."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path


def reseal(folder: Path, change: Callable[[dict], object] = lambda manifest: None) -> Path:
    """Change the manifest, then list the sizes and hashes that the files have now."""
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    for name, entry in manifest["files"].items():
        if (folder / name).is_file():
            content = (folder / name).read_bytes()
            entry |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    change(manifest)
    file.write_text(json.dumps(manifest), encoding="utf-8")
    return folder
