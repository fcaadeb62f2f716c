import os

from core.common.kept_files import forget, is_whole, keep


def test_a_file_is_whole_until_its_bytes_change(tmp_path):
    file = tmp_path / "model.onnx"
    assert not is_whole(file)
    file.write_bytes(b"numbers")
    keep(file)
    assert is_whole(file)
    os.utime(file, (1, 1))  # copied: the hash decides, and is noted with the new time
    assert is_whole(file) and is_whole(file)
    for damage in (b"\0" * 7, b"number", b""):
        file.write_bytes(damage)
        assert not is_whole(file)
    forget(file)
    assert not list(tmp_path.iterdir())


def test_a_file_from_before_is_noted_down_and_an_empty_one_is_none(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").touch()
    assert is_whole(tmp_path / "a") and not is_whole(tmp_path / "b")
    (tmp_path / "a").write_bytes(b"y")
    assert not is_whole(tmp_path / "a")


def test_a_damaged_note_condemns_the_file_not_the_program(tmp_path):
    file = tmp_path / "a"
    file.write_bytes(b"x")
    keep(file)
    for note in ("", "[]", "{}", "\xff"):
        (tmp_path / "a.kept.json").write_text(note)
        assert not is_whole(file)
