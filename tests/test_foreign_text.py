"""
What pages and servers write is shown as it is and does nothing, all the way from a fetch to every form of its report.
"""

from __future__ import annotations

import ast
import json
import re
from string import ascii_letters, digits
from typing import TYPE_CHECKING, Final, Literal

import pytest
from click.testing import CliRunner
from hypothesis import given, settings, strategies as st

from browsercors import Answer, Browser, FetchBlocked, ScriptedServer
from browsercors.cli.main import cli
from browsercors.explain.configurations.choose import SERVERS, configuration
from browsercors.explain.formats.html.page import report_as_html
from browsercors.explain.formats.json import report_as_data
from browsercors.explain.formats.markdown import report_as_markdown
from browsercors.explain.formats.mermaid import report_as_mermaid
from browsercors.explain.formats.text import report_as_text
from browsercors.explain.words.sanitise import shown
from browsercors.policy.sessions import Fetch, Session, Visit
from browsercors.policy.snippets import EXPECTATIONS, Setting, snippet_of
from browsercors.testing.recording import BrowserFactory, Recorder
from browsercors.testing.section import compose_section
from browsercors.values.urls import parse_url
from tests.explain.formats.html.test_page import ATTRIBUTES, ELEMENTS
from tests.explain.formats.test_markdown import FOLDS, TELLING, html_of, links_of, texts_of
from tests.explain.formats.test_mermaid import LINE
from tests.explain.reading import ReadPage
from tests.har.build import chromium_entry, har_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from browsercors.browser.result import FetchResult
    from browsercors.explain.report import Report

# NB: every example makes a fetch and writes a dozen forms of its report; under the tracer that takes ten times as long.
pytestmark = pytest.mark.untraced

# What the names of hosts may hold besides letters, digits, dots and hyphens, by the URL parser.
HOST_PUNCTUATION: Final = "!\"$&'()*+,;=_`{}~"
TOKEN: Final = "!#$%&'*+-.^_`|~" + ascii_letters + digits

# What a report links to: the rules that it quotes.
STANDARDS: Final = (
    "https://fetch.spec.whatwg.org/",
    "https://www.rfc-editor.org/",
    "https://wicg.github.io/",
)

# What would be read by something: format strings, templates, shells, markup, Markdown, regular expressions, scripts.
LURES: Final = (
    "{url}", "{url.__class__}", "{0}", "{", "}", "{{x}}", "{!r}", "%s", "%(url)s", "%%", "${url}", "$1", "\\1",
    "\\g<0>",
    "[bold]", "[/]", "[x](https://evil.example/)", "<b>", "<script>alert(1)</script>", "`", "```", "|", "&lt;", "#60;",
    "'", '"', "'''", '"""', "\\", "end", "%%{init: {}}%%", "__import__('os')", "\x1b[31m", "\x07", "\x9b2J", "*", "~~",
)  # fmt: skip

lures = st.sampled_from(LURES) | st.text(st.characters(max_codepoint=0xFF, exclude_characters="\0\r\n"), max_size=8)
texts = st.lists(lures, min_size=1, max_size=4).map("".join)
labels = st.lists(
    st.sampled_from([lure for lure in LURES if set(lure) <= {*HOST_PUNCTUATION, *ascii_letters, *digits}])
    | st.text(f"a{HOST_PUNCTUATION}", min_size=1, max_size=6),
    min_size=1,
    max_size=3,
).map("".join)


def origin_of(label: str) -> str:
    url = parse_url(f"https://a{label}z.example/")
    assert url is not None
    return url.origin.serialized


origins = labels.map(origin_of)
urls = (
    st.tuples(origins, texts, texts)
    .map(lambda parts: f"{parts[0]}/{parts[1]}?{parts[2]}")
    .filter(lambda text: (url := parse_url(text)) is not None and url.host.endswith("z.example"))
)
names = st.text(TOKEN, min_size=1, max_size=8).map(lambda rest: f"X-{rest}")
methods = st.sampled_from(["GET", "POST", "PUT", "%s", "`x`", "A|B", "$1"])


def values_for(origin: str) -> st.SearchStrategy[str]:
    """
    Draw values of Access-Control-Allow-Origin, the right one among them.
    """
    return st.sampled_from([origin, "*", f"{origin}, {origin}", f"{origin} x", f"{origin}}}"]) | texts


