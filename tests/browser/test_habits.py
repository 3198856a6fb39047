"""
What users of other tools try first, and what happens: it works, or the error says what to write.

`python -m tests.browser.test_habits` writes the table into the documentation.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

import browsercors
from browsercors import Answer, Browser, ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Callable

API: Final = "https://api.example.com"
PAGE: Final = Path(__file__).parents[2] / "spec_notes" / "habits.md"

SERVER: Final = ScriptedServer({"*": Answer(200, {"Access-Control-Allow-Origin": "*"}, "{}")})


class Tried(NamedTuple):
    """
    The names that what is tried may use.
    """

    browser: Any
    page: Any
    result: Any
    server: Any


@pytest.fixture
def tried() -> Tried:
    browser = Browser()
    browser.mount(API, SERVER)
    page = browser.open("https://app.example.com/")
    return Tried(browser, page, page.fetch(API), SERVER)


def make_app() -> Any:
    """
    Play a factory.
    """
    return SERVER


class Habit(NamedTuple):
    """
    A row.

    Attributes:
        tool: Whose users try it.
        code: What they write.
        happens: What the error has to say; empty if it works.
        value: What it comes to, if it works.
    """

    tool: str
    code: str
    happens: str = ""
    value: Callable[[Any], bool] = bool


HABITS: Final = [
    Habit("httpx, requests", "page.get(url)", "write page.fetch(url)"),
    Habit("httpx, requests", "page.post(url, json={})", "write page.fetch(url, method='POST')"),
    Habit("httpx, requests", "page.request('PUT', url)", "write page.fetch(url, method=...)"),
    Habit("httpx, requests", "page.fetch(url, params={'q': '1'})", "write the query into the url"),
    Habit("httpx, requests", "page.fetch(url, data={'a': '1'})", "give body=URLSearchParams({...}) for a form"),
    Habit("httpx", "page.fetch(url, content=b'x')", "give body="),
    Habit("httpx, requests", "page.fetch(url, files={})", "give body=FormData({...})"),
    Habit("httpx, requests", "page.fetch(url, cookies={})", "cookies are the browser's: browser.set_cookie"),
    Habit("httpx, requests", "page.fetch(url, auth=('u', 'p'))", "give headers={'Authorization': ...}"),
    Habit("httpx, requests", "page.fetch(url, timeout=5)", "browser.mount(..., timeout=)"),
    Habit("requests", "page.fetch(url, allow_redirects=False)", "give redirect='follow', 'error' or 'manual'"),
    Habit("httpx", "page.fetch(url, follow_redirects=True)", "give redirect='follow', 'error' or 'manual'"),
    Habit("httpx, requests", "page.fetch(url, verify=False)", "browser.mount(..., verify=)"),
    Habit("httpx, requests", "page.fetch(url, method='POST', json=None)", value=lambda result: result.readable),
    Habit("httpx, requests", "page.fetch(url, method='POST', body={'a': 1})", "give json= to send it as JSON"),
    Habit("httpx, requests", "result.status_code", "the status that the page sees is result.status"),
    Habit("httpx, requests", "result.content", "the bytes that the page can read are result.body"),
    Habit("httpx, requests", "result.raise_for_status()", "result.raise_for_unreadable()"),
    Habit("httpx, requests", "result.cookies", "no page sees Set-Cookie"),
    Habit("httpx, requests", "result.request", "result.exchanges[-1].http_request"),
    Habit("httpx, requests", "result.history", "hops are in result.exchanges"),
    Habit("httpx, requests", "result.elapsed", "time is simulated"),
    Habit("httpx", "result.is_success", "write result.ok"),
    Habit("requests", "result.reason", "result.block.reason"),
    Habit("requests", "result.encoding", "pages decode text as UTF-8"),
    Habit("JavaScript", "page.fetch(url, referrerPolicy='origin')", "give referrer_policy="),
    Habit("JavaScript", "page.fetch(url, withCredentials=True)", "fetch() has credentials='include'"),
    Habit("JavaScript", "page.fetch(url, credential='include')", "did you mean 'credentials'?"),
    Habit("JavaScript", "page.fetch(url, signal=None)", "nothing is aborted here"),
    Habit("JavaScript", "page.xhr('GET', url, withCredentials=True)", "xhr() has with_credentials=True"),
    Habit("JavaScript", "result.statusText", "write result.status_text"),
    Habit("Playwright", "page.goto(url)", "browser.open(url) opens another page"),
    Habit("Playwright", "page.evaluate('fetch(url)')", "no script runs here"),
    Habit("Playwright", "page.route('**', None)", "browser.mount(origin, server)"),
    Habit("Playwright", "page.set_extra_http_headers({})", "headers={...}"),
    Habit("Playwright", "page.expect_response(url)", "write result = page.fetch(url)"),
    Habit("Playwright", "browser.new_page()", "write browser.open(url)"),
    Habit("Playwright", "browser.new_context()", "a context is a browser of its own: Browser()"),
    Habit("Playwright", "browser.grant_permissions([])", "write browser.grant(permission, origin)"),
    Habit("Playwright", "browser.add_cookies([])", "write browser.set_cookie("),
    Habit("Playwright", "browsercors.Browser('Chrome')", "give 'chromium'"),
    Habit("pytest-httpx", "server.add_response(url=url)", "write server.on(path, Answer(status, headers, body))"),
    Habit("pytest-httpx", "server.add_callback(print)", "write server.on(path, function)"),
    Habit("pytest-httpx", "server.get_requests()", "they are server.received"),
    Habit("pytest-httpx, respx", "server.assert_all_called()", "write server.assert_all_asked()"),
    Habit("responses", "server.calls", "they are server.received"),
    Habit("schemathesis", "browsercors.openapi.from_asgi('/x', None)", "takes an OpenAPI document"),
    Habit("schemathesis", "browsercors.from_wsgi('/x', None)", "check_policy(app, policy) takes an application"),
    Habit("hypothesis", "browsercors.given(None)", "it is hypothesis.given"),
    Habit("Playwright", "browsercors.sync_playwright()", "write with Browser() as browser:"),
    Habit("httpx", "browsercors.Client()", "page.httpx_transport() for an httpx.Client"),
    Habit("requests", "browsercors.get(url)", "write Browser().open(url).fetch(...)"),
    Habit("anybody", "browser.mount(url, make_app)", "write factory=make_app"),
    Habit("anybody", "browser.mount(url)", "give target, an application, or factory"),
    Habit("anybody", "browsercors.Broswer()", "did you mean 'Browser'?"),
    Habit("anybody", "browsercors.same_origin('https://a.example', 'https://a.example/x')"),
    Habit("anybody", "result.block == None", value=lambda equal: equal is True),
    Habit("anybody", "str(result.report())", value=lambda text: text.startswith("READABLE")),
]


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.code)
def test_a_habit_works_or_is_told_what_to_write(habit: Habit, tried: Tried) -> None:
    names = {**tried._asdict(), "url": API, "browsercors": browsercors, "make_app": make_app}

    if habit.happens:
        with pytest.raises((AttributeError, TypeError, ValueError), match=re.escape(habit.happens)):
            eval(habit.code, names)  # noqa: S307 - what stands in the table
    else:
        assert habit.value(eval(habit.code, names))  # noqa: S307 - what stands in the table


def table() -> str:
    rows = [
        f"| {habit.tool} | `{habit.code}` | {f'says: {habit.happens}' if habit.happens else 'works'} |"
        for habit in HABITS
    ]
    return "\n".join(["| users of | try | which |", "| --- | --- | --- |", *rows, ""])


def test_the_documentation_has_the_table() -> None:
    assert table() in PAGE.read_text("utf-8")


if __name__ == "__main__":
    before, _, rest = PAGE.read_text("utf-8").partition("<!-- table -->\n\n")
    _, _, after = rest.partition("\n<!-- end of the table -->")
    PAGE.write_text(f"{before}<!-- table -->\n\n{table()}\n<!-- end of the table -->{after}", "utf-8")
