"""
The browser side of CORS: what a real browser would send, what the page may read, and why.

Names are loaded when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

__version__ = "0.1.0"

_HOMES: Final = {
    # Browsers, and the pages that ask.
    "browser.browser": ("AsyncBrowser", "Browser"),
    "browser.page": ("AsyncPage", "Page"),
    "browser.clock": ("Clock",),
    "rules.profile": ("BrowserProfile",),
    "engines.chromium.profile": ("CHROMIUM",),
    "engines.firefox.profile": ("FIREFOX",),
    "engines.webkit.profile": ("WEBKIT",),
    "engines.standard.profile": ("STANDARD",),
    "fetch.bodies": ("Blob", "FormData", "ReadableStream", "URLSearchParams"),
    "fetch.request_class": ("FetchTypeError",),
    # What came of it: what the page sees, what went over the wire, and which rule decided.
    "browser.result": ("FetchResult",),
    "browser.errors": ("CORSBlocked", "FetchBlocked", "OpaqueResponse", "UnreadableResponse"),
    "values.findings": ("Block", "Finding", "Outcome", "Reason"),
    "fetch.timeline": ("CachedResponse", "Exchange", "ExchangeKind", "RememberedPreflight"),
    "values.headers": ("Headers",),
    # Questions that need no browser.
    "browser.questions": (
        "Classification",
        "PreflightRequest",
        "ResponseCheck",
        "check_response",
        "classify",
        "preflight_request",
    ),
    # Why, and what to change.
    "explain.report": ("Fix", "Report", "Surprise"),
    "explain.as_data": ("report_as_data",),
    "explain.as_html": ("report_as_html",),
    "explain.as_markdown": ("report_as_markdown",),
    "explain.as_mermaid": ("report_as_mermaid",),
    "explain.as_text": ("report_as_text",),
    "explain.configurations": ("Configuration", "configuration"),
    # Who answers.
    "servers.scripted": ("Answer", "ScriptedServer"),
    "servers.shared_cache": ("SharedCache",),
    "servers.cache_events": ("CacheEvent", "CacheOutcome"),
    "servers.lifespan": ("LifespanError",),
    # What a browser has recorded.
    "har.replaying": ("HarError", "read_har"),
    "har.reading": ("HarProblem",),
    "har.verdicts": ("HarReading", "HarVerdict"),
    # What people paste.
    "pasted.reader": ("read_pasted",),
    "pasted.results": (
        "PastedExchange",
        "PastedHeader",
        "PastedMessage",
        "PastedRequest",
        "PastedResponse",
        "PastedTopic",
        "Unreadable",
    ),
    # Policies, and what tries to break them.
    "policy.policy": ("Policy",),
    "policy.contradictions": ("PolicyError",),
    "policy.patterns": ("ANY_ORIGIN", "ports_of", "subdomains_of"),
    "policy.checking": ("check_policy", "find_violations"),
    "policy.laws": ("check_laws", "find_broken_laws"),
    "policy.machine": ("PolicyMachine",),
    "policy.violations": ("PolicyViolation", "Violation", "ViolationKind"),
    "policy.near_misses": ("NearMiss", "NearMissKind"),
    "policy.steps": ("Advance", "ChangePolicy", "Clear", "Fetch", "Memory", "Session", "Visit"),
    # Tests: what the fixture `make_cors_browser` gives.
    "testing.recording": ("BrowserFactory",),
    # Audits.
    "policy.audit": ("audit",),
    "policy.audit_findings": ("AuditFinding", "AuditProblem", "AuditReport", "Severity"),
    "policy.audit_as_data": ("audit_as_data",),
    "policy.audit_as_html": ("audit_as_html",),
    "policy.audit_as_sarif": ("audit_as_sarif",),
    "policy.audit_as_text": ("audit_as_text",),
    # The words that arguments take, for annotations.
    "values.literals": (
        "BrowserName",
        "Interface",
        "ReferrerPolicy",
        "RequestCache",
        "RequestCredentials",
        "RequestMode",
        "RequestRedirect",
        "SameSite",
    ),
}
"""All public names by the module that each is loaded from; `__all__`, `dir()` and the loading go by it."""

if TYPE_CHECKING:
    # NB: type checkers run nothing, and need imports; a test proves that these are the names of the table. A stub file
    # would take the place of this whole module for them, so that nobody would check what stands here. `X as X` is how
    # a module says that it gives out what it imports.
    from browsercors.browser.browser import AsyncBrowser as AsyncBrowser, Browser as Browser
    from browsercors.browser.clock import Clock as Clock
    from browsercors.browser.errors import (
        CORSBlocked as CORSBlocked,
        FetchBlocked as FetchBlocked,
        OpaqueResponse as OpaqueResponse,
        UnreadableResponse as UnreadableResponse,
    )
    from browsercors.browser.page import AsyncPage as AsyncPage, Page as Page
    from browsercors.browser.questions import (
        Classification as Classification,
        PreflightRequest as PreflightRequest,
        ResponseCheck as ResponseCheck,
        check_response as check_response,
        classify as classify,
        preflight_request as preflight_request,
    )
    from browsercors.browser.result import FetchResult as FetchResult
    from browsercors.engines.chromium.profile import CHROMIUM as CHROMIUM
    from browsercors.engines.firefox.profile import FIREFOX as FIREFOX
    from browsercors.engines.standard.profile import STANDARD as STANDARD
    from browsercors.engines.webkit.profile import WEBKIT as WEBKIT
    from browsercors.explain.as_data import report_as_data as report_as_data
    from browsercors.explain.as_html import report_as_html as report_as_html
    from browsercors.explain.as_markdown import report_as_markdown as report_as_markdown
    from browsercors.explain.as_mermaid import report_as_mermaid as report_as_mermaid
    from browsercors.explain.as_text import report_as_text as report_as_text
    from browsercors.explain.configurations import Configuration as Configuration, configuration as configuration
    from browsercors.explain.report import Fix as Fix, Report as Report, Surprise as Surprise
    from browsercors.fetch.bodies import (
        Blob as Blob,
        FormData as FormData,
        ReadableStream as ReadableStream,
        URLSearchParams as URLSearchParams,
    )
    from browsercors.fetch.request_class import FetchTypeError as FetchTypeError
    from browsercors.fetch.timeline import (
        CachedResponse as CachedResponse,
        Exchange as Exchange,
        ExchangeKind as ExchangeKind,
        RememberedPreflight as RememberedPreflight,
    )
    from browsercors.har.reading import HarProblem as HarProblem
    from browsercors.har.replaying import HarError as HarError, read_har as read_har
    from browsercors.har.verdicts import HarReading as HarReading, HarVerdict as HarVerdict
    from browsercors.pasted.reader import read_pasted as read_pasted
    from browsercors.pasted.results import (
        PastedExchange as PastedExchange,
        PastedHeader as PastedHeader,
        PastedMessage as PastedMessage,
        PastedRequest as PastedRequest,
        PastedResponse as PastedResponse,
        PastedTopic as PastedTopic,
        Unreadable as Unreadable,
    )
    from browsercors.policy.audit import audit as audit
    from browsercors.policy.audit_as_data import audit_as_data as audit_as_data
    from browsercors.policy.audit_as_html import audit_as_html as audit_as_html
    from browsercors.policy.audit_as_sarif import audit_as_sarif as audit_as_sarif
    from browsercors.policy.audit_as_text import audit_as_text as audit_as_text
    from browsercors.policy.audit_findings import (
        AuditFinding as AuditFinding,
        AuditProblem as AuditProblem,
        AuditReport as AuditReport,
        Severity as Severity,
    )
    from browsercors.policy.checking import check_policy as check_policy, find_violations as find_violations
    from browsercors.policy.contradictions import PolicyError as PolicyError
    from browsercors.policy.laws import check_laws as check_laws, find_broken_laws as find_broken_laws
    from browsercors.policy.machine import PolicyMachine as PolicyMachine
    from browsercors.policy.near_misses import NearMiss as NearMiss, NearMissKind as NearMissKind
    from browsercors.policy.patterns import (
        ANY_ORIGIN as ANY_ORIGIN,
        ports_of as ports_of,
        subdomains_of as subdomains_of,
    )
    from browsercors.policy.policy import Policy as Policy
    from browsercors.policy.steps import (
        Advance as Advance,
        ChangePolicy as ChangePolicy,
        Clear as Clear,
        Fetch as Fetch,
        Memory as Memory,
        Session as Session,
        Visit as Visit,
    )
    from browsercors.policy.violations import (
        PolicyViolation as PolicyViolation,
        Violation as Violation,
        ViolationKind as ViolationKind,
    )
    from browsercors.rules.profile import BrowserProfile as BrowserProfile
    from browsercors.servers.cache_events import CacheEvent as CacheEvent, CacheOutcome as CacheOutcome
    from browsercors.servers.lifespan import LifespanError as LifespanError
    from browsercors.servers.scripted import Answer as Answer, ScriptedServer as ScriptedServer
    from browsercors.servers.shared_cache import SharedCache as SharedCache
    from browsercors.testing.recording import BrowserFactory as BrowserFactory
    from browsercors.values.findings import Block as Block, Finding as Finding, Outcome as Outcome, Reason as Reason
    from browsercors.values.headers import Headers as Headers
    from browsercors.values.literals import (
        BrowserName as BrowserName,
        Interface as Interface,
        ReferrerPolicy as ReferrerPolicy,
        RequestCache as RequestCache,
        RequestCredentials as RequestCredentials,
        RequestMode as RequestMode,
        RequestRedirect as RequestRedirect,
        SameSite as SameSite,
    )

_HOME_OF: Final = {name: home for home, names in _HOMES.items() for name in names}

__all__ = tuple(_HOME_OF)  # pyright: ignore[reportUnsupportedDunderAll] - what it gives out is imported above


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    if "hypothesis" in sys.modules:
        import_module(f"{__name__}.hypothesis_entry").register()
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
