"""
The configurations, on real servers: each text, applied as it is, does what its needs say and no more.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import attrs
import pytest

from browsercors import Browser
from browsercors.explain.configurations.choose import SERVERS, configuration
from browsercors.explain.report import Needs
from tests.explain.configurations.real_servers import START

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors import FetchResult

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

PAGE: Final = "https://app.example.com"
API: Final = "https://api.example.com"
EVIL: Final = "https://evil.example"
BROWSERS: Final = ["chromium", "firefox", "webkit"]

ITEM: Final = Needs(PAGE, API, "/items/7")
JSON_PUT: Final = attrs.evolve(ITEM, method="PUT", methods=("PUT",), headers=("content-type", "x-request-id"))
PUT: Final = {"method": "PUT", "json": {}, "headers": {"X-Request-Id": "1"}}
INCLUDE: Final = {"credentials": "include"}

STRANGE_PATH: Final = "/items/it%20ems/$host/(7)/%7Bx%7D/%2525/%2F/'q';v=1+*/%22"
STRANGE_ORIGIN: Final = "https://a$host.'\"{};x`*.example"
STRANGE_HEADER: Final = "x-$host'^*|~`"


class Case(NamedTuple):
    """
    Needs, and the request that they are for.

    Attributes:
        fetch: The arguments of the fetch.
        status: The status that the page then sees; None where frameworks differ.
    """

    needs: Needs
    fetch: dict[str, Any]
    status: int | None = 200


CASES: Final = {
    "a simple GET": Case(ITEM, {}),
    "a simple POST": Case(attrs.evolve(ITEM, method="POST"), {"method": "POST", "body": "text"}),
    "a GET with credentials": Case(attrs.evolve(ITEM, credentials=True), INCLUDE),
    "a PUT of JSON": Case(JSON_PUT, PUT),
    "a PUT of JSON with credentials": Case(attrs.evolve(JSON_PUT, credentials=True), {**PUT, **INCLUDE}),
    "a POST of JSON": Case(
        attrs.evolve(ITEM, method="POST", headers=("content-type",)), {"method": "POST", "json": {}}
    ),
    "a header to see": Case(attrs.evolve(ITEM, expose=("X-Total",)), {}),
    "a 404": Case(attrs.evolve(ITEM, path="/missing", on_errors=True), {}, 404),
    "a 500": Case(attrs.evolve(ITEM, path="/boom", on_errors=True), {}, 500),
    "a 500 with credentials and a preflight": Case(
        attrs.evolve(ITEM, path="/boom", headers=("x-request-id",), credentials=True, on_errors=True),
        {"headers": {"X-Request-Id": "1"}, **INCLUDE},
        500,
    ),
    "any origin": Case(attrs.evolve(ITEM, origin="*", expose=("X-Total",)), {}),
    "any origin with a preflight": Case(attrs.evolve(JSON_PUT, origin="*"), PUT),
    "a preflight to remember": Case(attrs.evolve(JSON_PUT, max_age=600), PUT),
    "a preflight to forget": Case(attrs.evolve(JSON_PUT, max_age=0), PUT),
    "a strange path": Case(attrs.evolve(ITEM, path=STRANGE_PATH), {}),
    "a path with a line break": Case(attrs.evolve(ITEM, path="/items/a%0Ab;%C3%A9"), {}, None),
    "a path that is a prefix": Case(attrs.evolve(ITEM, path="/items/"), {}, None),
    "a strange origin": Case(attrs.evolve(JSON_PUT, origin=STRANGE_ORIGIN, credentials=True), {**PUT, **INCLUDE}),
    "a long origin": Case(attrs.evolve(JSON_PUT, origin=f"https://{'x' * 38}"), PUT),
    "a longer origin": Case(attrs.evolve(JSON_PUT, origin=f"https://{'x' * 60}.a-b.example:8443"), PUT),
    "a longer strange origin": Case(attrs.evolve(JSON_PUT, origin=f"{STRANGE_ORIGIN}.{'x' * 60}"), PUT),
    "an origin of brackets": Case(attrs.evolve(JSON_PUT, origin="http://[::1]:3000"), PUT),
    "a strange header": Case(attrs.evolve(ITEM, headers=(STRANGE_HEADER,)), {"headers": {STRANGE_HEADER: "1"}}),
}


def is_below(package: str, *wanted: int) -> bool:
    """
    Whether an older version of a package is installed.
    """
    return tuple(int(part) for part in version(package).split(".")[: len(wanted)]) < wanted


class Mounts(NamedTuple):
    """
    What answers without any configuration, and what does with that of each case.
    """

    plain: Any
    configured: dict[str, Any]


@pytest.fixture(scope="module", params=START)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Mounts]]:
    name: str = request.param
    texts = [{file.name: file.text for file in configuration(name, case.needs).files} for case in CASES.values()]
    with START[name]([{}, *texts], tmp_path_factory.mktemp(name)) as (plain, *configured):
        yield name, Mounts(plain, dict(zip(CASES, configured, strict=True)))


@pytest.fixture(params=BROWSERS)
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    with Browser(request.param) as browser:
        yield browser


def fetch(browser: Browser, target: Any, case: Case, origin: str | None = None, **changes: Any) -> FetchResult:
    """
    Make the request of a case, or a changed one, from the page that it is for, or from another.
    """
    browser.mount(API, target)
    page = browser.open(f"{origin or (PAGE if case.needs.origin == '*' else case.needs.origin)}/")
    path = changes.pop("path", case.needs.path)
    return page.fetch(f"{API}{path}", **{**case.fetch, **changes})


def varies(result: FetchResult) -> list[bool]:
    """
    Say of each answer whether it varies by origin.
    """
    return ["origin" in (exchange.response_headers.get("Vary") or "").lower() for exchange in result.exchanges]


@pytest.mark.parametrize("name", CASES)
def test_the_request_fails_before_and_succeeds_after(server: tuple[str, Mounts], browser: Browser, name: str) -> None:
    which, mounts = server
    case = CASES[name]

    before = fetch(browser, mounts.plain, case)
    after = fetch(browser, mounts.configured[name], case)

    assert before.block is not None
    assert before.block.is_cors
    if which == "flask-cors" and "+" in case.needs.path and is_below("flask-cors", 6):
        assert "flask-cors before 6.0 takes the + of a path for a blank" in configuration("flask-cors", case.needs).note
        assert not after.readable
        return
    assert after.readable, after.explain()
    assert case.status in (None, after.status)
    assert [name.lower() for name in case.needs.expose if after.headers.get(name) is None] == []
    assert len(after.exchanges) == 1 + after.preflighted


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.needs.origin != "*"])
def test_another_origin_still_fails_and_caches_are_told(
    server: tuple[str, Mounts], browser: Browser, name: str
) -> None:
    which, mounts = server

    result = fetch(browser, mounts.configured[name], CASES[name], EVIL)
    allowed = fetch(browser, mounts.configured[name], CASES[name])

    assert result.block is not None
    assert result.block.is_cors
    assert [None] == [exchange.response_headers.get("Access-Control-Allow-Origin") for exchange in result.exchanges]
    assert all(varies(allowed))
    if which == "fastapi" and is_below("starlette", 1, 7):
        # NB: then it is left out of some of them, as the note says.
        assert "Starlette before 1.7 leaves Vary: Origin out" in configuration("fastapi", CASES[name].needs).note
    else:
        assert all(varies(result))


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.needs.origin == "*"])
def test_any_origin_is_any_origin_and_without_credentials(
    server: tuple[str, Mounts], browser: Browser, name: str
) -> None:
    _, mounts = server

    assert fetch(browser, mounts.configured[name], CASES[name], EVIL).readable
    assert not fetch(browser, mounts.configured[name], CASES[name], credentials="include").readable


def test_a_preflight_that_asks_for_nothing_is_allowed(server: tuple[str, Mounts], browser: Browser) -> None:
    _, mounts = server
    browser.mount(API, mounts.configured["a simple POST"])

    # Listeners for the progress of an upload are reason enough for one.
    result = browser.open(f"{PAGE}/").xhr("POST", f"{API}/items/7", body="text", upload_listeners=True)

    assert result.readable, result.explain()
    assert result.preflighted


LEAVES_OTHERS_ALONE: Final = {"express", "nginx"}
"""Where other preflights still reach the application, which may allow them; it answers 401 here."""


def test_other_preflights_reach_the_application_where_they_can(server: tuple[str, Mounts], browser: Browser) -> None:
    which, mounts = server

    result = fetch(browser, mounts.configured["a PUT of JSON"], CASES["a PUT of JSON"], EVIL)

    assert (which in LEAVES_OTHERS_ALONE) is (result.exchanges[0].status == 401)


WHOLE_APPLICATION: Final = {"fastapi"}
"""What cannot be limited to a path; the notes say so."""

MORE_CASES: Final = [
    # configured for                     what is asked for beyond
    ("a PUT of JSON", {"method": "DELETE"}),
    ("a PUT of JSON", {"headers": {"X-Request-Id": "1", "X-Other": "1"}}),
    ("a PUT of JSON", {"credentials": "include"}),
    ("a PUT of JSON", {"path": "/items/8"}),
    ("a PUT of JSON", {"path": "/items/7/8"}),
    ("a simple GET", {"headers": {"X-Other": "1"}}),
    ("a simple GET", {"method": "PUT"}),
    ("a simple GET", {"credentials": "include"}),
    ("a simple GET", {"path": "/items/77"}),
    ("a POST of JSON", {"headers": {"Authorization": "Basic eDp5"}}),
    ("a strange path", {"path": "/items/it%20ems"}),
    ("a strange path", {"path": f"{STRANGE_PATH}s"}),
    ("a longer origin", {"headers": {"X-Other": "1"}}),
    ("a path that is a prefix", {"path": "/items/7"}),
    ("a strange header", {"headers": {"X-Other": "1"}}),
]


@pytest.mark.parametrize(("name", "changes"), MORE_CASES)
def test_nothing_more_is_allowed(
    server: tuple[str, Mounts], browser: Browser, name: str, changes: dict[str, Any]
) -> None:
    which, mounts = server

    result = fetch(browser, mounts.configured[name], CASES[name], **changes)

    assert result.readable is (which in WHOLE_APPLICATION and "path" in changes)
    assert result.readable or (result.block is not None and result.block.is_cors)


# NB: without the header browsers remember for 5 seconds.
REMEMBERED_CASES: Final = [
    ("a PUT of JSON", 4, True),
    ("a PUT of JSON", 6, False),
    ("a preflight to remember", 599, True),
    ("a preflight to remember", 601, False),
    ("a preflight to forget", 1, False),
]


@pytest.mark.parametrize(("name", "seconds", "remembered"), REMEMBERED_CASES)
def test_the_preflight_is_remembered_as_long_as_needed(
    server: tuple[str, Mounts], browser: Browser, name: str, seconds: int, *, remembered: bool
) -> None:
    which, mounts = server
    fetch(browser, mounts.configured[name], CASES[name])
    browser.clock.advance(seconds)
    # What django-cors-headers cannot say; its note does.
    expected = remembered or (which == "django-cors-headers" and name == "a preflight to forget")

    assert expected is not fetch(browser, mounts.configured[name], CASES[name]).preflighted


@pytest.mark.parametrize("name", SERVERS)
def test_a_configuration_says_whether_it_is_run_here(name: str) -> None:
    assert configuration(name, ITEM).is_run is (name in START)
