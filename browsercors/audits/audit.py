"""
Audits: pages in simulated browsers try to read what they should not, in every way that is known to work somewhere.

A finding is a page that really reads, gets an unsafe request through its preflight, or is kept from reading although
it is meant to. What no browser permits is no finding, whatever the headers look like.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors.audits.findings import AuditReport, Severity
from browsercors.audits.formats.text import audit_as_text
from browsercors.audits.plan import PARTS, plan_text
from browsercors.audits.prober import Prober
from browsercors.audits.run import Run, findings_of
from browsercors.audits.scope import Scope
from browsercors.audits.sockets import HIJACKING
from browsercors.audits.suspects import page_scheme, strangers
from browsercors.browser.browser import Browser
from browsercors.engines.registry import DEFAULT_BROWSER, profile_named, real_browser_names
from browsercors.explain.words.permission_notice import permission_notice
from browsercors.fetch.safelists import forbidden_request_header
from browsercors.policy.account import Ledger, Untried, checked_untried, tell_untried
from browsercors.policy.arguments import (
    LIVE_BUDGET,
    checked_callable,
    checked_methods,
    checked_number,
    checked_patterns,
    listed,
)
from browsercors.policy.factory import Factory
from browsercors.policy.gate import MOST_FAILURES_IN_ALL, Exhausted
from browsercors.policy.problems import AuditProblem
from browsercors.policy.routes.places import Places, places_of
from browsercors.policy.routes.socket_routes import has_no_sockets, remedy_for
from browsercors.policy.runner import Runner
from browsercors.policy.snippets import Setting
from browsercors.servers.mounts import make_server
from browsercors.servers.time_limits import checked_seconds
from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError
from browsercors.values.headers import is_header_name, is_header_value
from browsercors.values.urls import URL, parse_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from browsercors.audits.plan import Part
    from browsercors.policy.gate import Gate
    from browsercors.policy.origins.patterns import OriginPattern
    from browsercors.policy.routes.places import Paths
    from browsercors.values.literals import BrowserName, Interface

__all__ = ["audit", "audit_plan"]

# NB: imports point one way, and `print(audit)` comes from below.
AuditReport.written = audit_as_text

DEFAULT_URL: Final = "https://api.example.com"
PRODUCTION: Final = "--url https://api.example.com, or url= in Python."
LIVE_PRODUCTION: Final = "audit it at its public URL, or audit its application with --url https://api.example.com."

NAMED_APPLICATION: Final = re.compile(r"[^\W\d][\w.]*:[^\W\d]|\w+\Z")
"""How the name of an application or of a fixture begins; `localhost:8000` and `https://api.example.com` are none."""


def audit(
    target: Any,
    *,
    url: str | None = None,
    allowed_origins: OriginPattern | Iterable[OriginPattern] = (),
    paths: Paths = None,
    methods: Iterable[str] = (),
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    cookies: Iterable[str] = (),
    login: tuple[str, str] | None = None,
    browsers: Iterable[BrowserName] | None = None,
    interface: Interface | None = None,
    budget: int | None = None,
    delay: float = 0.0,
    timeout: float = 10.0,
    verify: bool | str = True,
    unsafe_methods: bool = False,
    untried: Untried = "warn",
    on_stage: Callable[[str, int], None] | None = None,
) -> AuditReport:
    """
    Let pages of simulated browsers try what they should not be able to do, and report what they gain.

    Requests are made one at a time. Only GET, HEAD and OPTIONS are sent; of other methods only the preflights. No host
    but the server's gets a request.

    Args:
        target: A WSGI or ASGI application; a factory, which is a function or a class that returns one; the name of
            either, as `check_policy` takes it; the URL of a live server (`https://api.example.com`); or a server such
            as `ScriptedServer`.
        url: The origin at which the target is found: that of a live server itself, and otherwise
            `https://api.example.com`.
        allowed_origins: Whose pages are meant to read, as for `Policy`: an origin or a pattern, or a list of them.
            Without it, what somebody may have meant is only "info", and near misses are those of the server's own
            origin and site.
        paths: What pages ask for: paths, or an OpenAPI document as a mapping or the `Path` of its JSON file. By default
            the routes of the application, as far as it tells them, and else /.
        methods: Methods that pages are meant to use.
        headers: Request headers that pages are meant to set, with values.
        cookies: What a visitor has, as `Set-Cookie` has it: `"id=1; SameSite=None; Secure"`.
        login: The user and the password with which a visitor is logged in by HTTP authentication (Basic or Digest):
            what the browser adds to requests with credentials, not what a page sets.
        browsers: Which browsers are simulated; the real ones by default. The first one asks; the others judge the same
            responses.
        interface: "wsgi" or "asgi", for an application that cannot be told apart.
        budget: How many requests reach the server at most; by default 600 for a live server, and any number otherwise.
        delay: How many seconds pass between two requests.
        timeout: How many seconds the server has for a response.
        verify: Whether a live server's certificate is checked, or the path of a file of authorities.
        unsafe_methods: Whether requests with other methods are sent as well, after their preflights.
        untried: What to do where nothing of "low" or above is found, and cells of the plan were not tried: "warn" with
            an `UntriedCellsWarning`, "fail" with `UntriedCells`, or "ignore" it.
        on_stage: Called with the name of each part before it begins, and with the number of requests so far.

    Returns:
        The report. It says what was tried and what was not, and what the server did wrong meanwhile. Nothing that was
        found before is lost.

    Raises:
        ValueError: An argument is not right.
        TypeError: *target* is nothing that responds.
        FactoryError: A factory raised, or did not return in time.
        UntriedCells: Nothing was found, cells were not tried, and *untried* is "fail".
        LifespanError: The application said that its start-up failed.
    """
    __tracebackhide__ = True
    checked_untried(untried)
    checked_callable("on_stage", on_stage, "print")
    is_live = _is_live(target)
    origin_url = _origin_url(url, str(target) if is_live else None)
    checked_seconds("timeout", timeout)
    application = target if is_live else _application_of(target, interface, timeout)
    places = _places(paths, application)
    scope = _scope(origin_url, allowed_origins, places, methods, headers, unsafe_methods)
    chosen = real_browser_names() if browsers is None else listed("browsers", browsers, f"[{DEFAULT_BROWSER!r}]")
    names = [profile_named(browser).name for browser in chosen]
    if budget is not None:
        checked_number("budget", budget, 1)
    limit = LIVE_BUDGET if budget is None and is_live else budget
    checked_seconds("delay", delay, may_be_zero=True)
    server = make_server(application, interface=interface, timeout=timeout, verify=verify)
    given_cookies = listed("cookies", cookies, "['id=1; SameSite=None; Secure']", may_be_empty=True)
    _check_cookies(Browser(profile_named(names[0])), scope.url, given_cookies)
    _check_login(scope.url, login)
    scope = attrs.evolve(scope, knows_visitor=bool(given_cookies) or login is not None)
    started = time.perf_counter()
    with Runner(
        server,
        Setting(scope.url.origin.serialized, str(target) if is_live else None),
        timeout=timeout,
        budget=limit,
        unsafe_methods=unsafe_methods,
        delay=delay,
        most_timeouts=MOST_FAILURES_IN_ALL,
        set_cookies=given_cookies,
        login=login,
    ) as runner:
        ledger = Ledger(scope.space)
        run = Run(scope=scope, prober=Prober(runner, names[0], ledger))
        names_of_untried, ended_early = _carry_out(run, runner.gate, on_stage)
        run.problems.update(runner.gate.problems)
        findings = findings_of(run.hits, names, {HIJACKING: remedy_for(application)})
    report = AuditReport(
        url=scope.url.origin.serialized,
        paths=scope.paths,
        findings=findings,
        problems=tuple(run.problems.values()),
        untried=names_of_untried,
        requests=runner.requests,
        authenticated=runner.gate.authenticated,
        budget=limit,
        browsers=tuple(names),
        answered=runner.gate.answered,
        tried=ledger.tried,
        not_tried=ledger.not_tried,
        ended_early=ended_early,
        seconds=time.perf_counter() - started,
        assumed=(
            *filter(None, (permission_notice(scope.url.origin, LIVE_PRODUCTION if is_live else PRODUCTION),)),
            *places.assumed,
            *places.unreadable,
        ),
    )
    if not report.at_least(Severity.LOW):
        tell_untried(report, untried)
    return report


def audit_plan(
    target: Any,
    *,
    url: str | None = None,
    allowed_origins: OriginPattern | Iterable[OriginPattern] = (),
    paths: Paths = None,
    methods: Iterable[str] = (),
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    interface: Interface | None = None,
    budget: int | None = None,
    unsafe_methods: bool = False,
) -> str:
    """
    Return the plan of an audit in words; nothing is sent.

    Args:
        target: As for `audit`.
        url: As for `audit`.
        allowed_origins: As for `audit`.
        paths: As for `audit`.
        methods: As for `audit`.
        headers: As for `audit`.
        interface: As for `audit`.
        budget: As for `audit`.
        unsafe_methods: As for `audit`.

    Raises:
        ValueError: As `audit`.
        TypeError: As `audit`.
        FactoryError: As `audit`.
    """
    is_live = _is_live(target)
    origin_url = _origin_url(url, str(target) if is_live else None)
    places = _places(paths, target if is_live else _application_of(target, interface))
    scope = _scope(origin_url, allowed_origins, places, methods, headers, unsafe_methods)
    if budget is not None:
        checked_number("budget", budget, 1)
    return plan_text(scope, LIVE_BUDGET if budget is None and is_live else budget)


def _is_live(target: Any) -> bool:
    """
    Whether *target* is to be read as a URL: any text that does not name an application or a factory.
    """
    return isinstance(target, URL) or (isinstance(target, str) and NAMED_APPLICATION.match(target) is None)


def _application_of(target: Any, interface: Interface | None, timeout: float = 10.0) -> Any:
    """
    Return the application: the one that a factory makes, or *target* itself.
    """
    return Factory(target, interface=interface, timeout=timeout, argument="target").fresh()


def _places(paths: Any, application: Any) -> Places:
    if paths is None or isinstance(paths, (Mapping, Path)):
        return places_of(paths, application)
    return Places(_paths(paths), knows_sockets=has_no_sockets(application))


def _scope(url: URL, allowed_origins: Any, places: Places, methods: Any, headers: Any, unsafe_methods: bool) -> Scope:
    return Scope(
        url=url,
        paths=places.paths,
        patterns=checked_patterns(allowed_origins),
        methods=checked_methods(methods, may_be_empty=True),
        headers=_headers(headers),
        knows_visitor=False,
        sends_unsafe_methods=unsafe_methods,
        strangers=strangers(page_scheme(url)),
        sockets=places.sockets,
        knows_sockets=places.knows_sockets,
    )


def _carry_out(run: Run, gate: Gate, on_stage: Callable[[str, int], None] | None) -> tuple[tuple[str, ...], str]:
    """
    Go through the parts of the plan.

    Returns:
        The names of those that were not gone through to the end, and why; nothing and nothing if all were.
    """
    for number, part in enumerate(PARTS):
        if on_stage is not None:
            on_stage(part.name, gate.requests)
        run.prober.stage = part.stage
        try:
            part.run(run)
        except Exhausted as end:
            run.problems["", end.code] = AuditProblem(code=end.code, sentence=str(end))
            rest = PARTS[number:]
            for left in rest:
                _count_untried(run, left)
            return tuple(left.name for left in rest), str(end)
    return (), ""


def _count_untried(run: Run, part: Part) -> None:
    for probe in part.planned(run.scope):
        if not run.prober.has_tried(part.stage, probe):
            run.prober.ledger.count(part.stage, run.prober.case_of(probe), is_tried=False)


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


def _check_login(url: URL, login: object) -> None:
    if login is None:
        return
    if not isinstance(login, tuple) or len(login) != 2:
        raise ArgumentTypeError(f"login has to be a pair such as ('user', 'password'), not {type(login).__name__}")
    # NB: not the values, which may be secret.
    try:
        Browser().authenticate(url.origin.serialized, *login)
    except (TypeError, ValueError):
        raise ArgumentValueError("login has to have a user without a colon and a password, both text") from None


def _check_cookies(browser: Browser, url: URL, cookies: tuple[str, ...]) -> None:
    if not all(isinstance(cookie, str) for cookie in cookies):
        raise ValueError(f"cookies has to hold what Set-Cookie does, such as 'id=1', not {cookies!r}")
    for cookie in cookies:
        result = browser.cookies.store(cookie.encode("utf-8", "surrogateescape"), url, now=browser.clock.now)
        if result.refusal is not None:
            raise ValueError(f"cookies: {cookie!r} is refused by the browser for {url.href}: {result.refusal.value}")
