"""
Foreign text is made fit to be shown: nothing in it steers a terminal or breaks out of HTML.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from browsercors.cookies.cookie import CookieOutcome, CookieRefusal, SetCookieResult
from browsercors.explain.words.sanitise import LONGEST_VALUE, escaped, printable, shown

PRINTABLE = [
    ("an ordinary value", "https://app.example.com", "https://app.example.com"),
    ("Latin and other letters", "café Ω", "café Ω"),
    ("an escape sequence", "\x1b[31mred", "\\x1b[31mred"),
    ("a link of a terminal", "\x1b]8;;http://evil\x07", "\\x1b]8;;http://evil\\x07"),
    ("C1 controls", "\x9b31m", "\\x9b31m"),
    ("line breaks", "a\r\nb\u2028c", "a\\r\\nb\\u2028c"),
    ("bidirectional controls", "\u202egnp.exe\u2066", "\\u202egnp.exe\\u2066"),
    ("what is invisible", "a\u200bb\xad\xa0", "a\\u200bb\\xad\\xa0"),
    ("a surrogate", "\ud800", "\\ud800"),
    ("markup", "[red]x[/red]", "[red]x[/red]"),
]


@pytest.mark.parametrize(("_story", "text", "expected"), PRINTABLE, ids=[row[0] for row in PRINTABLE])
def test_text_is_made_printable(_story: str, text: str, expected: str) -> None:
    assert expected == printable(text)


@settings(deadline=None)
@given(st.text())
def test_whatever_the_text_is_it_becomes_one_printable_line(text: str) -> None:
    once = printable(text)

    assert once.isprintable()
    assert once == printable(once)


def test_long_values_are_cut_and_their_length_is_said() -> None:
    assert f"{'a' * LONGEST_VALUE}... (1000000 characters in all)" == shown(b"a" * 1_000_000)


@settings(deadline=None)
@given(st.text())
def test_escaped_text_is_no_markup_and_ends_no_attribute(text: str) -> None:
    assert not set(escaped(text)) & set("<>\"'")


def test_nothing_has_a_word_of_its_own() -> None:
    assert ("nothing", "(empty)", "nothing") == (shown(None), shown(b""), shown(()))


def test_what_became_of_a_cookie_is_said() -> None:
    refused = SetCookieResult(CookieOutcome.REFUSED, CookieRefusal.EMPTY, None)

    assert f"refused: {CookieRefusal.EMPTY.value}" == shown(refused)
    assert CookieOutcome.STORED.value == shown(SetCookieResult(CookieOutcome.STORED, None, None))
