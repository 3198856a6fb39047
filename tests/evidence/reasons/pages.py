"""
The pages of reasons: where they are, and what in them is generated, the browsers' names and the list of all.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from browsercors.engines.registry import real_browsers
from browsercors.explain.catalogue.console_messages import console_messages
from browsercors.explain.catalogue.find import CODES, grouped, parse_page
from browsercors.explain.surprises.codes import SurpriseCode
from browsercors.rules.failures import FailedFetch
from browsercors.values.findings import CORS_CHECK_REASONS, SERVICE_WORKER_REASONS, Algorithm, Reason
from browsercors.values.requests import RedirectMode, ResponseTainting
from browsercors.values.sockets import Violation
from browsercors.values.transport import Fault
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from browsercors.explain.catalogue.find import ReasonPage

__all__ = ["BROWSERS", "DIRECTORY", "exchanges", "index", "names_of", "page_text", "pages", "with_names"]

DIRECTORY: Final = Path(__file__).parents[3] / "spec_notes" / "reasons"

BROWSERS: Final = {"chromium": "Chromium", "firefox": "Firefox", "webkit": "WebKit"}

EXCHANGE: Final = re.compile(r"^```exchange\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMES: Final = re.compile(r"(?<=^## What browsers call it\n\n).*?(?=^## )", re.MULTILINE | re.DOTALL)

RULE: Final = Algorithm("a rule", "")

# Where fetches stand when they fail: what a browser calls a failure may depend on it.
AT_HOME: Final = ResponseTainting.BASIC
ABROAD: Final = FailedFetch()
PREFLIGHTS: Final = (
    FailedFetch(during_preflight=True),
    FailedFetch(during_preflight=True, redirect_mode=RedirectMode.ERROR),
)
REDIRECTS: Final = (
    FailedFetch(status=302, url=parse_url("https://api.example.com/")),
    FailedFetch(status=302, url=parse_url("https://app.example.com/"), tainting=AT_HOME),
)
OTHERS: Final = (
    ABROAD,
    FailedFetch(tainting=AT_HOME),
    FailedFetch(tainting=ResponseTainting.OPAQUE),
    FailedFetch(is_xml_http_request=True),
)
LOADS: Final = tuple(
    FailedFetch(is_load=True, destination=destination, is_under_cors=tainting is not ResponseTainting.OPAQUE,
                tainting=tainting)
    for destination in ("image", "script", "style", "video", "worker")
    for tainting in (AT_HOME, ResponseTainting.OPAQUE, ResponseTainting.CORS)
)  # fmt: skip

SOCKETS: Final = (FailedFetch(is_load=True, initiator="websocket"),)

NETWORK: Final = frozenset(
    {Reason.CONNECTION_FAILED, Reason.TIMED_OUT, Reason.INVALID_RESPONSE, Reason.PROXY_AUTHENTICATION}
)
OF_PREFLIGHTS: Final = frozenset(
    {
        Reason.PREFLIGHT_REDIRECTED,
        Reason.PREFLIGHT_STATUS_NOT_OK,
        Reason.ALLOW_METHODS_INVALID,
        Reason.ALLOW_HEADERS_INVALID,
        Reason.METHOD_NOT_ALLOWED,
        Reason.HEADER_NOT_ALLOWED,
    }
)

OF_LOADS: Final = frozenset(
    {
        Reason.OPAQUE_RESPONSE_BLOCKED,
        Reason.MIME_TYPE_BLOCKED,
        Reason.NOSNIFF,
        Reason.STATUS_NOT_OK,
        Reason.CONTENT_NOT_USABLE,
        Reason.URL_INVALID,
        Reason.URL_WITH_CREDENTIALS,
        Reason.LOAD_NOT_SUPPORTED,
        Reason.SHARED_WORKER_MISMATCH,
        Reason.INTEGRITY_POLICY,
    }
)

OF_REGISTRATIONS: Final = frozenset({Reason.SERVICE_WORKER_SCOPE, Reason.SERVICE_WORKER_NOT_ALLOWED})

CONNECTION_FAULTS: Final = (Fault.REFUSED, Fault.RESET, Fault.NAME_NOT_RESOLVED, Fault.EMPTY, Fault.CUT_HEAD)

EVIDENCE: Final[dict[Reason, tuple[dict[str, Any], ...]]] = {
    Reason.CONNECTION_FAILED: ({}, *({"fault": fault} for fault in CONNECTION_FAULTS)),
    Reason.INVALID_RESPONSE: (
        {},
        *(
            {"fault": fault}
            for fault in (
                Fault.MALFORMED_HEAD,
                Fault.DIFFERENT_LENGTHS,
                Fault.DIFFERENT_DISPOSITIONS,
                Fault.HEAD_TOO_LARGE,
                Fault.MALFORMED_CHUNK,
            )
        ),
    ),
    Reason.CROSS_ORIGIN_RESOURCE_POLICY: ({"policy": b"same-origin"}, {"policy": b"same-site"}),
    Reason.REDIRECT_LOCATION_INVALID: (
        {"location": b"https://x:y/"},
        {"location": b"/a, /b", "fault": Fault.DIFFERENT_LOCATIONS},
    ),
    Reason.REDIRECT_SCHEME_NOT_HTTP: tuple(
        {"location": location} for location in ("data:,x", "file:///x", "ftp://x/", "mailto:x")
    ),
    Reason.REDIRECT_WITH_CREDENTIALS: (
        {"location": "https://u@api.example.com/"},
        {"location": "https://u@app.example.com/"},
    ),
    **dict.fromkeys(SERVICE_WORKER_REASONS, ({"worker": "https://app.example.com/sw.js"},)),
    Reason.WEBSOCKET_STATUS: ({"status": 403}, {"status": 401}),
    Reason.WEBSOCKET_HANDSHAKE_INVALID: tuple(
        {"name": name, "value": value, "repeated": repeated}
        for name, value, repeated in (
            *(("Sec-WebSocket-Accept", None, False), ("Sec-WebSocket-Accept", b"x", False)),
            *(("Upgrade", b"h2c", False), ("Connection", b"close", False), ("Upgrade", b"websocket", True)),
        )
    ),
    Reason.WEBSOCKET_PROTOCOL_MISMATCH: tuple(
        {"offered": offered, "chosen": chosen, "repeated": repeated}
        for offered, chosen, repeated in (
            *(([b"chat"], None, False), ([b"chat"], b"x", False), ([], b"x", False), ([b"chat"], b"chat", True)),
        )
    ),
    Reason.WEBSOCKET_FRAME_INVALID: tuple({"violation": violation.value} for violation in Violation),
    Reason.SCHEME_NOT_SUPPORTED: tuple({"scheme": scheme} for scheme in ("localhost", "file", "ftp", "blob")),
}


def pages() -> list[ReasonPage]:
    """
    Read the pages, in the order of their codes.
    """
    return [parse_page(page_text(code)) for code in CODES]


def page_text(code: str) -> str:
    """
    Return the text of the page of *code*.
    """
    return (DIRECTORY / f"{code}.md").read_text("utf-8")


def exchanges(section: str) -> list[str]:
    """
    Return the exchanges that are written down in a section.
    """
    return EXCHANGE.findall(section)


def failed_fetch_of(reason: Reason) -> Sequence[FailedFetch]:
    """
    Return where a fetch can stand when it fails by *reason*.
    """
    if reason in OF_PREFLIGHTS:
        return PREFLIGHTS if reason is Reason.PREFLIGHT_REDIRECTED else PREFLIGHTS[:1]
    if reason in CORS_CHECK_REASONS:
        return (ABROAD, PREFLIGHTS[0], REDIRECTS[0])
    if reason.value.startswith("redirect-"):
        return REDIRECTS
    if reason is Reason.SAME_ORIGIN_MODE:
        return (ABROAD, *REDIRECTS, *LOADS[:1])
    if reason in OF_LOADS:
        return LOADS
    if reason is Reason.SERVICE_WORKER_FETCH_FAILED:
        return (FailedFetch(within=(RULE.failed("1", Reason.ALLOW_ORIGIN_MISSING), ABROAD)), ABROAD)
    if reason in OF_REGISTRATIONS:
        return (FailedFetch(is_load=True, destination="serviceworker", initiator="service-worker"),)
    if reason.value.startswith("websocket-"):
        return SOCKETS
    if reason is Reason.CONTENT_SECURITY_POLICY:
        return (*OTHERS, *LOADS)
    return (*PREFLIGHTS[:1], *OTHERS) if reason in NETWORK else OTHERS


def names_of(code: str) -> dict[str, list[str]]:
    """
    Return what each browser may call the failure of *code*, by the browser's name as people write it.
    """
    names: dict[str, list[str]] = {written: [] for written in BROWSERS.values()}
    if code in {surprise.value for surprise in SurpriseCode}:
        return names
    reason = Reason(code)
    for profile in real_browsers():
        of_profile = names[BROWSERS[profile.name]]
        for failed in failed_fetch_of(reason):
            for evidence in EVIDENCE.get(reason, ({},)):
                identifier = profile.identifier(RULE.failed("1", reason, **evidence), failed)
                if identifier is not None and identifier.name not in of_profile:
                    of_profile.append(identifier.name)
    return names


def with_names(text: str) -> str:
    """
    Return the text of a page with what browsers call it, and how they put it.
    """
    code = parse_page(text).code
    names = names_of(code)
    lines = [f"- {browser}: {', '.join(map('`{}`'.format, named)) or 'nothing'}\n" for browser, named in names.items()]
    words = [message.words for message in console_messages() if code in message.codes]
    if words:
        lines += ["\n", "Words of their consoles:\n", "\n", *(f"- {said}\n" for said in words)]
    return NAMES.sub(lambda _: "".join([*lines, "\n"]), text)


def index(all_pages: Iterable[ReasonPage]) -> str:
    """
    Return the list of all pages.
    """
    lines = [
        "# Reasons, one page each",
        "",
        "Each way to be blocked has a page, and so does each surprise that blocks nothing. A page shows the smallest",
        "exchange that ends this way and the smallest change that fixes it; tests run both. To read a page in a",
        "terminal, use `browsercors reason` with its code, with a browser's name for the failure, or with a line from",
        "a browser's console.",
        "",
        "Chromium's names come from its developer tools, Firefox's are the categories of its console. WebKit has only",
        "messages, so its names are ours.",
    ]
    for heading, members in grouped(all_pages).items():
        lines += ["", f"## {heading}", "", "| code | what you see |", "| --- | --- |"]
        lines += [f"| [{page.code}]({page.code}.md) | {page.symptom} |" for page in members]
    return "\n".join([*lines, ""])
