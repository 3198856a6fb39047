"""
The HTML page in a real Chromium: nothing in it runs or loads, links open what they lead to, and it fits a telephone.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors import policy_report
from browsercors.explain.formats.html.page import report_as_html
from tests.evidence.recorder.chromium import Chromium
from tests.evidence.recorder.engine import EngineError, Setting
from tests.explain.reports import BLOCKED, HOSTILE, READABLE, REPORTS, hostile
from tests.policy_check.faults import FAULTS, POLICY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

TITLE: Final = "A report"
PHONE: Final = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
TIMEOUT: Final = 20.0

NAMES: Final = "[...document.querySelectorAll('*')].map(element => element.localName)"
ATTRIBUTES: Final = "[...document.querySelectorAll('*')].flatMap(element => element.getAttributeNames())"


class Tab:
    """
    A page in Chromium, driven over the DevTools protocol.
    """

    def __init__(self, chromium: Chromium, directory: Path) -> None:
        self._chromium = chromium
        self._directory = directory
        self._count = 0

    def call(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        reply: dict[str, Any] = self._chromium._call(method, parameters, self._chromium._session)
        return reply

    def evaluate(self, expression: str) -> Any:
        parameters = {"expression": f"JSON.stringify({expression})", "returnByValue": True}
        return json.loads(self.call("Runtime.evaluate", parameters)["result"]["value"])

    def open(self, page: str, fragment: str = "") -> None:
        """
        Load *page* from a file of its own, and wait until it is there.
        """
        self._count += 1
        path = self._directory / f"{self._count}.html"
        path.write_bytes(page.encode("utf-8"))
        self.call("Page.navigate", {"url": f"{path.as_uri()}{fragment}"})
        self.wait(f"document.readyState === 'complete' && location.pathname.endsWith('/{path.name}')")

    def wait(self, expression: str) -> None:
        until = time.monotonic() + TIMEOUT
        while not self.evaluate(expression):
            assert time.monotonic() < until, f"never true: {expression}"
            time.sleep(0.02)


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    chromium = Chromium()
    try:
        chromium.start(Setting("http"), "about:blank", {})
    except EngineError as error:
        chromium.stop()
        pytest.skip(f"no Chromium that runs here: {error}")
    yield Tab(chromium, tmp_path_factory.mktemp("pages"))
    chromium.stop()


class Listener:
    """
    A server that notes what it is asked for, and answers nothing.
    """

    def __init__(self, server: socket.socket) -> None:
        self._server = server
        self.port: int = server.getsockname()[1]
        self.asked: list[bytes] = []
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                with connection, contextlib.suppress(OSError):
                    connection.settimeout(1)
                    self.asked.append(connection.recv(1000).partition(b"\r")[0])

    def end(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._thread.join()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        listener = Listener(server)
        yield listener
        listener.end()


def attack_on(listener: Listener) -> str:
    """
    Return text that, as HTML, runs scripts in several ways and loads from the listener in several others.
    """
    # NB: the recorder's Chromium finds no names but some; *.localhost are the machine itself.
    url = f"http://attacker.localhost:{listener.port}"
    return (
        "<script>document.title='run by a script'</script>"
        f"<img src='{url}/image' onerror=\"document.title='run by a handler'\">"
        f"<link rel=stylesheet href='{url}/style'><iframe src='{url}/frame'></iframe>"
        f"<style>body{{background:url({url}/background)}}</style>"
        f"\"' autofocus onfocus=\"document.title='run by focus'\" style='background:url({url}/attribute)"
    )


def test_an_attack_would_be_seen(tab: Tab, listener: Listener) -> None:
    tab.open(f"<!doctype html><title>{TITLE}</title><p>{attack_on(listener)}")
    tab.wait(f"document.title !== {TITLE!r}")

    until = time.monotonic() + TIMEOUT
    while not listener.asked:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_hostile_text_neither_runs_nor_loads(tab: Tab, listener: Listener) -> None:
    tab.open(report_as_html([hostile(attack_on(listener)), HOSTILE], title=TITLE))
    time.sleep(0.5)

    names, attributes = set(tab.evaluate(NAMES)), set(tab.evaluate(ATTRIBUTES))
    assert TITLE == tab.evaluate("document.title")
    assert [] == listener.asked
    assert [] == tab.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    assert set() == names & {"script", "img", "iframe", "link", "object", "embed", "form", "input", "base"}
    assert 1 == tab.evaluate("document.querySelectorAll('style').length")
    assert [] == sorted(name for name in attributes if name.startswith("on") or name in {"style", "src", "autofocus"})


def test_even_what_were_let_in_would_be_stopped_by_the_policy(tab: Tab, listener: Listener) -> None:
    tab.open(report_as_html([BLOCKED], title=TITLE).replace("</main>", f"{attack_on(listener)}</main>"))
    time.sleep(0.5)

    assert TITLE == tab.evaluate("document.title")
    assert [] == listener.asked


def test_the_style_applies_under_the_policy(tab: Tab) -> None:
    tab.open(report_as_html([BLOCKED]))

    assert "none" != tab.evaluate("getComputedStyle(document.querySelector('mark')).boxShadow")


@pytest.mark.parametrize("count", [1, 5])
def test_a_link_of_the_diagram_opens_the_exchange_that_it_leads_to(tab: Tab, count: int) -> None:
    tab.open(report_as_html([READABLE] * count), "#exchange-1-2")
    tab.wait("document.querySelector(':target') !== null")

    assert "exchange-1-2" == tab.evaluate("document.querySelector(':target').id")
    assert tab.evaluate("document.querySelector(':target').checkVisibility({contentVisibilityAuto: true})")
    assert [False, True, False] == tab.evaluate("[...document.querySelectorAll('.entry')].slice(0, 3).map(e => e.open)")


def test_a_click_on_an_arrow_follows_its_link(tab: Tab) -> None:
    tab.open(report_as_html([READABLE]))
    tab.evaluate("document.querySelector('svg a').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    tab.wait("document.querySelector('.entry').open")

    assert "#exchange-1-1" == tab.evaluate("location.hash")


def test_what_is_closed_is_printed(tab: Tab) -> None:
    tab.open(report_as_html([READABLE] * 5))
    seen = "[...document.querySelectorAll('.inside')].map(element => element.checkVisibility())"

    assert {False} == set(tab.evaluate(seen))
    tab.call("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert {True} == set(tab.evaluate(seen))
    finally:
        tab.call("Emulation.setEmulatedMedia", {"media": ""})


@pytest.mark.parametrize("name", [*REPORTS, "all"])
def test_a_telephone_scrolls_in_one_direction_only(tab: Tab, name: str) -> None:
    tab.call("Emulation.setDeviceMetricsOverride", PHONE)
    try:
        tab.open(report_as_html(list(REPORTS.values()) if name == "all" else [REPORTS[name]]))
        tab.evaluate("document.querySelectorAll('details').forEach(element => { element.open = true }) ?? null")

        assert 360 == tab.evaluate("document.documentElement.scrollWidth")
    finally:
        tab.call("Emulation.clearDeviceMetricsOverride", {})


def test_on_a_telephone_a_matrix_scrolls_and_not_its_page(tab: Tab) -> None:
    report = policy_report(
        FAULTS["every origin"].create_app, POLICY, paths=["/items/7", "/me"], browsers=["chromium"], max_examples=0
    )
    tab.call("Emulation.setDeviceMetricsOverride", PHONE)
    try:
        tab.open(report.html())

        assert 360 == tab.evaluate("document.documentElement.scrollWidth")
        assert tab.evaluate("(box => box.scrollWidth > box.clientWidth)(document.querySelector('.figure:has(table)'))")
    finally:
        tab.call("Emulation.clearDeviceMetricsOverride", {})


def test_on_a_telephone_the_heads_of_the_summary_break_between_words_only(tab: Tab) -> None:
    lines = (
        "(range => (range.selectNodeContents(document.querySelector('.summary th')), range.getClientRects().length))"
    )
    tab.call("Emulation.setDeviceMetricsOverride", PHONE)
    try:
        tab.open(report_as_html(list(REPORTS.values())))

        assert "No." == tab.evaluate("document.querySelector('.summary th').textContent")
        assert 1 == tab.evaluate(f"{lines}(document.createRange())")
    finally:
        tab.call("Emulation.clearDeviceMetricsOverride", {})
