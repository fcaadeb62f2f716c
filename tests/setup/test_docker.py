"""The image's files and commands, without Docker."""

import json
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.paths import ROOT


def instructions(kind: str) -> list[str]:
    """What follows a word of the Dockerfile, lines that go on put together."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.removeprefix(kind).strip() for line in text.splitlines() if line.startswith(f"{kind} ")]


def kept() -> list[str]:
    """Paths that .dockerignore lets into the image."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    paths = [line.removeprefix("!") for line in lines if line.startswith("!")]
    return [path for path in paths if not any(other.startswith(f"{path}/") for other in paths)]


def words(command: str, port: str) -> list[str]:
    """The words of a command in JSON, with another port."""
    return [word.replace("8501", port) for word in json.loads(command)]


def test_the_image_has_what_it_copies():
    assert all((ROOT / path).exists() for path in kept())
    for copied in instructions("COPY"):
        *sources, _ = [word for word in copied.split() if not word.startswith("--")]
        assert sources == ["."] or set(sources) <= set(kept())
    included = re.findall(r"^-r (\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert {"requirements.txt", *included} <= set(instructions("COPY")[0].split())


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ({}, []),
        ({"TORCH": "cpu"}, ["--torch-backend", "cpu"]),
        (
            {"EXTRA_INDEX": "https://a.test/simple"},
            ["--index", "https://a.test/simple", "--index-strategy", "unsafe-best-match"],
        ),
    ],
)
def test_the_image_s_packages_are_installed_by_uv_with_the_builds_asked_for(tmp_path, arguments, options):
    line = next(line for line in instructions("RUN") if "requirements.txt" in line)
    for name in ("python", "uv", "rm"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {name} $*\n")
        (tmp_path / name).chmod(0o755)
    line = line.replace("/uv/bin/uv", "uv")
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", **arguments}
    done = subprocess.run(["sh", "-c", line], env=environment, capture_output=True, text=True, check=True)
    pip, uv, removed = done.stdout.splitlines()
    assert pip == "python -m pip install --no-cache-dir --target /uv uv"
    install = ["uv", "pip", "install", "--system", "--no-cache", "--compile-bytecode"]
    assert uv.split() == [*install, *options, "-r", "requirements.txt"]
    assert removed == "rm -r /uv"


@pytest.mark.slow
def test_the_image_s_commands_answer_and_open_the_demo(tmp_path):
    """Its files, its environment and its commands, on this machine's Python in a folder of their own."""
    root = tmp_path / "app"
    for path in kept():
        copy = shutil.copytree if (ROOT / path).is_dir() else shutil.copy
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / path, root / path)
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(tmp_path)}
    environment |= dict(pair.split("=") for line in instructions("ENV") for pair in line.split())
    environment |= {
        "PRODUCT_LENS_ARTIFACTS": str(root / "artifacts"),
        "PRODUCT_LENS_CACHE": str(tmp_path / "cache"),
    }
    warm = shlex.split(next(line for line in instructions("RUN") if "core.serving.predictor" in line))
    said = subprocess.run(warm, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert "Mugs" in said.stdout
    assert {file.name.split("-")[0] for file in (tmp_path / "cache" / "onnx").iterdir()} == {
        "minilm",
        "compact",
    }

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    app = words(instructions("CMD")[0], port)
    health = words(instructions("HEALTHCHECK")[0].partition("CMD ")[2], port)
    with subprocess.Popen(app, cwd=root, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            deadline = time.monotonic() + 60
            while subprocess.run(health, env=environment, capture_output=True, check=False).returncode:
                assert server.poll() is None and time.monotonic() < deadline
                time.sleep(0.5)
        finally:
            server.terminate()
