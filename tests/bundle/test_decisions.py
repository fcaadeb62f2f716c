import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from core.bundle import decisions
from core.bundle.decisions import (
    decisions_file,
    key_of,
    new_decision,
    read,
    save,
    save_all,
    take_back,
)
from core.common.errors import CoreError

ONE = {"sku": "a", "kind": "label", "action": "correct", "old": "Mugs", "new": "Lamps"}


@pytest.fixture
def file(tmp_path):
    return tmp_path / ".reviews" / "shop.jsonl"


def test_no_file_yet_is_no_decisions(file):
    assert read(file).decisions == ()


def test_what_is_saved_is_read_again_in_order(file):
    first = save(file, **ONE, who=" Ann \n Other ")
    second = save(file, sku="b", other="a", kind="duplicate", action="keep", old="Mugs", new="Mugs")
    log = read(file)
    assert log.decisions == (first, second)
    assert log.unreadable == 0
    assert first.who == "Ann Other"
    assert first.time.endswith("+00:00")
    assert len(file.read_text().splitlines()) == 2


def test_odd_skus_come_back_as_they_were(file):
    for sku in ('"\\', "é\n\u2028=1", "\ud800", ""):
        assert save(file, **(ONE | {"sku": sku})).sku == sku
        assert read(file).decisions[-1].sku == sku


def test_a_decision_taken_back_is_gone_but_recorded(file):
    first, second = save(file, **ONE), save(file, **(ONE | {"sku": "b"}))
    take_back(file, first.id, who="Ann")
    assert read(file).decisions == (second,)
    assert len(file.read_text().splitlines()) == 3
    take_back(file, "no such id")
    assert read(file).decisions == (second,)


def test_many_are_saved_and_taken_back_by_one_write(file, monkeypatch):
    written = []
    write = decisions.os.write
    monkeypatch.setattr(decisions.os, "write", lambda *call: written.append(call) or write(*call))
    many = [new_decision(**(ONE | {"sku": str(number)})) for number in range(30)]
    save_all(file, many)
    assert len(written) == 1
    assert list(read(file).decisions) == many
    take_back(file, *(each.id for each in many[:20]))
    assert len(written) == 2
    assert list(read(file).decisions) == many[20:]


def test_a_full_disk_leaves_none_of_many(file, monkeypatch):
    first = save(file, **ONE)
    write = decisions.os.write
    monkeypatch.setattr(decisions.os, "write", lambda handle, lines: write(handle, lines[:250]))
    with pytest.raises(CoreError, match="no room left"):
        save_all(file, [new_decision(**ONE), new_decision(**ONE)])
    monkeypatch.undo()
    assert read(file).decisions == (first,)
    assert read(file).unreadable == 0


@pytest.mark.parametrize("wrong", [{"action": "delete"}, {"new": "Mugs"}])
def test_what_is_no_decision_is_refused(file, wrong):
    with pytest.raises(ValueError, match="expected one of keep, correct"):
        save(file, **(ONE | wrong))
    assert not file.exists()


def test_half_a_line_of_a_killed_process_spoils_no_other(file):
    save(file, **ONE)
    with file.open("a") as stream:
        stream.write('{"id": "cut sh')
    save(file, **(ONE | {"sku": "b"}))
    log = read(file)
    assert [one.sku for one in log.decisions] == ["a", "b"]
    assert log.unreadable == 1


@pytest.mark.parametrize("line", ["[]", "7", "{}", '{"undo": 3}', "\x00\xff", '{"id": "x", "sku": 3}'])
def test_lines_of_another_kind_are_counted(file, line):
    save(file, **ONE)
    with file.open("a") as stream:
        stream.write(line + "\n\n")
    log = read(file)
    assert len(log.decisions) == 1
    assert log.unreadable == 1


def test_an_unknown_action_of_a_later_version_is_counted_not_read(file):
    kept = save(file, **ONE)
    plain = json.loads(file.read_text()) | {"id": "later", "action": "merge", "more": 1}
    with file.open("a") as stream:
        stream.write(json.dumps(plain) + "\n")
    assert read(file).decisions == (kept,)
    assert read(file).unreadable == 1


def test_several_processes_at_once_lose_nothing(file):
    script = (
        "import sys; from pathlib import Path; from core.bundle.decisions import save\n"
        "for i in range(100): save(Path(sys.argv[1]), sku=f'{sys.argv[2]}-{i}', kind='label', action='keep',"
        " old='x' * 300, new='x' * 300)"
    )
    running = [subprocess.Popen([sys.executable, "-c", script, str(file), name]) for name in "abc"]
    assert [process.wait(timeout=120) for process in running] == [0, 0, 0]
    log = read(file)
    assert log.unreadable == 0
    assert len({one.sku for one in log.decisions}) == len({one.id for one in log.decisions}) == 300


def test_a_place_that_cannot_be_written_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CoreError, match=r"not saved: '.*' cannot be written"):
        save(tmp_path / "file" / "shop.jsonl", **ONE)
    (tmp_path / "folder.jsonl").mkdir()
    with pytest.raises(CoreError, match="cannot be read"):
        read(tmp_path / "folder.jsonl")


def test_a_pair_is_one_whichever_comes_first():
    assert key_of("b", "a") == key_of("a", "b") == ("a", "b")
    assert key_of("b") == ("b", "")


def test_the_file_lies_beside_the_bundle_and_a_refit_shares_it(tmp_path):
    bundle = SimpleNamespace(path=tmp_path / "shop", manifest=SimpleNamespace(refit=None))
    refit = SimpleNamespace(
        path=tmp_path / "shop-refit", manifest=SimpleNamespace(refit=SimpleNamespace(of="shop"))
    )
    assert decisions_file(bundle) == decisions_file(refit) == tmp_path / ".reviews" / "shop.jsonl"