@st.composite
def fetches(draw: st.DrawFn) -> tuple[Recorder, FetchResult]:
    """
    Draw what comes of a fetch in which all is foreign.
    """
    origin, url = draw(origins), draw(urls)
    lines = [("Access-Control-Allow-Origin", draw(values_for(origin)))] if draw(st.booleans()) else []
    lines += draw(
        st.lists(
            st.tuples(
                st.sampled_from(
                    ["Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Location", "Set-Cookie", "Vary"]
                )
                | names,
                texts,
            ),
            max_size=3,
        )
    )
    answer = Answer(draw(st.sampled_from([200, 302, 404, 500])), lines, draw(texts))
    recorder = Recorder()
    factory = BrowserFactory(
        recorder, draw(st.sampled_from(["chromium", "firefox", "webkit", "standard"])), lambda *_: None
    )
    browser = factory(mount={"*": ScriptedServer({"*": answer})}, public_suffix_list=["example"])
    page = browser.open(f"{origin}/")
    headers = {draw(names): draw(texts) for _ in range(draw(st.integers(0, 2)))}
    credentials: Literal["omit", "include"] = "include" if draw(st.booleans()) else "omit"
    result = page.fetch(url, method=draw(methods), headers=headers, credentials=credentials)
    return recorder, result


@given(made=fetches())
@settings(max_examples=75, deadline=None)
def test_whatever_is_foreign_is_shown_in_every_form_and_does_nothing(made: tuple[Recorder, FetchResult]) -> None:
    recorder, result = made
    report = result.report()

    check_text(result, report, recorder)
    check_data(result, report)
    check_markdown(report)
    check_mermaid(report)
    check_html(report)
    check_configurations(report)


def check_text(result: FetchResult, report: Report, recorder: Recorder) -> None:
    for text in (result.explain(), report_as_text(report, verbose=True), compose_section(recorder, None)):
        assert shown(report.tried.page_origin) in text
        assert [] == [char for char in set(text) if not char.isprintable() and char != "\n"]
    if not result.readable and result.type == "error":
        assert report.headline.startswith(f"{report.tried.page_origin} ")
        with pytest.raises(FetchBlocked) as blocked:
            result.raise_for_unreadable()
        assert report.headline in str(blocked.value)


def check_data(result: FetchResult, report: Report) -> None:
    data = json.loads(json.dumps({**result.to_dict(), "report": report_as_data(report)}))

    assert report.headline == data["report"]["headline"]
    assert report.tried.page_origin == data["report"]["tried"]["page_origin"]


def check_markdown(report: Report) -> None:
    text = report_as_markdown(report)

    assert [] == [html for html in html_of(text) if not FOLDS.fullmatch(html)]
    assert [] == [url for url in links_of(text) if not url.startswith(STANDARDS)]
    assert [] == [content for content in texts_of(text) if TELLING.search(content)]


def check_mermaid(report: Report) -> None:
    assert [] == [line for line in report_as_mermaid(report).splitlines()[1:] if not LINE.fullmatch(line)]


def check_html(report: Report) -> None:
    page = ReadPage(report_as_html([report], title=report.headline))

    assert set() == {name for name, _ in page.elements} - ELEMENTS
    assert set() == {name for _, attributes in page.elements for name in attributes} - ATTRIBUTES
    assert [report.headline] == page.texts_of("h2")[:1]


def check_configurations(report: Report) -> None:
    """
    Word every fix for every server: what comes out as Python is Python that holds what is foreign in literals.
    """
    for fix in report.fixes:
        if fix.needs is None or fix.needs.origin == "*":
            continue
        for server in SERVERS:
            files = configuration(server, fix.needs).files
            sources = [file.text for file in files if file.language == "python"]
            if sources:
                assert fix.needs.origin in "".join(text for source in sources for text in strings_of(source))


def strings_of(source: str) -> list[str]:
    """
    Return the string literals of Python; of patterns what they match.
    """
    strings = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    return [text for string in strings if isinstance(string, str) for text in (string, re.sub(r"\\(.)", r"\1", string))]


@pytest.mark.parametrize("label", ["}", "{", "{url}", "{0}", "{url.__class__.__mro__}", "$1", "'\"`", "(*)", "a,b"])
def test_an_origin_that_open_takes_begins_the_headline(label: str) -> None:
    origin = f"https://x{label}.example"
    with Browser() as browser:
        browser.mount("*", ScriptedServer({"*": Answer(200)}))
        result = browser.open(f"{origin}/").fetch("https://api.example.com/")

    assert f"{origin} may not read https://api.example.com/: " in result.explain()
    assert f"has to be: {origin}" in result.explain()


