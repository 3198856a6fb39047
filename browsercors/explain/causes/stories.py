"""
Causes that no product is known by: what a redirect did, what is said twice, and what is nearly right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.explain.causes.near_misses import near_miss
from browsercors.explain.report import ServerCause
from browsercors.explain.words.sanitise import shown
from browsercors.values.responses import REDIRECT_STATUSES
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.fetch.timeline import Exchange
    from browsercors.values.urls import URL

__all__ = ["Redirect", "Story", "redirect_of", "redirect_stories", "stories_of"]

SHOWN: Final = "shown by the response"
STANDARD: Final = "https://fetch.spec.whatwg.org/#http-cors-protocol"


class Redirect(NamedTuple):
    """
    Where a redirect leads.
    """

    status: int
    asked: URL
    target: URL


class Story(NamedTuple):
    """
    A cause before its sign is seen; the fields are those of `ServerCause`.
    """

    code: str
    who: str
    meaning: str
    remedy: str


LOST_HTTPS: Final = Story(
    "redirect-lost-https",
    "an application behind a proxy that ends TLS",
    "The redirect changed https to http on the same host: the application does not know that it is behind TLS.",
    "Let the proxy send X-Forwarded-Proto, and let the application believe it: uvicorn --proxy-headers "
    "--forwarded-allow-ips, SECURE_PROXY_SSL_HEADER in Django, ProxyFix in Flask. Until then, ask for the final path, "
    "which is not redirected.",
)
SLASH: Final = Story(
    "redirect-slash",
    "the router of the application, or a web server",
    "The path that was asked for and the path of the route differ by the slash at the end.",
    "Ask for the exact path. Or switch the redirect off: redirect_slashes=False (FastAPI, Starlette), "
    "strict_slashes=False (Flask), APPEND_SLASH = False (Django), skipTrailingSlashRedirect: true (Next.js).",
)
TO_HTTPS: Final = Story(
    "redirect-to-https",
    "a server that takes https only",
    "The redirect leads from http to https on the same host.",
    "Ask over https. If the page did, the proxy did not say so: send X-Forwarded-Proto, and set "
    "SECURE_PROXY_SSL_HEADER in Django, app.set('trust proxy', 1) in Express.",
)
OTHER_NAME: Final = Story(
    "redirect-www",
    "a server with one canonical host name",
    "The redirect leads to the same host with or without www.",
    "Ask for the final host.",
)


def redirect_of(exchange: Exchange) -> Redirect | None:
    """
    Return where the response redirects to; None if it does not, or to no URL.
    """
    status = exchange.status
    if status not in REDIRECT_STATUSES:
        return None
    location = exchange.response_headers.get("Location")
    target = None if location is None else parse_url(location, exchange.http_request.url)
    return None if target is None else Redirect(status, exchange.http_request.url, target)


def stories_of(exchange: Exchange, entry: int, page_origin: str, *, is_last: bool) -> Iterable[ServerCause]:
    """
    Yield what the response to one request shows.

    Args:
        exchange: The request and its response.
        entry: Its number in the timeline.
        page_origin: The page's origin.
        is_last: Whether the fetch failed by this response.
    """
    redirect = redirect_of(exchange)
    if redirect is not None:
        sign = f"{exchange.method} {redirect.asked.href} -> {redirect.status}, Location: {redirect.target.href}"
        yield from (_cause(story, sign, entry) for story in redirect_stories(redirect))
    if is_last:
        yield from _repetitions(exchange, entry)
        yield from _near_misses(exchange, entry, page_origin)


def redirect_stories(redirect: Redirect) -> Iterable[Story]:
    """
    Yield what a redirect did, by its two URLs.
    """
    asked, target = redirect.asked, redirect.target
    if asked.host == target.host and (asked.scheme, target.scheme) == ("https", "http"):
        yield LOST_HTTPS
    if asked.host == target.host and (asked.scheme, target.scheme) == ("http", "https"):
        yield TO_HTTPS
    if asked.path != target.path and asked.path.rstrip("/") == target.path.rstrip("/"):
        yield SLASH
    if asked.host != target.host and asked.host.removeprefix("www.") == target.host.removeprefix("www."):
        yield OTHER_NAME


ONCE: Final = ("access-control-allow-origin", "access-control-allow-credentials")


def _repetitions(exchange: Exchange, entry: int) -> Iterable[ServerCause]:
    for name in ONCE:
        lines = [(said, value) for said, value in exchange.response_headers.lines if said.strip().lower() == name]
        values = [part.strip() for _, value in lines for part in value.split(",")]
        if len(values) < 2 or (len(lines) < 2 and len(set(values)) == len(values) and "*" not in values):
            continue
        twice = "twice" if len(values) == 2 else f"{len(values)} times"
        yield ServerCause(
            "header-repeated",
            "two layers that both add CORS headers, such as a proxy and the application",
            f"{shown(lines[0][0])} is sent {twice}: the browser joins that to {shown(', '.join(values))}, which is "
            "not what it looks for.",
            "Let one of the two send it: proxy_hide_header in nginx drops what the application sends, or remove the "
            "header from the proxy.",
            "; ".join(f"{shown(said)}: {shown(value)}" for said, value in lines[:4]),
            SHOWN,
            STANDARD,
            entry,
        )


def _near_misses(exchange: Exchange, entry: int, page_origin: str) -> Iterable[ServerCause]:
    value = exchange.response_headers.get("Access-Control-Allow-Origin")
    miss = None if value is None else near_miss(value, page_origin)
    if miss is not None:
        sign = f"Access-Control-Allow-Origin: {shown(value)}"
        meaning = f"{miss.meaning} The page's origin is {shown(page_origin)}."
        yield ServerCause(
            "allow-origin-near-miss", "the CORS configuration", meaning, miss.remedy, sign, SHOWN, STANDARD, entry
        )


def _cause(story: Story, sign: str, entry: int) -> ServerCause:
    return ServerCause(*story, shown(sign), SHOWN, STANDARD, entry)
