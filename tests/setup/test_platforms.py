"""What is installed where: the requirements files."""

import ast
import importlib.metadata as metadata
import os
import subprocess
import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.paths import ROOT

PLATFORMS = {
    "requirements.txt": "x86_64-unknown-linux-gnu",
    "requirements_gpu.txt": "x86_64-unknown-linux-gnu",
    "requirements_mac.txt": "aarch64-apple-darwin",
}
PYTHONS = ("3.11", "3.12", "3.13")
OPTIONAL = {"openai", "openvino", "ray", "timm"}
FRAMEWORKS = ("tensorflow", "torch", "keras", "onnxruntime")


def requirements(file: str) -> list[Requirement]:
    """What a requirements file and those it includes ask for."""
    found = []
    for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            found += requirements(line.removeprefix("-r "))
        elif line and not line.startswith("#"):
            found.append(Requirement(line))
    return found


def imported() -> set[str]:
    """Packages that the app and the command line import, by the names they are installed by."""
    modules = set()
    for file in [ROOT / "Home.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "core").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                modules.add(node.module.split(".")[0])
    packages = metadata.packages_distributions()
    outside = modules - sys.stdlib_module_names - {"core"} - OPTIONAL
    return {canonicalize_name(packages[module][0]) for module in outside}


def installed_by(wanted: list[Requirement]) -> set[str]:
    """Names of all that installing `wanted` brings along here."""
    names: set[str] = set()
    waiting = [(one.name, frozenset(one.extras)) for one in wanted]
    seen = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        names.add(canonicalize_name(name))
        for line in metadata.requires(name) or ():
            one = Requirement(line)
            if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras or {""}):
                waiting.append((one.name, frozenset(one.extras)))
    return names


def test_all_that_is_imported_is_installed():
    assert imported() - installed_by(requirements("requirements.txt")) == set()


@pytest.mark.parametrize("file", PLATFORMS)
def test_no_package_is_asked_for_twice(file):
    names = [one.name for one in requirements(file)]
    assert len(names) == len(set(names))
    kinds = {name.removesuffix("-gpu") for name in names}
    assert kinds >= set(FRAMEWORKS)


def test_the_pythons_that_the_packages_are_resolved_for_are_those_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    fitting = SpecifierSet(project["requires-python"]).filter(f"3.{minor}" for minor in range(30))
    assert tuple(fitting) == PYTHONS


def uv(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    from uv import find_uv_bin

    command = [find_uv_bin(), "pip", "compile", "--no-config", "--no-header", "--no-annotate", "--quiet"]
    return subprocess.run(
        [*command, "--python", sys.executable, "--only-binary", ":all:", *arguments],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def registry(tmp_path_factory) -> None:
    """Skip where no package registry can be reached."""
    pytest.importorskip("uv", reason="uv is not here (requirements_dev.txt)")
    one = tmp_path_factory.mktemp("registry") / "one.txt"
    one.write_text("packaging\n")
    if uv(str(one)).returncode:
        pytest.skip("no package registry can be reached")


@pytest.mark.slow
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("file", PLATFORMS)
def test_the_packages_go_together(file, python, registry):
    """Asks for metadata alone: nothing is installed, nor is a wheel fetched that tells it by itself."""
    where = ("--python-platform", PLATFORMS[file], "--python-version", python)
    done = uv(file, *where, MACOSX_DEPLOYMENT_TARGET="14.0")
    assert done.returncode == 0, done.stderr
    found = dict(line.split("==") for line in done.stdout.splitlines() if "==" in line)
    gpu = file == "requirements_gpu.txt"
    assert ("onnxruntime-gpu" in found, "onnxruntime" in found) == (gpu, not gpu)
    served = found.keys() | {"onnxruntime"}
    assert imported() - served == set()
    if gpu:
        # Packages of another CUDA would overwrite files of these: both have nvidia/cudnn/lib/libcudnn.so.9.
        nvidia = {name for name in found if name.startswith("nvidia-")}
        assert nvidia and all(name.endswith("-cu12") for name in nvidia)
    if file == "requirements_mac.txt":
        assert not any(name.startswith("nvidia-") for name in found)