# NB: policies know no origin with a `*` in it, which could be meant as a wildcard.
@given(
    origin=origins.filter(lambda origin: "*" not in origin),
    url=urls,
    name=names,
    value=texts,
    method=methods,
    kind=st.sampled_from([*EXPECTATIONS, "other"]),
)
@settings(max_examples=75, deadline=None)
def test_a_snippet_is_python_that_holds_foreign_text_in_literals_alone(
    origin: str, url: str, name: str, value: str, method: str, kind: str
) -> None:
    fetch = Fetch(url, method=method, headers=((name, value),), body=value)
    session = Session((Visit(origin), fetch))
    setting = Setting(origin, cookies={"id": value}, cache=None)
    snippet = snippet_of(kind, value, "chromium", session, setting)
    calls = {
        ast.unparse(node.func): [
            ast.literal_eval(argument) for argument in node.args if isinstance(argument, ast.Constant)
        ]
        for node in ast.walk(ast.parse(snippet))
        if isinstance(node, ast.Call)
    }

    assert {"Browser", "browser.mount", "browser.set_cookie", "browser.open", "page.fetch"} <= set(calls)
    assert set() == set(calls) - {
        "Browser", "browser.mount", "browser.set_cookie", "browser.open", "page.fetch", "result.text", "result.explain",
        "all",
    }  # fmt: skip
    assert ([origin], [f"{origin}/"], [url]) == (calls["browser.mount"], calls["browser.open"], calls["page.fetch"])
    assert value in strings_of(snippet)


@given(origin=origins, url=urls, name=names, value=texts, method=methods)
@settings(max_examples=20, deadline=None)
def test_a_har_file_has_verdicts_whatever_stands_in_it(
    origin: str, url: str, name: str, value: str, method: str
) -> None:
    entries = [
        chromium_entry(
            method, url, sent={name: value, "origin": origin}, received={"access-control-allow-origin": allowed}
        )
        for allowed in (origin, value, f"{origin}, {value}")
    ]
    for options in ([], ["--json"], ["--html", "-"], ["--verbose"]):
        ended = CliRunner().invoke(cli, ["har", "-", *options], input=har_bytes(*entries, creator=value))

        assert ended.exit_code in {0, 1}, ended.stderr
        assert [] == [char for char in set(ended.stdout) if not char.isprintable() and char != "\n"]


OPTIONS: Final[dict[str, list[str]]] = {
    "text": [],
    "everything": ["--verbose", "--browser", "all"],
    "JSON": ["--json"],
    "Markdown": ["--format", "markdown"],
    "Mermaid": ["--format", "mermaid"],
    "HTML": ["--html", "-"],
    **{server: ["--server", server] for server in SERVERS},
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("label", ["a}b", "{url}", "{0}", "{url.__class__.__mro__}", "$1", "'`\""])
def test_the_command_explains_what_a_page_of_any_origin_gets(label: str, options: list[str], tmp_path: Path) -> None:
    (tmp_path / "answer.http").write_bytes(b"HTTP/1.1 200 {status} %s\r\nX-`$1|: {url} [bold] \x1b[31m\r\n\r\n")
    origin = f"https://x{label}z.example"
    arguments = ["explain", "https://api.example.com/?{url}=%s", "--origin", origin, *options]
    ended = CliRunner().invoke(cli, [*arguments, "--response", str(tmp_path / "answer.http")])

    assert 1 == ended.exit_code, ended.stderr
    assert [] == [char for char in set(ended.stdout) if not char.isprintable() and char != "\n"]
    if ended.stdout.startswith("BLOCKED"):
        assert f"{origin} may not read" in ended.stdout


WRONG_ARGUMENTS = [
    [f"{option}{lure}"] if option.endswith("/") else [option, lure]
    for option in ("--origin", "--page", "-H", "--cookie", "--mount", "--allow-origin", "--server", "--request=./")
    for lure in ("{url}", "}", "%s", "[bold]", "\x1b[31m", "{0.__class__}")
]


@pytest.mark.parametrize("arguments", WRONG_ARGUMENTS, ids=[ascii(" ".join(row)) for row in WRONG_ARGUMENTS])
def test_a_wrong_argument_is_shown_as_it_is_and_has_no_verdict(arguments: list[str]) -> None:
    page = [] if arguments[0] in {"--origin", "--page"} else ["--origin", "https://app.example.com"]
    ended = CliRunner().invoke(cli, ["explain", "data:,x", *page, *arguments])

    assert 2 == ended.exit_code, ended.stdout
    assert "Traceback" not in ended.stderr
    assert "\x1b" not in ended.stderr
