"""
What can be done where no change to a server's headers helps, or where another fault hides behind the missing header.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.explain.fixes.page_changes import leads_to_login
from browsercors.explain.fixes.server_changes import ORIGIN_REASONS
from browsercors.explain.words.sanitise import shown
from browsercors.explain.words.templates import Template
from browsercors.values.findings import Reason
from browsercors.values.responses import REDIRECT_STATUSES, is_ok_status
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from browsercors.explain.fixes.proof import Failure

__all__ = ["advice_of", "login_of"]


class Situation(NamedTuple):
    """
    What advice is chosen by.

    Attributes:
        failure: What failed.
        reason: Its cause.
        during_preflight: Whether the preflight failed.
        status: The status of the answer that decided; 0 without one.
        login: Where the log-in is that a redirect leads to; empty if none does.
        asks_for_login: Whether the answer that decided asks for credentials.
        has_cors: Whether the answer that decided shows a CORS layer: a header of CORS, or a Vary that names Origin.
        has_cause: Whether a response shows who answered.
        origin: What the request called its origin.
        page_origin: The page's origin.
    """

    failure: Failure
    reason: Reason
    during_preflight: bool
    status: int
    login: str
    asks_for_login: bool
    has_cors: bool
    has_cause: bool
    origin: str
    page_origin: str

    @property
    def is_refused(self) -> bool:
        """
        Whether the preflight's answer has a status that is none of consent, whatever else it lacks.
        """
        lacks = self.reason in ORIGIN_REASONS or self.reason is Reason.PREFLIGHT_STATUS_NOT_OK
        return self.during_preflight and lacks and self.status > 0 and not is_ok_status(self.status)

    @property
    def is_error(self) -> bool:
        """
        Whether the page may not see that the answer is an error.
        """
        return self.reason in ORIGIN_REASONS and not self.during_preflight and self.status >= FIRST_ERROR


def advice_of(failure: Failure, *, has_cause: bool = False) -> str:
    """
    Return what can be done beyond headers; empty where headers are all there is to it, or where the cause says it.

    Args:
        failure: What failed.
        has_cause: Whether a response shows who answered, and so what to change there.
    """
    situation = _situation(failure, has_cause=has_cause)
    template = next((template for applies, template in SITUATIONS if applies(situation)), None)
    if template is None:
        told_by_cause = has_cause and failure.reason is Reason.MIXED_CONTENT
        return "" if told_by_cause else ADVICE.get(failure.reason, "")
    return template.fill({"status": situation.status, "login": situation.login})


def _situation(failure: Failure, *, has_cause: bool) -> Situation:
    params = failure.trial.params
    exchange = failure.exchange
    status = (exchange.status if exchange is not None else None) or 0
    headers = {} if exchange is None else exchange.response_headers
    return Situation(
        failure,
        failure.reason,
        params.in_preflight,
        status,
        login_of(failure),
        status in ASKS_FOR_LOGIN or "WWW-Authenticate" in headers,
        any(name.lower().startswith("access-control-") for name in headers)
        or "origin" in headers.get("Vary", "").lower(),
        has_cause,
        params.request.byte_serialized_origin().decode("ascii"),
        params.request.origin.serialized,
    )


def login_of(failure: Failure) -> str:
    """
    Return the log-in that the failed redirect led to, or was about to lead to; empty if there is none.
    """
    params = failure.trial.params
    exchange = failure.exchange
    urls = list(params.request.url_list[1:])
    if exchange is not None and exchange.status in REDIRECT_STATUSES:
        location = parse_url(exchange.response_headers.get("Location", ""), exchange.http_request.url)
        urls += [] if location is None else [location]
    asked = params.request.url_list[0]
    return next((shown(url.href) for url in urls if leads_to_login(asked, url)), "")


ASKS_FOR_LOGIN: Final = frozenset({401, 407})
FIRST_ERROR: Final = 400
REDIRECTED: Final[frozenset[Reason]] = frozenset(
    {Reason.PREFLIGHT_REDIRECTED, Reason.REDIRECT_MODE_ERROR, Reason.NOT_MOUNTED}
)

SITUATIONS: Final[tuple[tuple[Callable[[Situation], bool], Template], ...]] = (
    (
        lambda case: bool(case.login) and case.reason in {*ORIGIN_REASONS, *REDIRECTED},
        Template(
            "The server redirects to a log-in, {login}, and no header makes a way through it for fetch(): it is a "
            "document for a person. Answer 401 to requests of scripts, and let the page navigate to the log-in then."
        ),
    ),
    (
        lambda case: case.is_refused and case.asks_for_login,
        Template(
            "Headers alone do not help: the preflight is refused ({status}) since it carries no credentials, which it "
            "never does. Let what asks for the log-in leave OPTIONS alone, so that the CORS layer answers it first."
        ),
    ),
    (
        lambda case: case.is_refused and not case.has_cause and case.has_cors,
        Template(
            "Headers alone do not help: the preflight's status is {status}, and it has to be 200 to 299. The response "
            "has headers that a CORS layer writes, so that layer may itself have refused this origin, method or "
            "header: look at its list first."
        ),
    ),
    (
        lambda case: case.is_refused and not case.has_cause and case.status in {404, 405, 501},
        Template(
            "Headers alone do not help: the preflight's status is {status}, and it has to be 200 to 299. Servers "
            "answer so where no route takes OPTIONS: then the CORS layer has to stand before the routes, so that it "
            "answers preflights itself. A plain curl works all the same, because it sends no preflight."
        ),
    ),
    (
        lambda case: case.is_refused and not case.has_cause,
        Template(
            "Headers alone do not help: the preflight's status is {status}, and it has to be 200 to 299. Nothing in "
            "the response says who refused. If a CORS layer did, this origin, method or header is not in its list. If "
            "something in front of it did, let OPTIONS pass there. Ask each layer in turn to find out."
        ),
    ),
    (
        lambda case: case.reason is Reason.PREFLIGHT_REDIRECTED,
        Template(
            "Headers alone do not help: a preflight is not redirected ({status}). Ask for the URL that the redirect "
            "leads to, or let the server answer OPTIONS at this one."
        ),
    ),
    (
        lambda case: case.is_error and case.status >= 500 and not case.has_cause,
        Template(
            "The fault is the {status}; look into the server's log. Nothing in the response says which layer made it. "
            "With CORS headers on error responses as well, pages can see what went wrong."
        ),
    ),
    (
        lambda case: case.is_error and not case.has_cause and case.has_cors,
        Template(
            "The server answered {status}, and a CORS layer took part: look at its list of origins first. With this "
            "origin in it, the page can see the status."
        ),
    ),
    (
        lambda case: case.is_error and not case.has_cause,
        Template(
            "The server answered {status}, without any header of CORS. Either the CORS layer does not list this "
            "origin, or the answer was made by a layer that it does not cover. Ask each layer in turn to find out."
        ),
    ),
    (
        lambda case: case.reason in ORIGIN_REASONS and case.origin == "null" != case.page_origin,
        Template(
            "No header should help here: redirects from one foreign origin to another turned the request's origin into "
            "null, and who allows null allows every sandboxed page. Ask for the last URL directly, or redirect less."
        ),
    ),
    (
        lambda case: case.reason in ORIGIN_REASONS and case.page_origin == "null",
        Template(
            "Do not allow null: every sandboxed page has that origin. Give this page an origin of its own: serve it "
            "over http(s), not from a file or a data: URL, and with allow-same-origin where a frame is sandboxed."
        ),
    ),
)
"""The first one that applies is given."""

ADVICE: Final[Mapping[Reason, str]] = {
    Reason.MIXED_CONTENT: "No header helps here: a page of https asks over https only. Let the server do so as well.",
    Reason.BAD_PORT: "No header helps here: browsers never connect to this port. Let the server listen on another one.",
    Reason.SCHEME_NOT_SUPPORTED: "No header helps here: fetch() asks over http and https. Serve what is wanted there.",
    Reason.DATA_URL_INVALID: "Write the data: URL anew: data:, a type, perhaps ;base64, a comma, and the data.",
    Reason.SAME_ORIGIN_MODE: "No header helps here: the page itself asked not to leave its origin.",
    Reason.NO_CORS_REDIRECT_MODE: "No header helps here: the page's options exclude each other.",
    Reason.ONLY_IF_CACHED: "No header helps here: the page itself asked not to use the network.",
    Reason.KEEPALIVE_BODY_TOO_LARGE: "No header helps here: the page sends more than may outlive it.",
    Reason.STREAM_UPLOAD_NOT_SUPPORTED: "No header helps here: serve over HTTP/2, or send the body whole.",
    Reason.REDIRECT_OF_STREAM: "No header helps here: a stream cannot be sent twice. Send the body whole.",
    Reason.REDIRECT_MODE_ERROR: "No header helps here: the page itself asked not to be redirected.",
    Reason.REDIRECT_LIMIT: "No header helps here: the redirects go on for too long. Often it is a loop, such as one of "
    "a slash or of a cookie that never arrives.",
    Reason.REDIRECT_LOCATION_INVALID: "Let the server's Location hold one URL that can be parsed.",
    Reason.REDIRECT_SCHEME_NOT_HTTP: "No header helps here: fetch() follows to http and https only. Let the page "
    "navigate there instead.",
    Reason.MIME_TYPE_BLOCKED: "Let the server state the Content-Type of what it serves.",
    Reason.NOSNIFF: "Let the server state the Content-Type of what it serves.",
    Reason.INTEGRITY_MISMATCH: "The bytes are not those that the page expects: find out who changed them. If the "
    "change is meant, give the page the new hash.",
    Reason.NOT_MOUNTED: "Mount a server for this origin: browser.mount(), or --mount at the command line.",
    Reason.NOT_RECORDED: "Record this answer too, and give it with the others.",
    Reason.CONNECTION_FAILED: "No header helps here: there was no answer that could have carried one. See whether the "
    "server runs, whether its certificate is trusted, and whether a firewall or a blocker stands between. A browser "
    "may blame CORS all the same.",
    Reason.TIMED_OUT: "No header helps here: there was no answer that could have carried one. See what the server "
    "waits for; an answer to OPTIONS with a body that never ends is one cause.",
    Reason.INVALID_RESPONSE: "No header helps here: what came is no HTTP response. See what the server writes before "
    "and between its headers.",
    Reason.TOO_LARGE: "The limit is one of this simulation.",
    Reason.NOT_REPRESENTABLE: "A scripted server can carry such a response.",
    Reason.BODY_INTERRUPTED: "No header helps here: the connection broke. See that Content-Length is the body's "
    "length, and what ends the connection.",
}
