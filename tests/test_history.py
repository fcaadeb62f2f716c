from core.history import Entry, remembered


def entry(key: str, size: int = 1) -> Entry:
    return Entry(key, "b", key, "", b"x" * size, None, "", "Mugs", 0.5, False)


def keys(entries) -> str:
    return "".join(one.key for one in entries)


def test_the_newest_is_first_and_each_is_there_once():
    entries = ()
    for key in "abcab":
        entries = remembered(entries, entry(key))
    assert keys(entries) == "cba"


def test_the_oldest_make_room():
    entries = ()
    for key in "abcd":
        entries = remembered(entries, entry(key), most=3)
    assert keys(entries) == "dcb"
    assert keys(remembered(entries, entry("e", 8), most_bytes=9)) == "ed"
    assert keys(remembered(entries, entry("f", 100), most_bytes=9)) == "f"
