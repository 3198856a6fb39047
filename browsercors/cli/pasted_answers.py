"""
What the responses of a paste show where no verdict can be given, and what is assumed where a preflight is missing.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from browsercors.browser.loads import LoadResult
    from browsercors.browser.page import Page
    from browsercors.browser.result import FetchResult
    from browsercors.explain.causes.sign import Evidence, Match
    from browsercors.explain.formats.text import Line
    from browsercors.servers.messages import ResponseMessage
    from browsercors.values.urls import URL

__all__ = ["answer_lines", "assumed_preflight", "is_preflight_alone", "lacks_a_preflight", "unused_answers"]

WIDTH: Final = 80
MOST_ANSWERS: Final = 3
ACAO: Final = "Access-Control-Allow-Origin"
NO_ORIGIN: Final = (
    "The request had no Origin, so this tells nothing about CORS: most servers add CORS headers only to requests that "
    "have one. Ask again with -H 'Origin: https://app.example.com'."
)
NO_PREFLIGHT: Final = (
    "It was no preflight: that has Origin and Access-Control-Request-Method, and servers answer other OPTIONS "
    "requests in other ways."
)
NULL: Final = (
    f"Its {ACAO} is null, which is the origin of no page on the web: compare the server's list with the page's origin, "
    "scheme, host and port."
)
NO_HEADER: Final = f"It has no {ACAO}: no page of another origin may read it, whatever else is in it."
WAS_THERE_AN_ORIGIN: Final = (
    "Did the request have an Origin? Most servers add the header only to those that have: ask with curl -i -H 'Origin: "
    "https://app.example.com'."
)
NO_HEADER_NOR_STATUS: Final = (
    f"It has no {ACAO}, and a preflight needs a status from 200 to 299 as well: the request itself is not sent."
)


def answer_lines(
    responses: Sequence[ResponseMessage],
    url: URL | None = None,
    *,
    is_preflight: bool | None = None,
    has_origin: bool = True,
    is_options: bool = False,
) -> Iterable[Line]:
    """
    Yield what responses show of themselves: who answered, and what they lack.

    Args:
        responses: The responses, in the order in which they came.
        url: What was asked for; None if it is not known.
        is_preflight: Whether they answer a preflight; None if that is not known.
        has_origin: Whether the request had an `Origin`.
        is_options: Whether it was an OPTIONS request.
    """
    from browsercors.explain.causes.refusal import quoted_text
    from browsercors.explain.formats.text import Line
    from browsercors.explain.words.sanitise import shown

    yield Line("What the response shows" if len(responses) == 1 else "What the responses show", "heading")
    for response in responses[-MOST_ANSWERS:]:
        yield Line(f"  {response.status} {shown(response.reason) if response.reason else ''}".rstrip(), "code")
        said = quoted_text(response.body)
        if said:
            yield from _prose(f"The server says: {said}")
        for text in _told(response, url, is_preflight=is_preflight, has_origin=has_origin):
            yield from _prose(text)
    if is_options and not has_origin:
        yield from _prose(NO_PREFLIGHT)
        yield from (line for text in _as_a_preflight(responses) for line in _prose(text))
    yield from _on_the_platform(url)
    yield Line()


def _as_a_preflight(responses: Sequence[ResponseMessage]) -> Iterable[str]:
    from browsercors.pasted.told_statuses import OF_PREFLIGHTS

    told = OF_PREFLIGHTS.get(responses[-1].status) if responses else None
    if told is not None:
        yield f"A preflight that gets this status fails, whatever its headers. {told}"


def _on_the_platform(url: URL | None) -> Iterable[Line]:
    from browsercors.explain.causes.hosts import platform_of
    from browsercors.explain.causes.unsigned import UNSIGNED

    product = "" if url is None else platform_of(url.host, url.path, url.port)
    row = next((row for row in UNSIGNED if product in row.products), None)
    if row is not None:
        yield from _prose(f"The URL looks like one of {product}. {row.meaning} {row.remedy}")


def _told(response: ResponseMessage, url: URL | None, *, is_preflight: bool | None, has_origin: bool) -> Iterable[str]:
    from browsercors.explain.causes.sign import Rank
    from browsercors.explain.words.sanitise import shown

    matches = _matches(response, url, is_preflight)
    if has_origin:
        yield from (_cause(match, is_sure=is_sure) for match, is_sure in matches)
    else:
        # NB: what a header lacks shows nothing where it was not asked for.
        yield from (_cause(match, is_sure=is_sure) for match, is_sure in matches if match.rank is Rank.BODY)
    values = response.values_of(ACAO)
    if [value.lower() for value in values] == ["null"]:
        yield from () if matches else (NULL,)
    elif len([part for value in values for part in value.split(",")]) > 1:
        yield (
            f"Its {ACAO} came as {shown(', '.join(values))}, and browsers take one value alone. Where it is sent "
            "twice, two layers add it, such as the application and a proxy: take it away from one of them."
        )
    elif any(values):
        yield f"It allows pages of {shown(', '.join(values))}."
    elif values:
        yield f"Its {ACAO} is empty, which allows nobody."
    elif not has_origin:
        yield NO_ORIGIN
    elif is_preflight and not 200 <= response.status < 300:
        yield NO_HEADER_NOR_STATUS
    else:
        yield NO_HEADER if url is not None else f"{NO_HEADER} {WAS_THERE_AN_ORIGIN}"


def _matches(response: ResponseMessage, url: URL | None, is_preflight: bool | None) -> list[tuple[Match, bool]]:
    """
    Return the signs that a response shows, and of each whether it shows it whatever was asked.
    """
    from browsercors.explain.causes.find import matching

    kinds = (True, False) if is_preflight is None else (is_preflight,)
    found = {kind: {each.sign.code: each for each in matching(_evidence(response, url, kind))} for kind in kinds}
    codes = list(dict.fromkeys(code for by_code in found.values() for code in by_code))
    return [
        (
            next(by_code[code] for by_code in found.values() if code in by_code),
            all(code in each for each in found.values()),
        )
        for code in codes
    ]


def _evidence(response: ResponseMessage, url: URL | None, is_preflight: bool) -> Evidence:
    from browsercors.explain.causes.sign import MOST_BODY, Evidence
    from browsercors.values.responses import REDIRECT_STATUSES
    from browsercors.values.urls import parse_url

    headers: dict[str, str] = {}
    for name, value in response.headers:
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    target = parse_url(headers.get("location", ""), url) if response.status in REDIRECT_STATUSES else None
    location = "" if target is None else target.href.partition("#")[0].partition("?")[0]
    host, path = ("", "") if url is None else (url.host, url.path)
    return Evidence(
        is_preflight, response.status, headers, response.body[:MOST_BODY], location, response.reason, host, path
    )


def _cause(match: Match, *, is_sure: bool) -> str:
    from browsercors.explain.words.causes import known_as, who_answered
    from browsercors.explain.words.sanitise import shown

    sign = match.sign
    known = f"({known_as(sign.sure)}; the sign is: {shown(match.quote)})"
    when = "" if is_sure else "If this answers a preflight: " if sign.when == "preflight" else "If not a preflight: "
    return f"{when}{who_answered(sign.who, sign.sure)}: {sign.meaning} {sign.remedy} {known}"


def _prose(text: str) -> Iterable[Line]:
    from browsercors.explain.formats.text import Line

    for line in textwrap.wrap(
        text, WIDTH, initial_indent="  ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    ):
        yield Line(line)


def lacks_a_preflight(results: Sequence[FetchResult | LoadResult], options: dict[str, Any]) -> bool:
    """
    Whether the paste has the response to the request, and lacks only the one to its preflight.
    """
    from browsercors.values.findings import Reason

    block = results[0].block if results else None
    return (
        options.get("pasted_server") is not None
        and bool(options["pasted_responses"])
        and not options["is_preflight"]
        and not options["pasted_preflight_responses"]
        and block is not None
        and block.reason is Reason.NOT_RECORDED
        and block.during_preflight
    )


def is_preflight_alone(results: Sequence[FetchResult | LoadResult], options: dict[str, Any]) -> bool:
    """
    Whether the paste has the response to the preflight alone, and that one passes.
    """
    from browsercors.values.findings import Reason

    block = results[0].block if results else None
    return (
        options.get("pasted_server") is not None
        and any(exchange.is_preflight for result in results[:1] for exchange in result.exchanges)
        and block is not None
        and block.reason is Reason.NOT_RECORDED
        and not block.during_preflight
    )


def assumed_preflight(page: Page, options: dict[str, Any]) -> ResponseMessage:
    """
    Return the response to a preflight that allows the request that was pasted.
    """
    from browsercors.servers.messages import ResponseMessage

    names = [line.partition(":")[0].strip() for line in options["headers"]]
    return ResponseMessage(
        status=204,
        headers=(
            (ACAO, page.origin),
            ("Access-Control-Allow-Credentials", "true"),
            ("Access-Control-Allow-Methods", options["method"] or "GET"),
            ("Access-Control-Allow-Headers", ", ".join([*names, "content-type"])),
            ("Access-Control-Max-Age", "0"),
        ),
    )


def unused_answers(results: Sequence[FetchResult | LoadResult], options: dict[str, Any]) -> tuple[ResponseMessage, ...]:
    """
    Return the responses of the paste if the browser would not even have asked for them.
    """
    if not results or any(exchange.http_response is not None for exchange in results[0].exchanges):
        return ()
    return (*options["pasted_preflight_responses"], *options["pasted_responses"])
