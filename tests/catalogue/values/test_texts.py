"""Plain text of HTML, and where texts are cut."""

import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.catalogue.values.texts import cut, plain, without_prefix


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a \n\t b\u00a0c ", "a b c"),
        ("Tom &amp; Jerry&#39;s", "Tom & Jerry's"),
        ("Tom &amp;amp; Jerry", "Tom & Jerry"),
        ("<p class='x'>One</p><br/>two", "One two"),
        ("&lt;b&gt;bold&lt;/b&gt;", "bold"),
        ("a<script>alert('x')</script>b<!-- no -->c", "a b c"),
        ("5 < 6 and 7 > 3, I <3 it", "5 < 6 and 7 > 3, I <3 it"),
        ("soft\u00adhy\u200bphen\ufeff\x07", "softhyphen"),
        (unicodedata.normalize("NFD", "Café"), "Café"),
        ("👩‍👩‍👧 حذاء רץ", "👩‍👩‍👧 حذاء רץ"),
        ("\u200b \x00", ""),
        # Entities without a semicolon, and what only looks like one.
        ("soft&nbsp cotton&nbspshirt", "soft cotton shirt"),
        ("Salt &amp pepper &#38 more &#x27quoted&#x27", "Salt & pepper & more 'quoted'"),
        ("Guitar&amplifier, pen&notebook, rock&roll", "Guitar&amplifier, pen&notebook, rock&roll"),
        ("R&D at AT&T; &unknown; &", "R&D at AT&T; &unknown; &"),
        ("see /a?x=1&copy=2", "see /a?x=1&copy=2"),
        ("&eacute;t&eacute 25 &euro;", "été 25 €"),
        ("10&deg;C &frac12; l", "10°C ½ l"),
        ("a&#0;b&#xD800;c", "a\ufffdb\ufffdc"),
        # What looks like a tag.
        ("size <M and weight >5 kg", "size <M and weight >5 kg"),
        ("size &lt; 40, waist &lt;M&gt;", "size < 40, waist <M>"),
        ("a <b and c> d", "a <b and c> d"),
        ("<custom-card size='2'>inside</custom-card>", "inside"),
        ("<o:p></o:p>Word<o:p/>", "Word"),
        ("<new>cup</new> and <new> lamp", "cup and lamp"),
        ("<new> lamp", "<new> lamp"),
        ("<a title='a > b' href=\"/x?a='1'\">link</a>", "link"),
        ("<p title=it's>One</p>", "One"),
        ("<input disabled>x<td nowrap>y", "x y"),
        ("One</LI><LI>Two<ul><li>three</ul>", "One Two three"),
        ("wa<b>ter</b>proof H<sub>2</sub>O m<sup>2</sup>", "waterproof H2O m2"),
        ("<b>Colour</b>Red<span>Size</span><span>M</span>", "Colour Red Size M"),
        ("<STYLE type='x'>p {a: b}</STYLE >shown<script src=x>1 < 2", "shown"),
        ("<!DOCTYPE html><?xml version='1.0'?><![CDATA[kept & shown]]>", "kept & shown"),
        ("a <!-- never closed", "a never closed"),
        ("A cup for tea <p class='left", "A cup for tea"),
        ("A cup for tea <br", "A cup for tea"),
        ("A cup for tea </div", "A cup for tea"),
        ("pressure <p", "pressure <p"),
        # Vowel signs belong to their letters.
        ("दाल &amp; दिल", "दाल & दिल"),
        ("ชุดเครื่องนอน", "ชุดเครื่องนอน"),
    ],
)
def test_plain_text(text, expected):
    assert plain(text) == expected
    assert plain(expected) == expected


PIECES = [*"<>bp&; ='\"éा", "</", "script", "!--", "-->", "amp", "#38", "nbsp"]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example("<a<b>bbr>")
@example("&a<b>mp;lt;")
@settings(max_examples=200, deadline=None)
def test_plain_is_idempotent(text):
    assert plain(plain(text)) == plain(text)


HARD = [
    "<!--", "<!-- -->", "<script>", "<script ", "</script>", "<style></style>", "&amp;", "&amp", "<a ",
    '<a "',
    "<a '\"",     "<a b='", "<b>", "</b>", "<![CDATA[", "<x>", "<p", "<" , "&", "<a:b.c-d ", "<!doctype ",
    "<a\n=",
    "&#38;lt;",
]  # fmt: skip


@pytest.mark.parametrize("hard", HARD)
def test_hostile_texts_take_linear_time(hard):
    text = hard * (200_000 // len(hard))
    start = time.process_time()
    plain(text)
    assert time.process_time() - start < 4


def test_a_cut_keeps_the_marks_of_the_last_letter():
    assert cut("दिल", 10) == "दिल"
    assert cut("दाल", 2) == "दा"
    assert cut("दाल", 1) == "द"  # nothing shorter is left
    assert cut("ab दि", 4) == "ab"
    assert cut("ab cd", 3) == "ab"
    assert cut("x👩‍👩", 2) == "x"
    assert cut("word " * 1000, 2000).startswith("word ") and len(cut("word " * 1000, 1999)) == 1999


@pytest.mark.parametrize(
    ("text", "prefix", "rest"),
    [
        ("Cap, red", "cap", ", red"),
        ("Captain", "Cap", None),
        ("Rings made", "Ring", None),
        ("STRASSE 5", "Straße", " 5"),
        ("Straße 5", "STRASSE", " 5"),
        ("Straßen", "STRASSE", None),
        ("Cap", "Cap", ""),
        ("Cap", "", None),
        ("", "Cap", None),
        ("दिल", "द", None),
        ("A", "Apple", None),
        ("C++ book", "C++", " book"),
        ("Lamp 2", "Lamp ", "2"),
    ],
)
def test_a_prefix_ends_with_a_word(text, prefix, rest):
    assert without_prefix(text, prefix) == rest
