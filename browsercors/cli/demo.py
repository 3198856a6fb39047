"""
`browsercors demo`: a tour of ten requests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from browsercors.engines.registry import DEFAULT_BROWSER, label_of
from browsercors.fetch.checks import CORS_CHECK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.browser.page import Page
    from browsercors.browser.result import FetchResult
    from browsercors.explain.formats.text import Line

__all__ = ["TOUR", "demo"]


class Stop(NamedTuple):
    """
    One request of the tour.

    Attributes:
        title: What there is to see.
        url: What is fetched: a path of the API's.
        init: The second argument of fetch(), as the page writes it.
        arguments: The same for `page.fetch`.
        moral: What to take home.
    """

    title: str
    url: str
    init: str
    arguments: dict[str, Any]
    moral: str


UPDATE: Final[dict[str, Any]] = {"method": "PUT", "json": {"id": 7}, "credentials": "include"}

TOUR: Final = (
    Stop(
        "A server that does everything right",
        "/items/7",
        '{method: "PUT", body: json, credentials: "include"}',
        UPDATE,
        "PUT and a JSON body need the server's consent: the browser asks with OPTIONS first.",
    ),
    Stop(
        "The same again: the consent is remembered",
        "/items/7",
        '{method: "PUT", body: json, credentials: "include"}',
        UPDATE,
        "Access-Control-Max-Age: 600. After browser.clock.advance(601) the browser would ask again.",
    ),
    Stop(
        "A header that DevTools shows and the page does not get",
        "/items",
        "",
        {},
        'headers.get("X-Total-Count") is null until Access-Control-Expose-Headers lists it.',
    ),
    Stop(
        "A server error, dressed up as a CORS error",
        "/report",
        "",
        {},
        "The error page lacks the header. The 500 is what has to be mended.",
    ),
    Stop(
        "Any origin, and cookies too",
        "/me",
        '{credentials: "include"}',
        {"credentials": "include"},
        "With credentials the header has to name the origin; * is no match.",
    ),
    Stop(
        "A route that does not know OPTIONS",
        "/items/8",
        '{method: "DELETE"}',
        {"method": "DELETE"},
        "The headers are right, but a preflight passes only with a status of 200 to 299.",
    ),
    Stop(
        "A new request header",
        "/orders",
        '{method: "POST", headers: {"X-Request-ID": "1"}}',
        {"method": "POST", "headers": {"X-Request-ID": "1"}},
        "Without the new header there was no preflight. Access-Control-Allow-Headers has to list it.",
    ),
    Stop(
        "A missing slash",
        "/carts",
        '{method: "PATCH", body: text}',
        {"method": "PATCH", "body": "text"},
        "Routers redirect /carts to /carts/, and preflights are not redirected.",
    ),
    Stop(
        "A redirect that costs the page its name",
        "/logo",
        "",
        {},
        "From one foreign origin to another the request's origin becomes null, and null is not allowed there.",
    ),
    Stop(
        'mode: "no-cors" is not the way out',
        "/report",
        '{mode: "no-cors"}',
        {"mode": "no-cors"},
        "Nothing is blocked, and nothing can be read: status 0, no headers, no body.",
    ),
)


@click.command()
@click.pass_context
def demo(context: click.Context) -> None:
    """
    Take a tour of ten requests to a small server with real mistakes.
    """
    from browsercors.browser.browser import Browser
    from browsercors.cli.demo_server import API, CDN, PAGE, shop
    from browsercors.cli.terminal import write
    from browsercors.explain.formats.text import Line

    lines = [
        Line(f"A page of {PAGE}, in {label_of(DEFAULT_BROWSER)}, asks a server ten times", "heading"),
        Line("This goes over the wire, and this is what the page gets of it."),
        Line(),
        Line(f'    const api = "{API}"', "code"),
        Line(),
    ]
    with Browser(DEFAULT_BROWSER) as browser:
        browser.mount(API, shop)
        browser.mount(CDN, shop)
        page = browser.open(f"{PAGE}/")
        for number, stop in enumerate(TOUR, 1):
            lines += _show(number, stop, page, API)
    lines += _farewell()
    write(lines)
    context.exit(0)


def _show(number: int, stop: Stop, page: Page, api: str) -> Iterable[Line]:
    """
    Make one request, and yield what there is to see.
    """
    from browsercors.cli.report import verdict
    from browsercors.explain.formats.text import Line, labelled, wrapped

    result = page.fetch(f"{api}{stop.url}", **stop.arguments)
    yield Line(f"{number:>2}. {stop.title}", "heading")
    yield Line(f'    fetch(api + "{stop.url}"{", " if stop.init else ""}{stop.init})', "code")
    for entry in result.timeline:
        yield Line(f"      {_on_the_wire(entry)}", "quiet")
    told = verdict(result)
    yield told._replace(text=f"    {told.text}")
    for label, text in (("Rule:", _rule(result)), ("So:", stop.moral)):
        yield from (Line(f"    {line}") for line in labelled(label, wrapped(text, 68)))
    yield Line()


def _on_the_wire(entry: Any) -> str:
    """
    Return an exchange in one line.
    """
    from browsercors.explain.words.sanitise import shown
    from browsercors.fetch.timeline import Exchange

    if not isinstance(entry, Exchange):
        return f"(the answer to OPTIONS for this {entry.method} is remembered)"
    allowed = entry.response_headers.get("Access-Control-Allow-Origin")
    allows = "allows no origin" if allowed is None else f"allows {shown(allowed)}"
    tainted = " as null" if entry.request_headers.get("Origin") == "null" else ""
    return f"{entry.method:<7} {entry.url.removeprefix('https://')}{tainted} -> {entry.status}, {allows}"


def _rule(result: FetchResult) -> str:
    """
    Return the rule that decided, in short: the one that failed, or the last CORS check.
    """
    from browsercors.explain.words.sanitise import shown

    if result.block is not None:
        finding = result.block.finding
        devtools = f"; DevTools calls it {shown(result.block.identifiers[DEFAULT_BROWSER])}"
    else:
        telling = [finding for finding in result.findings if finding.algorithm is CORS_CHECK]
        finding, devtools = (telling or result.findings)[-1], ""
    return f"{finding.algorithm.name}, step {finding.step}{devtools}"


def _farewell() -> Iterable[Line]:
    from browsercors.explain.formats.text import Line

    yield Line("Now yours", "heading")
    yield Line("  A server that runs:")
    yield Line("    browsercors explain http://127.0.0.1:8000/ --origin https://app.example.com", "code")
    yield Line("  A WSGI or ASGI application, under its name in production:")
    yield Line("    browsercors explain https://api.example.com/ \\", "code")
    yield Line("      --mount https://api.example.com=shop.web:app \\", "code")
    yield Line("      --origin https://app.example.com", "code")
    yield Line("  Everything else it can ask: browsercors explain --help")
