import struct

import pytest

from core.catalogue.sources.compound import check_compound
from core.common.errors import CatalogueError
from tests.catalogue.sources.files import xls


def check(tmp_path, content):
    (tmp_path / "t.xls").write_bytes(content)
    check_compound(tmp_path / "t.xls", "t.xls")


def test_a_sound_file(tmp_path):
    check(tmp_path, xls())


def test_a_chain_that_goes_round_in_circles(tmp_path):
    content = bytearray(xls())
    (table,) = struct.unpack_from("<I", content, 76)  # the first sector of the table
    struct.pack_into("<II", content, 512 * (table + 1), 1, 0)  # 0 -> 1 -> 0
    with pytest.raises(CatalogueError, match=r"t\.xls: the workbook is damaged"):
        check(tmp_path, bytes(content))


@pytest.mark.parametrize("place", [30, 44, 64, 72])
def test_a_header_with_impossible_numbers(tmp_path, place):
    content = bytearray(xls())
    struct.pack_into("<H" if place == 30 else "<I", content, place, 60_000)
    with pytest.raises(CatalogueError, match="damaged"):
        check(tmp_path, bytes(content))


def test_a_file_without_a_header(tmp_path):
    with pytest.raises(CatalogueError, match="damaged"):
        check(tmp_path, b"\xd0\xcf")
