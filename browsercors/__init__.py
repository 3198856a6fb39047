"""
The browser side of CORS: what a real browser would send, what the page may read, and why.

Names are loaded when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from browsercors.browser.browser import AsyncBrowser, Browser
    from browsercors.browser.clock import Clock
    from browsercors.browser.errors import CORSBlocked, FetchBlocked, OpaqueResponse, UnreadableResponse
    from browsercors.browser.page import AsyncPage, Page
    from browsercors.browser.questions import (
        Classification,
        PreflightRequest,
        ResponseCheck,
        check_response,
        classify,
        preflight_request,
    )
    from browsercors.browser.result import FetchResult
    from browsercors.engines.chromium.profile import CHROMIUM
    from browsercors.engines.firefox.profile import FIREFOX
    from browsercors.engines.standard.profile import STANDARD
    from browsercors.engines.webkit.profile import WEBKIT
    from browsercors.explain.as_data import report_as_data
    from browsercors.explain.as_html import report_as_html
    from browsercors.explain.as_markdown import report_as_markdown
    from browsercors.explain.as_mermaid import report_as_mermaid
    from browsercors.explain.as_text import report_as_text
    from browsercors.explain.configurations import Configuration, configuration
    from browsercors.explain.report import Fix, Report, Surprise
    from browsercors.fetch.bodies import Blob, FormData, ReadableStream, URLSearchParams
    from browsercors.fetch.request_class import FetchTypeError
    from browsercors.fetch.timeline import CachedResponse, Exchange, ExchangeKind, RememberedPreflight
    from browsercors.har.reading import HarProblem
    from browsercors.har.replaying import HarError, read_har
    from browsercors.har.verdicts import HarReading, HarVerdict
    from browsercors.policy.audit import audit
    from browsercors.policy.audit_as_data import audit_as_data
    from browsercors.policy.audit_as_html import audit_as_html
    from browsercors.policy.audit_as_sarif import audit_as_sarif
    from browsercors.policy.audit_as_text import audit_as_text
    from browsercors.policy.audit_findings import AuditFinding, AuditProblem, AuditReport, Severity
    from browsercors.policy.checking import check_policy, find_violations
    from browsercors.policy.contradictions import PolicyError
    from browsercors.policy.laws import check_laws, find_broken_laws
    from browsercors.policy.machine import PolicyMachine
    from browsercors.policy.patterns import ANY_ORIGIN, ports_of, subdomains_of
    from browsercors.policy.policy import Policy
    from browsercors.policy.violations import PolicyViolation, Violation, ViolationKind
    from browsercors.rules.profile import BrowserProfile
    from browsercors.servers.cache_events import CacheEvent, CacheOutcome
    from browsercors.servers.lifespan import LifespanError
    from browsercors.servers.scripted import Answer, ScriptedServer
    from browsercors.servers.shared_cache import SharedCache
    from browsercors.values.findings import Block, Finding, Outcome, Reason
    from browsercors.values.headers import Headers

__version__ = "0.1.0"

__all__ = (
    "ANY_ORIGIN",
    "CHROMIUM",
    "FIREFOX",
    "STANDARD",
    "WEBKIT",
    "Answer",
    "AsyncBrowser",
    "AsyncPage",
    "AuditFinding",
    "AuditProblem",
    "AuditReport",
    "Blob",
    "Block",
    "Browser",
    "BrowserProfile",
    "CORSBlocked",
    "CacheEvent",
    "CacheOutcome",
    "CachedResponse",
    "Classification",
    "Clock",
    "Configuration",
    "Exchange",
    "ExchangeKind",
    "FetchBlocked",
    "FetchResult",
    "FetchTypeError",
    "Finding",
    "Fix",
    "FormData",
    "HarError",
    "HarProblem",
    "HarReading",
    "HarVerdict",
    "Headers",
    "LifespanError",
    "OpaqueResponse",
    "Outcome",
    "Page",
    "Policy",
    "PolicyError",
    "PolicyMachine",
    "PolicyViolation",
    "PreflightRequest",
    "ReadableStream",
    "Reason",
    "RememberedPreflight",
    "Report",
    "ResponseCheck",
    "ScriptedServer",
    "Severity",
    "SharedCache",
    "Surprise",
    "URLSearchParams",
    "UnreadableResponse",
    "Violation",
    "ViolationKind",
    "audit",
    "audit_as_data",
    "audit_as_html",
    "audit_as_sarif",
    "audit_as_text",
    "check_laws",
    "check_policy",
    "check_response",
    "classify",
    "configuration",
    "find_broken_laws",
    "find_violations",
    "ports_of",
    "preflight_request",
    "read_har",
    "report_as_data",
    "report_as_html",
    "report_as_markdown",
    "report_as_mermaid",
    "report_as_text",
    "subdomains_of",
)

_HOMES = {
    "browser.browser": ("AsyncBrowser", "Browser"),
    "browser.clock": ("Clock",),
    "browser.errors": ("CORSBlocked", "FetchBlocked", "OpaqueResponse", "UnreadableResponse"),
    "browser.page": ("AsyncPage", "Page"),
    "browser.questions": (
        "Classification",
        "PreflightRequest",
        "ResponseCheck",
        "check_response",
        "classify",
        "configuration",
        "preflight_request",
    ),
    "browser.result": ("FetchResult",),
    "engines.chromium.profile": ("CHROMIUM",),
    "engines.firefox.profile": ("FIREFOX",),
    "engines.standard.profile": ("STANDARD",),
    "engines.webkit.profile": ("WEBKIT",),
    "explain.as_data": ("report_as_data",),
    "explain.as_html": ("report_as_html",),
    "explain.as_markdown": ("report_as_markdown",),
    "explain.as_mermaid": ("report_as_mermaid",),
    "explain.as_text": ("report_as_text",),
    "explain.configurations": ("Configuration", "configuration"),
    "explain.report": ("Fix", "Report", "Surprise"),
    "fetch.bodies": ("Blob", "FormData", "ReadableStream", "URLSearchParams"),
    "fetch.request_class": ("FetchTypeError",),
    "fetch.timeline": ("CachedResponse", "Exchange", "ExchangeKind", "RememberedPreflight"),
    "har.reading": ("HarProblem",),
    "har.replaying": ("HarError", "read_har"),
    "har.verdicts": ("HarReading", "HarVerdict"),
    "policy.checking": ("check_policy", "find_violations"),
    "policy.contradictions": ("PolicyError",),
    "policy.laws": ("check_laws", "find_broken_laws"),
    "policy.machine": ("PolicyMachine",),
    "policy.patterns": ("ANY_ORIGIN", "ports_of", "subdomains_of"),
    "policy.policy": ("Policy",),
    "servers.cache_events": ("CacheEvent", "CacheOutcome"),
    "policy.audit": ("audit",),
    "policy.audit_as_data": ("audit_as_data",),
    "policy.audit_as_html": ("audit_as_html",),
    "policy.audit_as_sarif": ("audit_as_sarif",),
    "policy.audit_as_text": ("audit_as_text",),
    "policy.audit_findings": ("AuditFinding", "AuditProblem", "AuditReport", "Severity"),
    "policy.violations": ("PolicyViolation", "Violation", "ViolationKind"),
    "rules.profile": ("BrowserProfile",),
    "servers.lifespan": ("LifespanError",),
    "servers.scripted": ("Answer", "ScriptedServer"),
    "servers.shared_cache": ("SharedCache",),
    "values.findings": ("Block", "Finding", "Outcome", "Reason"),
    "values.headers": ("Headers",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


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
