"""The terminal's progress bar."""

import re
import time

from core.common.progress import bar


def test_the_terminal_says_how_much_time_is_left(capfd):
    show = bar()
    for done in (0, 10, 20):
        show("Encoding products", done, 100)
        time.sleep(0.6)
    show.close()
    assert re.search(r"Encoding products: +20%.*20/100 \[\d\d:\d\d<\d\d:\d\d", capfd.readouterr().err)
