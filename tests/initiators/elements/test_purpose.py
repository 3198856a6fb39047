"""
Whether what came serves what it was loaded for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors import Answer
from browsercors.initiators.elements.purpose import missed_purpose
from tests.explain.pages import ALLOW, API, fetched, loaded

if TYPE_CHECKING:
    from browsercors.browser.loads import LoadResult

HTML = "<!DOCTYPE html><title>Not Found</title>"
JSON = '{"error": "none"}'
GIF = "GIF89a, small"
JS = {"Content-Type": "text/javascript"}
CSS = {"Content-Type": "text/css"}
TEXT = {"Content-Type": "text/plain"}
OF_JSON = {"Content-Type": "application/json"}
MODULE: dict[str, Any] = {"type": "module"}

# story, the load, its attributes, the answer: what it is not, or the reason; empty if it serves
CASES: Final[list[tuple[str, str, dict[str, Any], Answer, str]]] = [
    ("a script", "script", {}, Answer(200, JS, "work()"), ""),
    ("an empty script", "script", {}, Answer(200, JS), ""),
    ("a script of another type", "script", {}, Answer(200, TEXT, "work()"), ""),
    ("an array that its type calls a script", "script", {}, Answer(200, JS, "[1]"), ""),
    ("an array that its type calls data", "script", {}, Answer(200, OF_JSON, "[1]"), "a script"),
    ("an HTML page as a script", "script", {}, Answer(200, TEXT, HTML), "a script"),
    ("an HTML page that its type calls a script", "script", {}, Answer(200, JS, HTML), "a script"),
    ("an object of JSON as a script", "script", {}, Answer(200, JS, JSON), "a script"),
    ("no script at all", "script", {}, Answer(204), "a script"),
    ("a module", "script", MODULE, Answer(200, JS, "export default 1"), ""),
    ("an HTML page as a module", "script", MODULE, Answer(200, JS, HTML), "a script"),
    ("a module of JSON", "import_module", {"type": "json"}, Answer(200, OF_JSON, JSON), ""),
    ("a module of CSS", "import_module", {"type": "css"}, Answer(200, CSS, "a{}"), ""),
    ("an HTML page as a module of CSS", "import_module", {"type": "css"}, Answer(200, CSS, HTML), "a style sheet"),
    ("a module ahead", "modulepreload", {}, Answer(200, JS, "work()"), ""),
    ("an HTML page as a module ahead", "modulepreload", {}, Answer(200, JS, HTML), "a script"),
    ("a style sheet", "stylesheet", {}, Answer(200, CSS, "a{}"), ""),
    ("a style sheet in an HTML comment", "stylesheet", {}, Answer(200, CSS, "<!-- a{} -->"), ""),
    ("an empty style sheet", "stylesheet", {}, Answer(200, CSS), ""),
    ("an HTML page as a style sheet", "stylesheet", {}, Answer(200, CSS, HTML), "a style sheet"),
    ("JSON as a style sheet", "stylesheet", {}, Answer(200, CSS, "[1]"), "a style sheet"),
    ("an image as a style sheet", "stylesheet", {}, Answer(200, CSS, GIF), "a style sheet"),
    ("a sound as a style sheet", "stylesheet", {}, Answer(200, CSS, "OggS\0"), "a style sheet"),
    ("a font as a style sheet", "stylesheet", {}, Answer(200, CSS, "ttcf"), "a style sheet"),
    ("no style sheet at all", "stylesheet", {}, Answer(204, CSS), "a style sheet"),
    ("an image", "image", {}, Answer(200, {}, GIF), ""),
    ("an image with an error status", "image", {}, Answer(404, {}, GIF), ""),
    ("a manifest", "manifest", {}, Answer(200, {}, "{}"), ""),
    ("an HTML page as a manifest", "manifest", {}, Answer(200, {}, HTML), "a manifest, which is JSON"),
    ("a manifest that is missing", "manifest", {}, Answer(404, {}, "{}"), "status-not-ok"),
    ("a page ahead", "prefetch", {}, Answer(200, {}, HTML), ""),
    ("an error page ahead", "prefetch", {}, Answer(405, {}, HTML), "status-not-ok"),
    ("a font ahead", "preload", {"as_": "font"}, Answer(200, {}, "ttcf"), ""),
    ("an HTML page as a font ahead", "preload", {"as_": "font"}, Answer(200, TEXT, HTML), "a font"),
    ("a missing font ahead", "preload", {"as_": "font"}, Answer(404, {}, "ttcf"), "status-not-ok"),
    ("an HTML page as a script ahead", "preload", {"as_": "script"}, Answer(200, JS, HTML), "a script"),
    ("an HTML page as a style sheet ahead", "preload", {"as_": "style"}, Answer(200, CSS, HTML), "a style sheet"),
    ("an HTML page as a track ahead", "preload", {"as_": "track"}, Answer(200, TEXT, HTML), "WebVTT"),
    ("an HTML page as data ahead", "preload", {"as_": "fetch"}, Answer(404, TEXT, HTML), ""),
]


def missed(result: LoadResult) -> str:
    """
    Return what came of a load is not, or the reason for which it is of no use; empty if it serves.
    """
    finding = missed_purpose(result._params, result._response)
    if finding is None or finding.reason is None:
        return ""
    return str(finding.evidence.get("wanted", finding.reason.value))


@pytest.mark.parametrize(
    ("load", "attributes", "answer", "expected"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_what_came_serves_what_it_was_loaded_for(
    load: str, attributes: dict[str, Any], answer: Answer, expected: str
) -> None:
    allowed = Answer(answer.status, [*answer.headers, *ALLOW.items()], answer.body)
    result = loaded({"/": allowed}, load, page=API, browser="standard", **attributes)

    assert result.loaded
    assert expected == missed(result)


def test_data_serves_whatever_it_is() -> None:
    result = fetched({"/": Answer(404, ALLOW, HTML)})

    assert missed_purpose(result._params, result._response) is None
