"""Set up the environment that the Makefile uses: `python3 setup_env.py requirements.txt`.

uv installs the packages, several times as fast as pip, and finds a Python that every package has a build for.
What pip was configured with (indexes, folders of wheels, constraints, certificates) holds for uv too. This
file is the first thing that runs on a new machine: any Python from 3.8 on runs it, with nothing installed.
"""

import argparse
import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
UV = "uv>=0.9"
OLDEST_TO_START = (3, 8)  # uv's own package asks for it

PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "constraint": "UV_CONSTRAINT",
    "trusted-host": "UV_INSECURE_HOST",
    "keyring-provider": "UV_KEYRING_PROVIDER",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
}


def required_python() -> str:
    """Return the versions that every package has a build for, from pyproject.toml: ">=3.11,<3.14"."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return str(re.findall(r'^requires-python = "([^"]+)"', text, re.MULTILINE)[0])


def required_bounds() -> "tuple[tuple[int, ...], ...]":
    """Return the oldest version that fits, and the first that is too new: ((3, 11), (3, 14))."""
    return tuple((int(major), int(minor)) for major, minor in re.findall(r"(\d+)\.(\d+)", required_python()))


def fits(python: Path) -> bool:
    """Whether this Python starts and has a version that fits."""
    command = [str(python), "-c", "import sys; print(*sys.version_info[:2])"]
    try:
        answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    except OSError:
        return False
    oldest, too_new = required_bounds()
    return answer.returncode == 0 and oldest <= tuple(map(int, answer.stdout.split())) < too_new


def read_pip_settings(python: Path) -> "dict[str, str]":
    """Return what pip was configured with, in files and in variables: {"find-links": "/wheels"}.

    Variables override files, and settings of `pip install` override global ones. Empty without pip.
    """
    command = [str(python), "-m", "pip", "config", "list"]
    listing = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    lines = re.findall(r"^(global|install|:env:)\.([\w-]+)=(.+)$", listing.stdout.decode(), re.MULTILINE)
    lines.sort(key=lambda line: ("global", "install", ":env:").index(line[0]))
    return {name: str(ast.literal_eval(value)) for _, name, value in lines}


def uv_variables(pip_settings: "dict[str, str]") -> "dict[str, str]":
    """Return pip's settings as the environment variables that mean the same to uv."""
    variables = {}
    for name, variable in PIP_TO_UV.items():
        values = [os.path.expanduser(value) for value in pip_settings.get(name, "").split()]  # noqa: PTH111
        if values:
            variables[variable] = ("," if name == "find-links" else " ").join(values)
    if "UV_INDEX" in variables:
        # pip takes the best version of all indexes; uv's default is the first index that has the package.
        variables["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return variables


def search_path(environment: "dict[str, str]") -> str:
    """Return PATH with all of pyenv's Pythons in place of its shims, which run only the selected ones."""
    pyenv = Path(environment.get("PYENV_ROOT") or Path.home() / ".pyenv")
    folders = [each for each in environment["PATH"].split(os.pathsep) if Path(each) != pyenv / "shims"]
    pythons = sorted(str(each) for each in pyenv.glob("versions/*/bin"))
    return os.pathsep.join(folders + pythons[::-1])


def has_module(name: str) -> bool:
    """Whether the Python that runs this file has a module."""
    return importlib.util.find_spec(name) is not None


def install_uv(folder: Path) -> "tuple[Path, Path]":
    """Install uv into `folder`, by pip here or in an environment made there; return uv and pip's Python."""
    pip_python, commands = Path(sys.executable), []
    if not has_module("pip"):
        version = "{}.{}".format(*sys.version_info)
        if not has_module("ensurepip"):
            raise SystemExit(
                f"Python {version} has neither pip nor what makes environments. On Debian and Ubuntu: "
                f"apt install python{version}-venv. Then run the same command again."
            )
        pip_python = folder / "venv" / "bin" / "python"
        commands = [[sys.executable, "-m", "venv", str(folder / "venv")]]
    pip = [str(pip_python), "-m", "pip", "install", "--disable-pip-version-check"]
    commands += [[*pip, "--only-binary", ":all:", "--target", str(folder / "uv"), UV]]
    # What pip may be told for the machine's own packages has no meaning for a folder.
    environment = dict(os.environ, PIP_USER="0", PIP_REQUIRE_VIRTUALENV="0", PIP_ROOT_USER_ACTION="ignore")
    for command in commands:
        if subprocess.run(command, env=environment, check=False).returncode:
            raise SystemExit(
                "uv, which installs the packages, could not be installed (reason above). Check the network "
                "and pip's settings, or install uv yourself; then run the same command again."
            )
    return folder / "uv" / "bin" / "uv", pip_python


def find_uv(venv: Path, folder: Path) -> "tuple[Path, Path]":
    """Return uv and a Python with pip: the environment's, the machine's, or ones made in `folder`."""
    if (venv / "bin" / "uv").exists():
        return venv / "bin" / "uv", venv / "bin" / "python"
    uv = shutil.which("uv")
    return (Path(uv), Path(sys.executable)) if uv else install_uv(folder)


def make_environment(venv: Path, uv: Path, environment: "dict[str, str]") -> None:
    """Make the environment with this very Python if it fits, else with one that uv finds or fetches."""
    python = sys.executable if fits(Path(sys.executable)) else required_python()
    command = [str(uv), "venv", "--python", python, str(venv)]
    environment = dict(environment, PATH=search_path(environment))
    if subprocess.run(command, env=environment, check=False).returncode:
        (major, oldest), (_, too_new) = required_bounds()
        newest = f"{major}.{too_new - 1}"
        raise SystemExit(
            f"Product Lens needs Python {major}.{oldest} to {newest}. None is here, and uv could not fetch "
            f"one (reason above). Install one, for example with: pyenv install {newest}. Then run the same "
            f"command again. For a Python outside PATH: make PYTHON=/path/to/python{newest}"
        )


def set_up(venv: Path, requirements: Path, torch_backend: str = "") -> int:
    """Make the environment if there is none that fits, install the requirements and return uv's exit code."""
    python = venv / "bin" / "python"
    ready = fits(python)
    if not ready and (venv / "pyvenv.cfg").exists():
        shutil.rmtree(str(venv))
    with tempfile.TemporaryDirectory() as folder:
        uv, pip_python = find_uv(venv, Path(folder))
        pip_settings = read_pip_settings(pip_python)
        # Whoever sets uv's own variables means them: they override pip's settings.
        environment = dict(uv_variables(pip_settings), **os.environ)
        if not ready:
            make_environment(venv, uv, environment)
        # pip and uv stay in the environment: optional packages and the next set-up need them.
        command = [str(uv), "pip", "install", "--python", str(python), "pip", UV, "-r", str(requirements)]
        if pip_settings.get("no-index", "") in ("1", "true", "yes", "on"):
            command += ["--no-index"]
        if torch_backend:
            command += ["--torch-backend", torch_backend]
        return subprocess.run(command, env=environment, check=False).returncode


def main() -> int:
    """Read the command line and set up."""
    if sys.version_info < OLDEST_TO_START:
        raise SystemExit("Set-up runs on Python 3.8 or newer. Name one: make PYTHON=/path/to/python3.13")
    parser = argparse.ArgumentParser(description="Set up the environment of Product Lens.")
    parser.add_argument("requirements", type=Path, help="the list of packages, such as requirements.txt")
    parser.add_argument("--venv", type=Path, default=Path(".venv"), help="folder of the environment (.venv)")
    parser.add_argument("--torch", default="", help="build of torch; cpu saves gigabytes of CUDA on Linux")
    arguments = parser.parse_args()
    return set_up(arguments.venv, arguments.requirements, arguments.torch)


if __name__ == "__main__":
    sys.exit(main())
