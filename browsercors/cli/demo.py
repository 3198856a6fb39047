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
        lesson: What it teaches.
    """

    title: str
    url: str
    init: str
    arguments: dict[str, Any]
    lesson: str


UPDATE: Final[dict[str, Any]] = {"method": "PUT", "json": {"id": 7}, "credentials": "include"}

TOUR: Final = (
    Stop(
        "A server that does everything right",
        "/items/7",
        '{method: "PUT", body: json, credentials: "include"}',
        UPDATE,
        "A PUT with a JSON body needs permission, so the browser sends a preflight (OPTIONS) first.",
    ),
    Stop(
        "The same again: the browser remembers the permission",
        "/items/7",
        '{method: "PUT", body: json, credentials: "include"}',
        UPDATE,
        "Access-Control-Max-Age is 600. After browser.clock.advance(601) the browser would send a new preflight.",
    ),
    Stop(
        "A header that DevTools shows but the page does not see",
        "/items",
        "",
        {},
        'headers.get("X-Total-Count") returns null until Access-Control-Expose-Headers lists the header.',
    ),
    Stop(
        "A server error that looks like a CORS error",
        "/report",
        "",
        {},
        "Only the error page lacks the header. Fix what causes the 500.",
    ),
    Stop(
        "Any origin, with cookies",
        "/me",
        '{credentials: "include"}',
        {"credentials": "include"},
        "A wildcard does not match a request made with credentials. The header has to name the origin.",
    ),
    Stop(
        "A route that does not handle OPTIONS",
        "/items/8",
        '{method: "DELETE"}',
        {"method": "DELETE"},
        "The headers are right, but the status of a preflight has to be 200 to 299.",
    ),
    Stop(
        "A new request header",
        "/orders",
        '{method: "POST", headers: {"X-Request-ID": "1"}}',
        {"method": "POST", "headers": {"X-Request-ID": "1"}},
        "Without this header there is no preflight. With it, Access-Control-Allow-Headers has to list it.",
    ),
    Stop(
        "A missing slash",
        "/carts",
        '{method: "PATCH", body: text}',
        {"method": "PATCH", "body": "text"},
        "The server redirects /carts to /carts/, but browsers do not follow redirects of a preflight.",
    ),
    Stop(
        "A redirect that makes the origin null",
        "/logo",
        "",
        {},
        "After a redirect between two foreign origins, the request's origin is null. This server does not allow null.",
    ),
    Stop(
        'mode: "no-cors" does not help',
        "/report",
        '{mode: "no-cors"}',
        {"mode": "no-cors"},
        "Nothing is blocked, but the page can read nothing: the status is 0, and there are no headers and no body.",
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
        Line(f"A page of {PAGE} in {label_of(DEFAULT_BROWSER)} sends ten requests to a server", "heading"),
        Line("Each stop shows what goes over the wire, and what the page can read."),
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
    lines += _next_steps()
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
    line = verdict(result)
    yield line._replace(text=f"    {line.text}")
    for label, text in (("Rule:", _rule(result)), ("So:", stop.lesson)):
        yield from (Line(f"    {line}") for line in labelled(label, wrapped(text, 68)))
    yield Line()


def _on_the_wire(entry: Any) -> str:
    """
    Return an exchange in one line.
    """
    from browsercors.explain.words.sanitise import shown
    from browsercors.fetch.timeline import Exchange

    if not isinstance(entry, Exchange):
        return f"(no preflight: the browser remembers that this {entry.method} is allowed)"
    allowed = entry.response_headers.get("Access-Control-Allow-Origin")
    allows = "allows no origin" if allowed is None else f"allows {shown(allowed)}"
    tainted = " as null" if entry.request_headers.get("Origin") == "null" else ""
    return f"{entry.method:<7} {entry.url.removeprefix('https://')}{tainted} -> {entry.status}, {allows}"


def _rule(result: FetchResult) -> str:
    """
    Return the rule that decided: the one that failed, or the last CORS check.
    """
    from browsercors.explain.words.sanitise import shown

    if result.block is not None:
        finding = result.block.finding
        devtools = f"; DevTools calls it {shown(result.block.identifiers[DEFAULT_BROWSER])}"
    else:
        cors_checks = [finding for finding in result.findings if finding.algorithm is CORS_CHECK]
        finding, devtools = (cors_checks or result.findings)[-1], ""
    return f"{finding.algorithm.name}, step {finding.step}{devtools}"


def _next_steps() -> Iterable[Line]:
    from browsercors.explain.formats.text import Line

    yield Line("Try your own server", "heading")
    yield Line("  A running server:")
    yield Line("    browsercors explain http://127.0.0.1:8000/ --origin https://app.example.com", "code")
    yield Line("  The same server, under its production origin:")
    yield Line("    browsercors explain https://api.example.com/ \\", "code")
    yield Line("      --mount https://api.example.com=http://127.0.0.1:8000 \\", "code")
    yield Line("      --origin https://app.example.com", "code")
    yield Line("  A WSGI or ASGI application, under its production origin:")
    yield Line("    browsercors explain https://api.example.com/ \\", "code")
    yield Line("      --mount https://api.example.com=shop.web:app \\", "code")
    yield Line("      --origin https://app.example.com", "code")
    yield Line("  All options: browsercors explain --help")
