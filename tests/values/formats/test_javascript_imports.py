"""
What a module imports statically.
"""

from __future__ import annotations

from typing import Final

import pytest

from browsercors.values.formats.javascript_imports import LONGEST_TEXT, MOST_UNENDED, static_imports

CASES: Final[dict[str, tuple[str, list[str]]]] = {
    "nothing": ("", []),
    "for its effects": ("import './a.js'", ["./a.js"]),
    "names": ("import a, {b as c, 'd e' as f} from './a.js'; import * as g from \"./b.js\"", ["./a.js", "./b.js"]),
    "exports": ("export * from './a.js'; export {import} from './b.js'; export let c = 1", ["./a.js", "./b.js"]),
    "escapes": (r"import './\u0061\x62\u{63}.js'", ["./abc.js"]),
    "import() and import.meta": ("import('./a.js'); import.meta.url; import './b.js'", ["./b.js"]),
    "in comments and strings": ("/* import './a' */ // import './b'\n'import \"./c\"'; import './d'", ["./d"]),
    "in templates": ("`import './a' ${`import './b'`}`; import './c'", ["./c"]),
    "in a regular expression": ("a = /import '.b'/; import './c'", ["./c"]),
    "in a block": ("if (a) { import './a' } import './b'", ["./b"]),
    "a declaration that another one interrupts": ("import a import './b'", ["./b"]),
    "keywords alone": ("import " * 50 + "import './b'", ["./b"]),
    "a string without an end": ("a = 'b\\'\\'\nimport './b'", ["./b"]),
    "a string without an end, as the name of a module": ("import './a\nimport './b'", ["./b"]),
    "slashes that begin no expression": ("a = " + ",/[" * 2 * MOST_UNENDED + "\nimport './b'", []),
    "beyond the limit": ("import './a';" + " " * LONGEST_TEXT + "import './b'", ["./a"]),
}


@pytest.mark.parametrize("name", CASES)
def test_static_imports_are_found(name: str) -> None:
    text, expected = CASES[name]

    assert expected == [each.specifier for each in static_imports(text)]


@pytest.mark.parametrize(
    ("attributes", "kind"),
    [
        ("", "script"),
        ("with {type: 'json'}", "json"),
        ("with {'type': 'css'}", "style"),
        ("with {type: 'x'}", "script"),
    ],
)
def test_the_type_attribute_says_what_it_is_imported_as(attributes: str, kind: str) -> None:
    (found,) = static_imports(f"import a from './a' {attributes}")

    assert kind == found.kind
