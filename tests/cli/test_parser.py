"""Results that cannot be written: a folder where nothing may be made, a device, a full disk."""

import errno
import os
from pathlib import Path

import pytest

from core.cli import commands
from core.cli.commands import main
from core.cli.parser import Command
from tests.full_disk import room

WRITERS = (
    "evaluate --bundle nowhere --data nowhere --json",
    "predict --bundle nowhere --data nowhere --out",
    "predict --bundle nowhere --data nowhere --out p.csv --table",
    "embed --data nowhere --encoder tiny-image --out",
    "build --data nowhere --text tiny-text --image none --out",
    "demo --out",
    "fetch-images --data nowhere --out",
)


def run(command: str, capsys) -> tuple[int, str]:
    """The exit code and what was printed on standard error."""
    try:
        code = main(command.split())
    except SystemExit as stop:
        code = stop.code
    return code, capsys.readouterr().err


def is_one_line(said: str) -> bool:
    return said.count("\n") == 1 and "Traceback" not in said


@pytest.mark.parametrize("command", WRITERS)
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder in which even root can make nothing")
def test_a_folder_where_nothing_can_be_made_is_said_before_the_work(command, capsys):
    code, said = run(f"{command} /proc/result.npy", capsys)
    assert code == 2 and is_one_line(said)
    assert "'/proc/result.npy' cannot be written: " in said
    assert "nowhere" not in said, "nothing was read yet"


@pytest.mark.parametrize("command", WRITERS)
def test_a_folder_that_is_read_only_is_said_before_the_work(command, tmp_path, capsys, monkeypatch):
    """Root may write everywhere, so the system's answer is made up."""

    def refused(*_, dir, **__):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(dir))

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.TemporaryFile", refused)
    code, said = run(f"{command} {tmp_path}/new/result.npy", capsys)
    assert code == 2 and is_one_line(said)
    assert "cannot be written: Permission denied" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", WRITERS[-2:])
def test_a_folder_to_fill_is_tried_itself(command, tmp_path, capsys, monkeypatch):
    def refused(*_, dir, **__):
        assert dir == tmp_path
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(dir))

    monkeypatch.setattr("tempfile.TemporaryFile", refused)
    code, said = run(f"{command} {tmp_path}", capsys)
    assert code == 2 and is_one_line(said)
    assert f"'{tmp_path}' cannot be written: Read-only file system" in said


@pytest.mark.parametrize("command", WRITERS[:4])
@pytest.mark.parametrize("device", ["/dev/full", "/dev/null"])
def test_a_device_is_not_replaced(command, device, capsys):
    code, said = run(f"{command} {device}", capsys)
    assert code == 2 and is_one_line(said)
    assert f"'{device}' is a device; name a file" in said
    assert Path(device).is_char_device()


@pytest.mark.parametrize("command", WRITERS)
def test_a_name_that_is_too_long_is_one_line(command, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, said = run(f"{command} {tmp_path}/{'x' * 300}.npy", capsys)
    assert code == 2 and is_one_line(said)
    assert "cannot be written: File name too long" in said


@pytest.mark.parametrize("command", WRITERS)
def test_a_place_below_a_file_is_one_line(command, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    code, said = run(f"{command} {tmp_path}/file/below", capsys)
    assert code == 2 and is_one_line(said)
    assert f"{tmp_path / 'file'} is a file" in said
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("command", "size"),
    [
        ("evaluate --bundle {bundle} --data {data} --json {out}/e.json", 200),
        ("predict --bundle {bundle} --data {data} --out {out}/p.csv", 1500),
        ("predict --bundle {bundle} --data {data} --out {out}/p.csv", 100),
        ("embed --data {data} --encoder tiny-image --out {out}/v.npy", 200),
        ("embed --data {data} --encoder tiny-image --out {out}/v.csv", 200),
        ("embed --data {data} --encoder tiny-image --out {out}/v.parquet", 200),
        (
            "build --data {data} --text tiny-text --image none --maps none --heads logistic_regression "
            "--minimum 5 --out {out}/shop",
            1500,
        ),
    ],
)
def test_a_full_disk_is_one_line_and_nothing_half_written_stays(
    command, size, tiny_bundle, tmp_path, capsys, monkeypatch
):
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "cache"))
    out = tmp_path / "out"
    out.mkdir()
    (out / "p.csv").write_text("as it was")
    data = tiny_bundle.parents[1] / "data"
    with room(size):
        code = main(command.format(bundle=tiny_bundle, data=data, out=out).split())
    said = capsys.readouterr().err.splitlines()
    assert code == 2
    assert said[-1].startswith("error: cannot write: File too large: ")
    assert not [line for line in said if "Traceback" in line]
    assert [each.name for each in out.iterdir()] == ["p.csv"]
    assert (out / "p.csv").read_text() == "as it was"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES])
def test_whatever_the_system_says_of_its_disk_is_one_line(number, capsys, monkeypatch):
    def full(_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setitem(commands.COMMANDS, "demo", Command("demo", "help", lambda _: None, full))
    code, said = run("demo", capsys)
    assert (code, said) == (2, f"error: cannot write: {os.strerror(number)}: disk\n")
