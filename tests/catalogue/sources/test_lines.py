import io

from core.catalogue.sources.lines import Lines, bare


def lines(count):
    return Lines(io.StringIO("".join(f"{n}\n" for n in range(1, count + 1)), newline=""))


def test_lines_are_looked_at_before_they_are_taken():
    found = lines(500)
    assert found.line(0) == "1\n" and found.line(300) == "301\n" and found.line(500) is None
    assert found.ahead(2) == ["1\n", "2\n"] and found.number == 1
    found.take(2)
    assert found.number == 3 and found.line(0) == "3\n" and len(found.ahead(9999)) == 498
    found.take(498)
    assert found.line(0) is None and found.ahead(1) == []


def test_a_line_without_its_end():
    assert [bare(line) for line in ("a", "a\n", "a\r\n", "a\r", "\n", "")] == ["a", "a", "a", "a", "", ""]
