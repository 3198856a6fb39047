"""
Audits: simulated browsers try to read what they are not to, in every way that is known to work somewhere.

A finding is a page that really reads, gets an unsafe request through its preflight, or is kept from reading although
it is meant to. What no browser permits is none, whatever the headers look like.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from browsercors.audits.caches import caches
from browsercors.audits.findings import AuditReport
from browsercors.audits.foreign_pages import (
    any_origin,
    near_misses,
    null_origin,
    once_more,
    private_network,
    unsafe_requests,
)
from browsercors.audits.own_pages import errors, limits, own_pages, redirects, wanted_preflights
from browsercors.audits.prober import Prober
from browsercors.audits.run import Run, findings_of
from browsercors.audits.suspects import page_scheme, strangers
from browsercors.browser.browser import Browser
from browsercors.engines.registry import DEFAULT_BROWSER, profile_named, real_browser_names
from browsercors.explain.words.permission_notice import permission_notice
from browsercors.fetch.safelists import forbidden_request_header
from browsercors.policy.arguments import checked_methods, checked_number, checked_patterns, listed
from browsercors.policy.gate import MOST_FAILURES_IN_ALL, Exhausted, Gate
from browsercors.policy.problems import AuditProblem
from browsercors.policy.time_limits import TimeLimitedServer
from browsercors.servers.mounts import make_server
from browsercors.servers.time_limits import checked_seconds
from browsercors.values.headers import is_header_name, is_header_value
from browsercors.values.urls import URL, parse_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from browsercors.policy.origins.patterns import OriginPattern
    from browsercors.values.literals import BrowserName, Interface

__all__ = ["DEFAULT_BUDGET", "STAGES", "Stage", "audit"]

DEFAULT_URL: Final = "https://api.example.com"
DEFAULT_BUDGET: Final = 300
PRODUCTION: Final = "--url https://api.example.com, or url= in Python."
"""How many requests a live server gets at most, if not told otherwise."""


class Stage(NamedTuple):
    """
    A part of an audit.

    Attributes:
        name: What it is about, in words.
        run: What does it.
    """

    name: str
    run: Callable[[Run], None]


STAGES: Final = (
    Stage("any origin", any_origin),
    Stage("the origin null", null_origin),
    Stage("preflights of any origin", unsafe_requests),
    Stage("own pages", own_pages),
    Stage("origins close to those that are meant", near_misses),
    Stage("caches", caches),
    Stage("private networks", private_network),
    Stage("preflights of own pages", wanted_preflights),
    Stage("errors", errors),
    Stage("redirects", redirects),
    Stage("limits of preflights", limits),
    Stage("the first requests once more", once_more),
)
"""In the order of importance, so that a budget cuts what matters least."""


def audit(
    target: Any,
    *,
    url: str | None = None,
    allowed_origins: OriginPattern | Iterable[OriginPattern] = (),
    paths: Iterable[str] = ("/",),
    methods: Iterable[str] = (),
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    cookies: Iterable[str] = (),
    browsers: Iterable[BrowserName] | None = None,
    interface: Interface | None = None,
    budget: int | None = None,
    delay: float = 0.0,
    timeout: float = 10.0,
    verify: bool | str = True,
    unsafe_methods: bool = False,
    on_stage: Callable[[str, int], None] | None = None,
) -> AuditReport:
    """
    Let pages of simulated browsers try what they are not to, and say what they gain.

    Requests are made one at a time. Only GET, HEAD and OPTIONS are sent, and the preflights of other methods; no other
    host than that of the server gets any.

    Args:
        target: A WSGI or ASGI application, the URL of a live server (`https://api.example.com`), or a server such as
            `ScriptedServer`.
        url: The origin at which the target is to be found: that of a live server itself, and otherwise
            `https://api.example.com`.
        allowed_origins: Whose pages are meant, as for `Policy`: an origin or a pattern, or a list of them. Without it,
            what somebody may have meant is told as "info" only, and near misses are those of the server's own origin
            and site.
        paths: What pages ask for.
        methods: Methods that pages are meant to use.
        headers: Request headers that pages are meant to set, with values.
        cookies: What a visitor has, as `Set-Cookie` has it: `"id=1; SameSite=None; Secure"`.
        browsers: Which browsers are simulated: the real ones, if not told otherwise. The first one asks; the others
            judge the same answers.
        interface: "wsgi" or "asgi", for an application that cannot be told apart.
        budget: How many requests the server gets at most; by default 300 for a live server, and any number otherwise.
        delay: How many seconds pass between two requests.
        timeout: How many seconds the server has for an answer.
        verify: Whether a live server's certificate is checked, or the path of a file of authorities.
        unsafe_methods: Whether requests with other methods are sent as well, after their preflights.
        on_stage: Called with the name of each stage before it begins, and with the number of requests so far.

    Returns:
        The report. What the server does wrong meanwhile is told in it; nothing that was found before is lost.

    Raises:
        ValueError: An argument is not right.
        TypeError: *target* is nothing that answers.
        LifespanError: The application said that its start-up failed.
    """
    is_live = isinstance(target, (str, URL))
    server_url = _origin_url(url, str(target) if is_live else None)
    chosen = real_browser_names() if browsers is None else listed("browsers", browsers, f"[{DEFAULT_BROWSER!r}]")
    names = [profile_named(browser).name for browser in chosen]
    if budget is not None:
        checked_number("budget", budget, 1)
    asked = _paths(paths)
    limit = DEFAULT_BUDGET if budget is None and is_live else budget
    checked_seconds("delay", delay, may_be_zero=True)
    server = make_server(target, interface=interface, timeout=checked_seconds("timeout", timeout), verify=verify)
    if not is_live:
        server = TimeLimitedServer(server, timeout, most_hangs=MOST_FAILURES_IN_ALL)
    gate = Gate(server, budget=limit, delay=delay, unsafe_methods=unsafe_methods)
    given_cookies = listed("cookies", cookies, "['id=1; SameSite=None; Secure']", may_be_empty=True)
    browser = Browser(profile_named(names[0]))
    _check_cookies(browser, server_url, given_cookies)
    with Prober(browser, gate, server_url, given_cookies) as prober:
        run = Run(
            prober=prober,
            url=server_url,
            paths=asked,
            patterns=checked_patterns(allowed_origins),
            methods=checked_methods(methods, may_be_empty=True),
            headers=_headers(headers),
            has_cookies=bool(given_cookies),
            sends_unsafe_methods=unsafe_methods,
            strangers=strangers(page_scheme(server_url)),
        )
        untried = _carry_out(run, gate, on_stage)
        run.problems.update(gate.problems)
        findings = findings_of(run.hits, names)
    return AuditReport(
        url=server_url.origin.serialized,
        paths=asked,
        findings=findings,
        problems=tuple(run.problems.values()),
        untried=untried,
        requests=gate.requests,
        budget=limit,
        browsers=tuple(names),
        answered=gate.answered,
        assumed=tuple(filter(None, (permission_notice(server_url.origin, PRODUCTION),))),
    )


def _carry_out(run: Run, gate: Gate, on_stage: Callable[[str, int], None] | None) -> tuple[str, ...]:
    """
    Go through the stages, and return the names of those that were not ended.
    """
    for number, stage in enumerate(STAGES):
        if on_stage is not None:
            on_stage(stage.name, gate.requests)
        try:
            stage.run(run)
        except Exhausted as end:
            run.problems["", end.code] = AuditProblem(code=end.code, sentence=str(end))
            return tuple(stage.name for stage in STAGES[number:])
    return ()


def _origin_url(url: str | None, target: str | None) -> URL:
    name, text = ("target", target) if url is None and target is not None else ("url", url)
    text = DEFAULT_URL if text is None else text
    parsed = parse_url(text) if isinstance(text, str) else None
    right = "an http(s) origin such as 'https://api.example.com'"
    if parsed is None or not parsed.is_http:
        raise ValueError(f"{name} has to be {right}, not {text!r}")
    if parsed.href != f"{parsed.origin.serialized}/":
        raise ValueError(f"{name} has to be {right}, not {text!r}; what pages ask for there goes into paths")
    return parsed


def _paths(paths: Iterable[str]) -> tuple[str, ...]:
    asked = (paths,) if isinstance(paths, str) else listed("paths", paths, "['/me']")
    for path in asked:
        if not isinstance(path, str) or not path.startswith("/") or path.startswith("//"):
            raise ValueError(f"paths has to hold paths such as '/me', not {path!r}")
    return tuple(dict.fromkeys(asked))


def _headers(headers: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    items = tuple(headers.items()) if isinstance(headers, Mapping) else headers
    pairs = listed("headers", items, "[('X-Token', '1')]", may_be_empty=True)
    for pair in pairs:
        is_pair = isinstance(pair, (tuple, list)) and len(pair) == 2
        if not is_pair or not all(isinstance(text, str) for text in pair):
            raise ValueError(f"headers has to hold names and values such as ('X-Token', '1'), not {pair!r}")
        name, value = pair
        line = name.encode("utf-8", "surrogateescape"), value.encode("latin-1", "replace")
        if not is_header_name(line[0]) or not is_header_value(line[1]):
            raise ValueError(f"headers has to hold names and values such as ('X-Token', '1'), not {(name, value)!r}")
        if forbidden_request_header(*line):
            raise ValueError(
                f"headers has to hold what pages can set, such as 'X-Token'; {name!r} is the browser's own"
            )
    return pairs


def _check_cookies(browser: Browser, url: URL, cookies: tuple[str, ...]) -> None:
    if not all(isinstance(cookie, str) for cookie in cookies):
        raise ValueError(f"cookies has to hold what Set-Cookie does, such as 'id=1', not {cookies!r}")
    for cookie in cookies:
        result = browser.cookies.store(cookie.encode("utf-8", "surrogateescape"), url, now=browser.clock.now)
        if result.refusal is not None:
            raise ValueError(f"cookies: {cookie!r} is refused by the browser for {url.href}: {result.refusal.value}")
