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
    "initiators.bodies.blob": ("Blob",),
    "initiators.bodies.form_data": ("FormData",),
    "initiators.bodies.readable_stream": ("ReadableStream",),
    "initiators.bodies.url_search_params": ("URLSearchParams",),
    "initiators.header_guard": ("FetchTypeError",),
    # What came of it: what the page sees, what went over the wire, and which rule decided.
    "browser.page_headers": ("HiddenHeader",),
    "browser.result": (
        "CORSBlocked",
        "FetchBlocked",
        "FetchResult",
        "OpaqueResponse",
        "PageResult",
        "UnreadableResponse",
    ),
    "browser.loads": (
        "FontResult",
        "ImageResult",
        "LoadResult",
        "ManifestResult",
        "MediaResult",
        "PreloadResult",
        "ScriptResult",
        "StylesheetResult",
        "TrackResult",
    ),
    # Service workers, which a function plays.
    "browser.service_workers.cache_store": ("InvalidStateError",),
    "browser.service_workers.event": ("AsyncFetchEvent", "FetchEvent"),
    "browser.service_workers.messages": ("ServiceWorkerRequest", "ServiceWorkerResponse"),
    "browser.service_workers.registration": ("ServiceWorkerRegistration",),
    "fetch.service_workers.calls": ("WorkerResponse",),
    "browser.workers.worker": ("AsyncWorker", "ImportedScript", "ImportedScripts", "Worker"),
    "browser.channels.websocket": ("AsyncWebSocket", "WebSocket", "WebSocketClosed"),
    "values.findings": ("Block", "Finding", "Outcome", "Reason"),
    "browser.performance": ("Performance",),
    "fetch.loads.resource_timing": ("ResourceTiming",),
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
        "same_origin",
        "same_site",
    ),
    "browser.which_request": ("LoadRequest", "which_request"),
    # Why, and what to change.
    "explain.report": ("Fix", "Report", "Surprise"),
    "explain.formats.json": ("report_as_data",),
    "explain.formats.html.page": ("report_as_html",),
    "explain.formats.markdown": ("report_as_markdown",),
    "explain.formats.mermaid": ("report_as_mermaid",),
    "explain.formats.text": ("report_as_text",),
    "explain.configurations.choose": ("Configuration", "configuration"),
    # Who answers.
    "servers.scripted": ("Answer", "ScriptedServer", "UnscriptedRequests"),
    "servers.scripted_sockets": ("RawFrames", "WebSocketAnswer", "WebSocketClose"),
    "har.har_server": ("har_server",),
    "servers.shared_cache.cache": ("SharedCache",),
    "servers.shared_cache.events": ("CacheEvent", "CacheOutcome"),
    "servers.applications.lifespan": ("LifespanError",),
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
    "policy.origins.patterns": ("ANY_ORIGIN", "origins_where", "ports_of", "subdomains_of"),
    "policy.names": ("ANY",),
    "policy.ignored": ("Ignored",),
    "policy.presets.presets": (
        "aiohttp_cors_defaults",
        "django_cors_headers_defaults",
        "express_cors_defaults",
        "falcon_defaults",
        "fastapi_defaults",
        "flask_cors_defaults",
        "litestar_defaults",
        "quart_cors_defaults",
        "sanic_ext_defaults",
        "starlette_defaults",
    ),
    "policy_check.check": ("check_policy", "find_violations", "policy_report"),
    "policy_check.laws": ("check_laws", "find_broken_laws"),
    "policy_check.machine": ("PolicyMachine",),
    "policy.account": ("UntriedCells", "UntriedCellsWarning"),
    "policy_check.failures": ("PolicyViolation",),
    "policy_check.report": ("CheckReport",),
    "policy_check.violations": ("Violation", "ViolationKind"),
    "policy.origins.near_misses": ("NearMiss", "NearMissKind"),
    "policy.sessions": ("Advance", "ChangePolicy", "Clear", "Fetch", "Load", "Memory", "Session", "Visit"),
    # Tests: what the fixture `make_cors_browser` gives.
    "testing.recording": ("BrowserFactory",),
    "testing.unittest_mixin": ("CORSTestMixin",),
    "testing.expect": ("Expectation", "ExpectationFailed", "expect"),
    # The tests that are there, from a page.
    "clients.as_page": ("as_page",),
    # Audits.
    "audits.audit": ("audit", "audit_plan"),
    "audits.findings": ("AuditFinding", "AuditReport", "Severity"),
    "policy.problems": ("AuditProblem",),
    "audits.formats.json": ("audit_as_data",),
    "audits.formats.html": ("audit_as_html",),
    "audits.formats.sarif": ("audit_as_sarif",),
    "audits.formats.text": ("audit_as_text",),
    # The words that arguments take, for annotations.
    "values.element_literals": (
        "ElementEvent",
        "ImageProperty",
        "ImportType",
        "MediaElement",
        "ScriptType",
        "WorkerCredentials",
    ),
    "values.literals": (
        "BrowserName",
        "Interface",
        "LoadName",
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
    from browsercors.audits.audit import audit as audit, audit_plan as audit_plan
    from browsercors.audits.findings import (
        AuditFinding as AuditFinding,
        AuditReport as AuditReport,
        Severity as Severity,
    )
    from browsercors.audits.formats.html import audit_as_html as audit_as_html
    from browsercors.audits.formats.json import audit_as_data as audit_as_data
    from browsercors.audits.formats.sarif import audit_as_sarif as audit_as_sarif
    from browsercors.audits.formats.text import audit_as_text as audit_as_text
    from browsercors.browser.browser import AsyncBrowser as AsyncBrowser, Browser as Browser
    from browsercors.browser.channels.websocket import (
        AsyncWebSocket as AsyncWebSocket,
        WebSocket as WebSocket,
        WebSocketClosed as WebSocketClosed,
    )
    from browsercors.browser.clock import Clock as Clock
    from browsercors.browser.loads import (
        FontResult as FontResult,
        ImageResult as ImageResult,
        LoadResult as LoadResult,
        ManifestResult as ManifestResult,
        MediaResult as MediaResult,
        PreloadResult as PreloadResult,
        ScriptResult as ScriptResult,
        StylesheetResult as StylesheetResult,
        TrackResult as TrackResult,
    )
    from browsercors.browser.page import AsyncPage as AsyncPage, Page as Page
    from browsercors.browser.page_headers import HiddenHeader as HiddenHeader
    from browsercors.browser.performance import Performance as Performance
    from browsercors.browser.questions import (
        Classification as Classification,
        PreflightRequest as PreflightRequest,
        ResponseCheck as ResponseCheck,
        check_response as check_response,
        classify as classify,
        preflight_request as preflight_request,
        same_origin as same_origin,
        same_site as same_site,
    )
    from browsercors.browser.result import (
        CORSBlocked as CORSBlocked,
        FetchBlocked as FetchBlocked,
        FetchResult as FetchResult,
        OpaqueResponse as OpaqueResponse,
        PageResult as PageResult,
        UnreadableResponse as UnreadableResponse,
    )
    from browsercors.browser.service_workers.cache_store import InvalidStateError as InvalidStateError
    from browsercors.browser.service_workers.event import AsyncFetchEvent as AsyncFetchEvent, FetchEvent as FetchEvent
    from browsercors.browser.service_workers.messages import (
        ServiceWorkerRequest as ServiceWorkerRequest,
        ServiceWorkerResponse as ServiceWorkerResponse,
    )
    from browsercors.browser.service_workers.registration import (
        ServiceWorkerRegistration as ServiceWorkerRegistration,
    )
    from browsercors.browser.which_request import LoadRequest as LoadRequest, which_request as which_request
    from browsercors.browser.workers.worker import (
        AsyncWorker as AsyncWorker,
        ImportedScript as ImportedScript,
        ImportedScripts as ImportedScripts,
        Worker as Worker,
    )
    from browsercors.clients.as_page import as_page as as_page
    from browsercors.engines.chromium.profile import CHROMIUM as CHROMIUM
    from browsercors.engines.firefox.profile import FIREFOX as FIREFOX
    from browsercors.engines.standard.profile import STANDARD as STANDARD
    from browsercors.engines.webkit.profile import WEBKIT as WEBKIT
    from browsercors.explain.configurations.choose import Configuration as Configuration, configuration as configuration
    from browsercors.explain.formats.html.page import report_as_html as report_as_html
    from browsercors.explain.formats.json import report_as_data as report_as_data
    from browsercors.explain.formats.markdown import report_as_markdown as report_as_markdown
    from browsercors.explain.formats.mermaid import report_as_mermaid as report_as_mermaid
    from browsercors.explain.formats.text import report_as_text as report_as_text
    from browsercors.explain.report import Fix as Fix, Report as Report, Surprise as Surprise
    from browsercors.fetch.loads.resource_timing import ResourceTiming as ResourceTiming
    from browsercors.fetch.service_workers.calls import WorkerResponse as WorkerResponse
    from browsercors.fetch.timeline import (
        CachedResponse as CachedResponse,
        Exchange as Exchange,
        ExchangeKind as ExchangeKind,
        RememberedPreflight as RememberedPreflight,
    )
    from browsercors.har.har_server import har_server as har_server
    from browsercors.har.reading import HarProblem as HarProblem
    from browsercors.har.replaying import HarError as HarError, read_har as read_har
    from browsercors.har.verdicts import HarReading as HarReading, HarVerdict as HarVerdict
    from browsercors.initiators.bodies.blob import Blob as Blob
    from browsercors.initiators.bodies.form_data import FormData as FormData
    from browsercors.initiators.bodies.readable_stream import ReadableStream as ReadableStream
    from browsercors.initiators.bodies.url_search_params import URLSearchParams as URLSearchParams
    from browsercors.initiators.header_guard import FetchTypeError as FetchTypeError
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
    from browsercors.policy.account import UntriedCells as UntriedCells, UntriedCellsWarning as UntriedCellsWarning
    from browsercors.policy.contradictions import PolicyError as PolicyError
    from browsercors.policy.ignored import Ignored as Ignored
    from browsercors.policy.names import ANY as ANY
    from browsercors.policy.origins.near_misses import NearMiss as NearMiss, NearMissKind as NearMissKind
    from browsercors.policy.origins.patterns import (
        ANY_ORIGIN as ANY_ORIGIN,
        origins_where as origins_where,
        ports_of as ports_of,
        subdomains_of as subdomains_of,
    )
    from browsercors.policy.policy import Policy as Policy
    from browsercors.policy.presets.presets import (
        aiohttp_cors_defaults as aiohttp_cors_defaults,
        django_cors_headers_defaults as django_cors_headers_defaults,
        express_cors_defaults as express_cors_defaults,
        falcon_defaults as falcon_defaults,
        fastapi_defaults as fastapi_defaults,
        flask_cors_defaults as flask_cors_defaults,
        litestar_defaults as litestar_defaults,
        quart_cors_defaults as quart_cors_defaults,
        sanic_ext_defaults as sanic_ext_defaults,
        starlette_defaults as starlette_defaults,
    )
    from browsercors.policy.problems import AuditProblem as AuditProblem
    from browsercors.policy.sessions import (
        Advance as Advance,
        ChangePolicy as ChangePolicy,
        Clear as Clear,
        Fetch as Fetch,
        Load as Load,
        Memory as Memory,
        Session as Session,
        Visit as Visit,
    )
    from browsercors.policy_check.check import (
        check_policy as check_policy,
        find_violations as find_violations,
        policy_report as policy_report,
    )
    from browsercors.policy_check.failures import PolicyViolation as PolicyViolation
    from browsercors.policy_check.laws import check_laws as check_laws, find_broken_laws as find_broken_laws
    from browsercors.policy_check.machine import PolicyMachine as PolicyMachine
    from browsercors.policy_check.report import CheckReport as CheckReport
    from browsercors.policy_check.violations import (
        Violation as Violation,
        ViolationKind as ViolationKind,
    )
    from browsercors.rules.profile import BrowserProfile as BrowserProfile
    from browsercors.servers.applications.lifespan import LifespanError as LifespanError
    from browsercors.servers.scripted import (
        Answer as Answer,
        ScriptedServer as ScriptedServer,
        UnscriptedRequests as UnscriptedRequests,
    )
    from browsercors.servers.scripted_sockets import (
        RawFrames as RawFrames,
        WebSocketAnswer as WebSocketAnswer,
        WebSocketClose as WebSocketClose,
    )
    from browsercors.servers.shared_cache.cache import SharedCache as SharedCache
    from browsercors.servers.shared_cache.events import CacheEvent as CacheEvent, CacheOutcome as CacheOutcome
    from browsercors.testing.expect import (
        Expectation as Expectation,
        ExpectationFailed as ExpectationFailed,
        expect as expect,
    )
    from browsercors.testing.recording import BrowserFactory as BrowserFactory
    from browsercors.testing.unittest_mixin import CORSTestMixin as CORSTestMixin
    from browsercors.values.element_literals import (
        ElementEvent as ElementEvent,
        ImageProperty as ImageProperty,
        ImportType as ImportType,
        MediaElement as MediaElement,
        ScriptType as ScriptType,
        WorkerCredentials as WorkerCredentials,
    )
    from browsercors.values.findings import Block as Block, Finding as Finding, Outcome as Outcome, Reason as Reason
    from browsercors.values.headers import Headers as Headers
    from browsercors.values.literals import (
        BrowserName as BrowserName,
        Interface as Interface,
        LoadName as LoadName,
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
        # NB: `difflib` is imported when a name is wrong; the interpreter asks for some with underscores, which are not.
        from browsercors.values.habits import MODULE_HABITS, near

        told = MODULE_HABITS.get(name)
        hint = f": {told}" if told else "" if name.startswith("_") else near(name, __all__)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}{hint}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    if "hypothesis" in sys.modules:
        import_module(f"{__name__}.hypothesis_entry").register()
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
