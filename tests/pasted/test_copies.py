"""
What the developer tools of real browsers copy (`tests/har/recording`) is read as the request that the page made.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest

from browsercors.pasted.reader import read_pasted
from browsercors.pasted.results import PastedRequest, PasteForm
from tests.har.recording.samples import RECORDED
from tests.har.recording.site import COPIED

if TYPE_CHECKING:
    from browsercors.values.literals import BrowserName

BROWSERS: Final[tuple[BrowserName, ...]] = ("chromium", "firefox", "webkit")
COPIES: Final = {name: json.loads((RECORDED / f"{name}.copies.json").read_text()) for name in BROWSERS}
CASES: Final = [
    (browser, form, name) for browser in BROWSERS for form, texts in COPIES[browser]["copies"].items() for name in texts
]

FORMS: Final = {
    "curl (POSIX)": PasteForm.CURL,
    "curl (cmd)": PasteForm.CURL,
    "fetch": PasteForm.FETCH,
    "fetch (Node.js)": PasteForm.FETCH,
    "PowerShell": PasteForm.POWERSHELL,
}
METHODS: Final = {"empty": "POST", "put": "PUT", "tricky": "POST", "upload": "POST"}
SET_BY_THE_PAGE: Final = {
    "put": {"x-a": "1"},
    "tricky": {"x-a": 'it\'s "quoted" & 100%', "content-type": "application/json"},
    "upload": {"content-type": "application/json"},
}
TRICKY: Final = 'it\'s 100% $HOME `id` "!" ^ & | \\ ü 😀\nnext'


def read(browser: BrowserName, form: str, name: str) -> PastedRequest:
    pasted = read_pasted(COPIES[browser]["copies"][form][name], browser=browser)
    assert isinstance(pasted, PastedRequest), pasted
    return pasted


@pytest.mark.parametrize(("browser", "form", "name"), CASES)
def test_a_copy_is_read_as_the_request_that_the_page_made(browser: BrowserName, form: str, name: str) -> None:
    request = read(browser, form, name)
    own = {"content-type", "x-a"} if METHODS.get(name) != "POST" or name in SET_BY_THE_PAGE else {"x-a"}
    sent = {line_name.lower(): value for line_name, value in request.headers if line_name.lower() in own}

    assert (FORMS[form], METHODS.get(name, "GET")) == (request.form, request.method)
    assert f"/{name}" == f"/{request.url.href.rpartition('/')[2]}"
    assert (COPIES[browser]["page"], ()) == (request.page_url, request.missing)
    assert SET_BY_THE_PAGE.get(name, {}) == sent


TRICKY_CASES: Final = [(browser, form) for browser, form, name in CASES if name == "tricky"]


@pytest.mark.parametrize(("browser", "form"), TRICKY_CASES)
def test_a_body_with_everything_that_shells_know_comes_through(browser: BrowserName, form: str) -> None:
    request = read(browser, form, "tricky")
    assert request.body is not None
    text = json.loads(request.body)["text"]

    # NB: for cmd, the tools double each backslash, and Chromium writes a space for what is not ASCII.
    if form == "curl (cmd)":
        text, wanted = text.partition("\\")[0], TRICKY.partition("\\")[0]
    else:
        wanted = TRICKY
    assert wanted == text


def test_each_of_the_requests_was_copied() -> None:
    assert [set(COPIED)] * 9 == [set(texts) for browser in BROWSERS for texts in COPIES[browser]["copies"].values()]
