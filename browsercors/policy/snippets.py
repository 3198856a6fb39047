"""
Sessions as Python that anyone can run: the browser, what is mounted, the pages, their requests, and what was to hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.explain.words.templates import Template
from browsercors.policy.redirector import REDIRECTOR, led_to
from browsercors.policy.sessions import Advance, ChangePolicy, Clear, Fetch, Load, Visit, asked_by, asked_by_pages
from browsercors.values.address_spaces import AddressSpace, address_space_of_host
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from browsercors.policy.sessions import Asked, Session, Step
    from browsercors.values.literals import SharedCacheName

__all__ = ["SCRIPT_INCLUSION", "Setting", "cookie_arguments", "snippet_of"]


@attrs.frozen
class Setting:
    """
    Where sessions take place.

    Attributes:
        origin: What the server is mounted for.
        live: The URL of the live server; None for an application, which snippets call `app`.
        cookies: The cookies that the browser has for the server.
        allowed: The origins that the server is meant to allow; None if all are.
        cache: Like which shared cache, by a name of `SharedCache.like`, one stands before it; None for none.
        advance: What lets the application's own clock follow that of the browser, which snippets call `advance`; None
            where it does not.
    """

    origin: str
    live: str | None = None
    cookies: Mapping[str, str] = attrs.field(factory=dict)
    allowed: tuple[str, ...] | None = None
    cache: SharedCacheName | None = None
    advance: Callable[[float], object] | None = None


READABLE: Final = Template("assert result.readable, result.explain()")
EXPECTATIONS: Final = {
    "credentialed-read": Template("assert not result.readable, result.text()"),
    "read": Template("assert not result.readable, result.text()"),
    "sent": Template("assert all(exchange.is_preflight for exchange in result.exchanges), result.exchanges"),
    "header-read": Template("assert {code} not in result.headers, result.headers[{code}]"),
    "header-hidden": Template("assert {code} in result.headers, result.explain()"),
    "remembered-longer": Template("assert result.preflighted, result.timeline"),
    "credentials-widen": Template("assert not result.readable, result.text()"),
    "timing-read": Template(
        "assert 'timing-allow-origin' not in result.exchanges[-1].response_headers, result.exchanges[-1]"
    ),
}
"""What was to hold, by the kind of the violation; for all others, that the page can read."""

LOADED: Final = Template("assert result.loaded, result.explain()")
REVEALS: Final = {
    "image": Template("assert not result.loaded or result.tainted, result"),
    "media": Template("assert not result.loaded or result.tainted, result"),
    "script": Template("assert not result.executed or result.muted_errors, result"),
    "import_module": Template("assert not result.executed, result"),
    "stylesheet": Template("assert not result.rules_readable, result"),
}
"""What it is that a load does not reveal what it loads."""

RUNS: Final = Template("assert not result.executed, result.exchanges[-1].response_headers")
SCRIPT_INCLUSION: Final = "script-inclusion"

READING: Final = frozenset(
    {"credentialed-read", "read", "credentials-widen", "element-reads-more", "crossorigin-widens"}
)
"""The kinds that say that a page sees too much."""

EQUAL: Final = frozenset({"not-deterministic", "preload-changes"})
"""The kinds that say that two equal requests come to different ends."""

ACCESS: Final = (
    "def access(result):",
    "    lines = result.timeline[-1].response_headers.lines",
    "    return result.readable, sorted(line for line in lines if line[0].lower().startswith('access-control-'))",
    "",
)
"""What two equal requests have to agree in, as a function of the result."""


def snippet_of(kind: str, code: str, browser: str, session: Session, setting: Setting) -> str:
    """
    Return Python that takes the steps of *session* and asserts what a violation of that kind says does not hold.
    """
    asked = asked_by(session)
    destinations = list(dict.fromkeys(filter(None, (led_to(each.url) for each in asked))))
    names = [
        "Browser",
        *(["Answer", "ScriptedServer"] if destinations else []),
        *(["SharedCache"] if setting.cache is not None else []),
    ]
    target = "app" if setting.live is None else repr(setting.live)
    if setting.cache is not None:
        target = f"SharedCache.like({setting.cache!r}, {target})"
    lines = [f"from browsercors import {', '.join(sorted(names))}", ""]
    lines.append(f"browser = Browser({browser!r})")
    stated = "" if _is_public(setting.origin) else ", address_space='public'"
    lines.append(f"browser.mount({setting.origin!r}, {target}{stated})")
    for destination in destinations:
        lines += _redirector(destination, session)
    lines += [_set_cookie(name, value, setting.origin) for name, value in setting.cookies.items()]
    lines += [_statement(step, setting) for step in session.steps]
    if kind in EQUAL and len(asked) > 1 and isinstance(asked[-1], Fetch):
        # NB: the same is asked for first and last.
        place = next(place for place, line in enumerate(lines) if line == lines[-1])
        *between, last = lines[place + 1 :]
        lines = [*lines[:place], "", *ACCESS, lines[place].replace("result = ", "first = "), *between, last]
        lines.append("assert access(first) == access(result), (access(first), access(result))")
        return "\n".join(lines)
    if kind == "slow":
        clock = "perf_counter" if setting.live is not None else "process_time"
        lines[0] = f"import time\n\n{lines[0]}"
        lines[-1:] = [f"started = time.{clock}()", lines[-1], f"assert time.{clock}() - started < 0.5, 'slow'"]
        return "\n".join(lines)
    lines.append(_expected(_told(kind, code), code, asked[-1]).fill({"code": repr(code)}))
    return "\n".join(lines)


def _expected(kind: str, code: str, asked: Asked) -> Template:
    """
    Return what was to hold of what was asked for last.
    """
    if not isinstance(asked, Load) or kind == "timing-read":
        return EXPECTATIONS.get(kind, READABLE)
    if code == SCRIPT_INCLUSION:
        return RUNS
    return REVEALS[asked.initiator] if kind in READING else LOADED


def _is_public(origin: str) -> bool:
    """
    Whether pages find the server of *origin* in the public address space.
    """
    url = parse_url(origin)
    return url is None or address_space_of_host(url.host) is AddressSpace.PUBLIC


def _told(kind: str, code: str) -> str:
    """
    Return what broke: where the order matters, the code says what it came to.
    """
    return code.partition(" ")[0] if kind == "order-matters" else kind


def _set_cookie(name: str, value: str, origin: str) -> str:
    """
    Return the statement that puts a cookie for *origin* into the browser, as `Runner` does.
    """
    arguments = ", ".join(f"{key}={argument!r}" for key, argument in cookie_arguments(origin).items())
    return f"browser.set_cookie({name!r}, {value!r}, {arguments})"


def cookie_arguments(origin: str) -> dict[str, object]:
    """
    Return how a cookie for *origin* is set so that pages of other sites send it, if that can be.
    """
    scheme, _, authority = origin.partition("://")
    domain = authority if authority.endswith("]") else authority.partition(":")[0]
    return {"domain": domain, **({"secure": True, "same_site": "none"} if scheme == "https" else {})}


def _redirector(destination: str, session: Session) -> list[str]:
    """
    Return the server of the page's friend, which leads to *destination* so that the origin becomes `null`.
    """
    # NB: where several pages are led there, the last one is what the violation is about.
    origin = next(
        (origin for origin, asked in reversed(list(asked_by_pages(session))) if led_to(asked.url) == destination), ""
    )
    return [
        "headers = {",
        f'    "Location": {destination!r},',
        f'    "Access-Control-Allow-Origin": {origin!r},',
        '    "Access-Control-Allow-Credentials": "true",',
        "}",
        f'browser.mount({REDIRECTOR!r}, ScriptedServer({{"*": Answer(302, headers)}}))',
    ]


def _statement(step: Step, setting: Setting) -> str:
    match step:
        case Visit(origin="null"):
            return f"page = browser.open({step.url!r}, sandboxed=True)"
        case Visit():
            return f"page = browser.open({step.url!r})"
        case Fetch():
            # NB: the arguments of a `Fetch` are those of `page.fetch`.
            return f"result = page.fetch({repr(step).removeprefix('Fetch(')}"
        case Load():
            given = "".join(f", {name}={value!r}" for name, value in step.attributes.items())
            return f"result = page.{step.initiator}({step.url!r}{given})"
        case Advance():
            follow = "" if setting.advance is None else f"\nadvance({step.seconds!r})"
            return f"browser.clock.advance({step.seconds!r}){follow}"
        case Clear():
            return f"browser.{step.memory.value}.clear()"
        case ChangePolicy():
            return f"app.policy = {step.policy!r}"
