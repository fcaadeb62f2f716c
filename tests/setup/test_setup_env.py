"""uv makes the environment: which Python it takes, what pip hands on, and errors that say what to do."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import setup_env

ROOT = Path(setup_env.__file__).parent

# Stands for uv: writes down its calls, and makes environments with the Python that runs the tests.
FAKE_UV = f"""#!/bin/sh
printf '%s\\n' "$*" >> "$LOG/calls"
env > "$LOG/variables"
if [ "$1" = venv ]; then
    [ -e "$LOG/no-python" ] && exit 2
    mkdir -p "$4/bin" && ln -s {shlex.quote(sys.executable)} "$4/bin/python" && touch "$4/pyvenv.cfg"
fi
"""


def program(path: Path, text: str) -> Path:
    """A program of this text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


class Machine:
    """A machine with this Python, a fake uv, no setting of pip or uv, and this folder to work in."""

    def __init__(self, folder: Path, python: Path) -> None:
        self.folder = folder
        self.python = python
        self.venv = folder / ".venv"
        program(folder / "bin" / "uv", FAKE_UV)
        self.variables = {
            "PATH": f"{folder / 'bin'}:/usr/bin:/bin",
            "HOME": str(folder),
            "LOG": str(folder),
            "PIP_CONFIG_FILE": os.devnull,
        }

    def set_up(self, *options: str, script: Path = ROOT / "setup_env.py", **variables: str):
        """Run the script as the Makefile does."""
        return subprocess.run(
            [self.python, script, "--venv", self.venv, *options, "packages.txt"],
            cwd=self.folder, env=self.variables | variables, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def calls(self) -> list[str]:
        """What uv was called with, a line a call."""
        return (self.folder / "calls").read_text().splitlines()

    def seen(self) -> dict[str, str]:
        """The variables that uv saw."""
        lines = (self.folder / "variables").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory) -> Path:
    """A Python without pip."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder / "bin" / "python"


@pytest.fixture
def machine(tmp_path, bare_python) -> Machine:
    return Machine(tmp_path, bare_python)


@pytest.fixture
def machine_with_pip(tmp_path) -> Machine:
    return Machine(tmp_path, Path(sys.executable))


def test_the_environment_is_made_once_and_the_packages_are_installed_each_time(machine):
    assert machine.set_up().returncode == 0
    assert machine.set_up().returncode == 0
    made, first, second = machine.calls()
    assert made == f"venv --python {machine.python} {machine.venv}"
    assert first == second == f"pip install --python {machine.venv}/bin/python pip uv>=0.9 -r packages.txt"


def test_an_environment_whose_python_is_gone_is_made_anew(machine):
    machine.set_up()
    (machine.venv / "bin" / "python").unlink()
    (machine.venv / "left-over").touch()
    assert machine.set_up().returncode == 0
    assert not (machine.venv / "left-over").exists()
    assert setup_env.fits(machine.venv / "bin" / "python")


def test_a_folder_that_is_no_environment_is_left_alone(machine):
    mine = machine.venv / "mine.txt"
    mine.parent.mkdir()
    mine.touch()
    machine.set_up()
    assert mine.exists()


def test_a_build_of_torch_is_asked_for_by_name(machine):
    machine.set_up("--torch", "cpu")
    assert machine.calls()[-1].endswith("--torch-backend cpu")


def test_uv_is_told_what_pip_is_told(machine_with_pip):
    conf = machine_with_pip.folder / "pip.conf"
    conf.write_text(
        "[global]\nindex-url = https://a.test/simple\nextra-index-url = https://b.test/simple\n  https://c.test/simple\n"
        "find-links = /from-file\nconstraint = /limits.txt\n[install]\nfind-links = /one\n  ~/two\n"
    )
    machine_with_pip.set_up(PIP_CONFIG_FILE=str(conf), PIP_CERT="/ca.pem", PIP_TRUSTED_HOST="a.test b.test")
    seen = machine_with_pip.seen()
    assert seen["UV_DEFAULT_INDEX"] == "https://a.test/simple"
    assert seen["UV_INDEX"] == "https://b.test/simple https://c.test/simple"
    assert seen["UV_INDEX_STRATEGY"] == "unsafe-best-match"
    assert seen["UV_FIND_LINKS"] == f"/one,{machine_with_pip.folder}/two"
    assert seen["UV_CONSTRAINT"] == "/limits.txt"
    assert seen["UV_INSECURE_HOST"] == "a.test b.test"
    assert seen["SSL_CERT_FILE"] == "/ca.pem"


def test_pip_s_variables_override_its_files_and_uv_s_own_override_both(machine_with_pip):
    conf = machine_with_pip.folder / "pip.conf"
    conf.write_text("[global]\nfind-links = /from-file\nindex-url = https://a.test/simple\n")
    machine_with_pip.set_up(
        PIP_CONFIG_FILE=str(conf),
        PIP_FIND_LINKS="/from-variable",
        UV_DEFAULT_INDEX="https://mine.test/simple",
    )
    assert machine_with_pip.seen()["UV_FIND_LINKS"] == "/from-variable"
    assert machine_with_pip.seen()["UV_DEFAULT_INDEX"] == "https://mine.test/simple"


def test_without_settings_of_pip_uv_has_its_own_defaults(machine_with_pip):
    machine_with_pip.set_up()
    assert not [name for name in machine_with_pip.seen() if name.startswith("UV_")]
    assert "--no-index" not in machine_with_pip.calls()[-1]


def test_a_machine_without_an_index_is_not_asked_for_one(machine_with_pip):
    machine_with_pip.set_up(PIP_NO_INDEX="1")
    assert machine_with_pip.calls()[-1].endswith("--no-index")


@pytest.mark.parametrize(
    ("version", "fit"),
    [("3 10", False), ("3 11", True), ("3 13", True), ("3 14", False), ("2 7", False)],
)
def test_tensorflow_s_pythons_fit(tmp_path, version, fit):
    python = program(tmp_path / "python3", f"#!/bin/sh\necho {version}\n")
    assert setup_env.fits(python) == fit


def test_a_python_that_does_not_start_does_not_fit(tmp_path):
    assert not setup_env.fits(tmp_path / "none")
    assert not setup_env.fits(program(tmp_path / "shim", "#!/bin/sh\necho 'not selected' >&2\nexit 127\n"))


@pytest.fixture
def of_the_future(tmp_path) -> Path:
    """The script, asking for a Python that nobody has."""
    root = tmp_path / "future"
    root.mkdir()
    (root / "pyproject.toml").write_text('[project]\nrequires-python = ">=3.98,<3.100"\n')
    return shutil.copy(ROOT / "setup_env.py", root)


def test_where_this_python_does_not_fit_uv_finds_one(machine, of_the_future):
    machine.set_up(script=of_the_future)
    assert machine.calls()[0] == f"venv --python >=3.98,<3.100 {machine.venv}"


def test_pyenv_s_pythons_stand_behind_all_others_newest_first(tmp_path):
    for version in ("3.11.7", "3.12.1"):
        (tmp_path / "versions" / version / "bin").mkdir(parents=True)
    path = setup_env.search_path({"PATH": f"{tmp_path}/shims:/usr/bin", "PYENV_ROOT": str(tmp_path)})
    versions = tmp_path / "versions"
    assert path.split(":") == ["/usr/bin", f"{versions}/3.12.1/bin", f"{versions}/3.11.7/bin"]


def test_where_no_python_can_be_had_the_last_line_says_what_to_do(machine, of_the_future):
    (machine.folder / "no-python").touch()
    done = machine.set_up(script=of_the_future)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("Product Lens needs Python 3.98 to 3.99. None is here, and uv could not fetch one")
    assert "pyenv install 3.99" in last
    assert len(machine.calls()) == 1


def test_a_python_without_pip_and_venv_names_the_package(machine):
    (machine.folder / "bin" / "uv").unlink()
    (machine.folder / "sitecustomize.py").write_text(
        "import importlib.util as util\n"
        "find = util.find_spec\n"
        "util.find_spec = lambda name, *more: None if name == 'ensurepip' else find(name, *more)\n"
    )
    done = machine.set_up(PYTHONPATH=str(machine.folder))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "apt install python{}.{}-venv.".format(*sys.version_info) in done.stderr


def test_where_uv_cannot_be_had_the_last_line_says_what_to_check(machine_with_pip):
    (machine_with_pip.folder / "bin" / "uv").unlink()
    done = machine_with_pip.set_up(PIP_NO_INDEX="1")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("uv, which installs the packages, could not be installed")


FROM_MAKE = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES")


def test_a_machine_without_python_is_told_so_by_make(tmp_path):
    if not (make := shutil.which("make")):
        pytest.skip("there is no make here")
    arguments = [make, "PYTHON=no-such-python", f"VENV={tmp_path / 'venv'}", "app"]
    # What `make test` hands to the make below it would print the folder first.
    environment = {name: value for name, value in os.environ.items() if name not in FROM_MAKE}
    done = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout.startswith("There is no no-such-python here. Install Python 3.11, 3.12 or 3.13")


def test_a_cpu_build_at_hand_is_taken_for_the_plain_version(tmp_path):
    """In a folder of wheels that pip is configured with, 2.13.0+cpu answers torch==2.13.0."""
    find_uv_bin = pytest.importorskip("uv", reason="uv is not here (requirements_dev.txt)").find_uv_bin
    for version in ("2.13.0", "2.13.0+cpu"):
        with zipfile.ZipFile(tmp_path / f"torch-{version}-py3-none-any.whl", "w") as wheel:
            about = f"torch-{version}.dist-info"
            wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: torch\nVersion: {version}\n")
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{about}/RECORD", "")
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    (tmp_path / "torch.txt").write_text(next(line for line in lines if line.startswith("torch==")))
    variables = setup_env.uv_variables({"find-links": str(tmp_path)})
    command = [find_uv_bin(), "pip", "compile", "--no-config", "--no-index", "--no-cache", "--no-annotate"]
    done = subprocess.run(
        [*command, tmp_path / "torch.txt"],
        env=os.environ | variables, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert re.findall(r"^torch==(\S+)", done.stdout, re.MULTILINE) == ["2.13.0+cpu"], done.stderr
