"""
What can be a classic script, and what cannot.
"""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from browsercors.values.formats.javascript_text import LONGEST_READ, could_be_javascript

SCRIPTS = [
    "",
    "\n",
    "1",
    "OK",
    "window.ran = 1;\n",
    "'use strict';\nlet a = {\"b\": 1, 'c': [1,,2]};",
    "<!-- a\nb()\n--> c",
    "#!/usr/bin/env node\na()",
    "/* a */ b // c",
    "class A extends B { static #x = 1; get y() { return this.#x } }",
    "class A extends b.c {}",
    "for (const a of b) { c(a) }",
    "`a${b + `c${{d: 1}.d}`}e\\``",
    "a = /[/]\\/\"/g.test('x')",
    "if (a) /x/.test(b)",
    "a / b / c",
    "x => ({a: 1})",
    "async function* f() { yield* g(); await h }",
    "import('x').then(m => m.default)",
    "a\n++b",
    "label: for (;;) { break label }",
    "a?.b?.[c] ?? d ? .5 : 1e3",
    "switch (a) { case 'x': default: b }",
    "({a, ...b}) => b",
    "try { x } catch { y }",
    "do { x } while (y)",
    'callback({"a": 1})',
    'x = {"a": 1}',
    "a = b\n{ c }",
    "var \\u0061b = 0x1Fn",
    'var s = "<html>\\\n";',
    "\u00e9t\u00e9 = '\u2028'",
]


@pytest.mark.parametrize("text", SCRIPTS)
def test_a_script_passes(text: str) -> None:
    assert could_be_javascript(text)


OTHERS = [
    "<html>",
    "<!DOCTYPE html><p>hello",
    "<?xml version='1.0'?>",
    "hello world",
    "Hello, world.",
    "name: John Smith",
    "a,b,c\n1,2 3",
    "body { color: red }",
    '{"a": 1}',
    '{"a": 1}\n{"b": 2}',
    'while(1);{"a": 1}',
    ")]}'\n[1]",
    "\x89PNG\r\n\x1a\n",
    "GIF89a \x00",
    "%PDF-1.4",
    "foo(",
    "foo)",
    "(]",
    "'abc",
    "'a\nb'",
    "`abc",
    "`${a",
    "/* abc",
    "a = ;",
    "a +=",
    "@decorated",
    "[1] 'a'",
]


@pytest.mark.parametrize("text", OTHERS)
def test_what_is_no_script_does_not(text: str) -> None:
    assert not could_be_javascript(text)


@pytest.mark.parametrize("statement", ["a();\n", "x = 'abc';\n", "`abc`;\n", "{ b }\n", "/* abc */\n"])
def test_of_a_long_text_the_start_is_read(statement: str) -> None:
    long = statement * (LONGEST_READ // len(statement) + 2)

    assert could_be_javascript(long + "<html>")
    assert could_be_javascript(f"a = '{'b' * LONGEST_READ}';")
    assert not could_be_javascript(f"a = '\n{'b' * LONGEST_READ}';")
    assert not could_be_javascript("<html>" + long)


@given(st.text(alphabet=" \n\\'\"`${}()[]/*-<>!=.;:,aif0#", max_size=40))
def test_no_text_is_too_odd(text: str) -> None:
    assert could_be_javascript(text) in {True, False}


@given(st.sampled_from(["{", "a ", "'", "/*", "`", "\\", "<!--", "x\n", "\n -->", "\n", "${`", "/[/", "'\\", "a/b;"]))
def test_a_long_text_is_read_in_time(piece: str) -> None:
    assert could_be_javascript(piece * 10**5) in {True, False}
