"""
What to do where no change to headers helps, or where another fault hides behind a missing header.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.engines.registry import BASE, profiles
from browsercors.explain.causes.sign import ACAO, Sample
from browsercors.explain.fixes.page_changes import leads_to_login
from browsercors.explain.words.loads import element_of, thing_of
from browsercors.explain.words.reasons import ALLOW_ORIGIN_REASONS, browser_label
from browsercors.explain.words.sanitise import shown
from browsercors.explain.words.templates import Template
from browsercors.initiators.elements.load import is_supported
from browsercors.values.findings import Reason
from browsercors.values.requests import RequestMode
from browsercors.values.responses import REDIRECT_STATUSES, is_ok_status
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from browsercors.explain.fixes.proof import FetchFailure
    from browsercors.initiators.page_call import PageCall
    from browsercors.values.requests import Request

__all__ = ["ADVICE", "LOAD_ADVICE", "SITUATIONS", "SOCKET_ADVICE", "Advice", "Scene", "advice_of", "login_of"]


class Scene(NamedTuple):
    """
    The smallest exchange in which advice is given, or not: a page asks `https://api.example.com/`, which answers so.

    Attributes:
        answer: What the server answers, to a preflight as well.
        method: The method that the page asks with.
        page: The page's URL.
        policy: The page's Content-Security-Policy; empty for none.
        load: What is loaded in the place of a fetch, such as "image"; empty for a fetch.
    """

    answer: Sample
    method: str = "GET"
    page: str = "https://app.example.com"
    policy: str = ""
    load: str = ""


class Situation(NamedTuple):
    """
    What decides which advice is given.

    Attributes:
        failure: What failed.
        reason: Its reason.
        during_preflight: Whether the preflight failed.
        status: The status of the deciding response; 0 without one.
        login: The log-in that a redirect leads to; empty if none does.
        asks_for_login: Whether the deciding response asks for credentials.
        has_challenge: Whether it says so itself, by WWW-Authenticate.
        has_cors: Whether the deciding response shows a CORS layer: a CORS header, or a Vary that names Origin.
        is_silent: Whether it is a 403 of which nothing shows who made it: no body, no `Server`, no CORS header.
        has_cause: Whether a response shows who answered.
        directive: Which directive of the page's policy refused, where one did.
        wanted: The directive that is for such requests, where it is missing.
        source: What that directive would have to list.
        origin: The origin that the request sent.
        page_origin: The page's origin.
        thing: What an element loads, such as "image"; empty for a fetch.
    """

    failure: FetchFailure
    reason: Reason
    during_preflight: bool
    status: int
    login: str
    asks_for_login: bool
    has_challenge: bool
    has_cors: bool
    is_silent: bool
    has_cause: bool
    directive: str
    wanted: str
    source: str
    origin: str
    page_origin: str
    thing: str

    @property
    def is_refused(self) -> bool:
        """
        Whether the preflight response has an error status, whatever else it lacks.
        """
        lacks = self.reason in ALLOW_ORIGIN_REASONS or self.reason is Reason.PREFLIGHT_STATUS_NOT_OK
        return self.during_preflight and lacks and self.status > 0 and not is_ok_status(self.status)

    @property
    def is_error(self) -> bool:
        """
        Whether the page may not see that the answer is an error.
        """
        return self.reason in ALLOW_ORIGIN_REASONS and not self.during_preflight and self.status >= FIRST_ERROR


class Advice(NamedTuple):
    """
    What to do in a situation.

    Attributes:
        applies: Whether the situation is this one.
        text: What to do then.
        holds: An exchange in which it is given.
        fails: One beside it, in which it has to be left out.
    """

    applies: Callable[[Situation], bool]
    text: Template
    holds: Scene
    fails: Scene


def advice_of(failure: FetchFailure, *, has_cause: bool = False) -> str:
    """
    Return what to do besides changing headers; empty if headers are enough, or if the cause says it.

    Args:
        failure: What failed.
        has_cause: Whether a response shows who answered, and so what to change there.
    """
    call = failure.fetch.params.page_call
    if failure.reason is Reason.LOAD_NOT_SUPPORTED and call is not None:
        return _who_supports(call)
    situation = _situation(failure, has_cause=has_cause)
    if failure.fetch.params.request.client.is_worker and failure.reason is Reason.CONTENT_SECURITY_POLICY:
        return POLICY_OF_WORKER
    advice = next((advice for advice in SITUATIONS if advice.applies(situation)), None)
    if advice is None:
        told_by_cause = has_cause and failure.reason is Reason.MIXED_CONTENT
        call = failure.fetch.params.page_call
        own = WORKER_ADVICE.get(failure.reason) if call is not None and call.api in WORKERS else None
        own = own or (LOAD_ADVICE.get(failure.reason) if situation.thing else None)
        if situation.thing == "WebSocket":
            own = SOCKET_ADVICE.get(failure.reason, own)
        return "" if told_by_cause else own or ADVICE.get(failure.reason, "")
    named = ("status", "login", "directive", "wanted", "source", "thing")
    return advice.text.fill({name: getattr(situation, name) for name in named})


def _source_of(request: Request) -> str:
    """
    Return what a policy has to list for *request* to pass.
    """
    url = request.current_url
    return (url.as_socket_url() if request.mode is RequestMode.WEBSOCKET else url).origin.serialized


def _who_supports(call: PageCall) -> str:
    """
    Say in which browsers a load would do something.
    """
    known = [profile for profile in profiles().values() if profile.name != BASE]
    names = [browser_label(profile.name) for profile in known if is_supported(profile, call)]
    if names:
        does = f"{' and '.join(names)} {'do' if len(names) > 1 else 'does'}"
        return f"Nothing is wrong with the page or the server: {does} it, and elsewhere the page has to do without."
    if call.api == "preload":
        return "The as of a preload has to be font, image, script, style, track or fetch."
    return "No browser here does this: the page has to do without."


def _situation(failure: FetchFailure, *, has_cause: bool) -> Situation:
    params = failure.fetch.params
    exchange = failure.exchange
    status = (exchange.status if exchange is not None else None) or 0
    headers = {} if exchange is None else exchange.response_headers
    has_cors = (
        any(name.lower().startswith("access-control-") for name in headers)
        or "origin" in headers.get("Vary", "").lower()
    )
    has_body = exchange is not None and bool(exchange.response_body)
    return Situation(
        failure,
        failure.reason,
        params.in_preflight,
        status,
        login_of(failure),
        status in ASKS_FOR_LOGIN or "WWW-Authenticate" in headers,
        "WWW-Authenticate" in headers,
        has_cors,
        status == SILENT_STATUS and not has_body and not has_cors and "Server" not in headers,
        has_cause,
        shown(failure.finding.evidence.get("directive", "")),
        # NB: what people write; the directives of elements are for what is written in them as well.
        shown(failure.finding.evidence.get("effective", "")).removesuffix("-elem"),
        shown(_source_of(params.request)),
        params.request.byte_serialized_origin().decode("ascii"),
        params.request.origin.serialized,
        thing_of(params.page_call) if params.page_call is not None and element_of(params.page_call) else "",
    )


def login_of(failure: FetchFailure) -> str:
    """
    Return the log-in that the failed redirect led to, or was about to lead to; empty if there is none.
    """
    params = failure.fetch.params
    exchange = failure.exchange
    urls = list(params.request.url_list[1:])
    if exchange is not None and exchange.status in REDIRECT_STATUSES:
        location = parse_url(exchange.response_headers.get("Location", ""), exchange.http_request.url)
        urls += [] if location is None else [location]
    asked = params.request.url_list[0]
    return next((shown(url.href) for url in urls if leads_to_login(asked, url)), "")


ASKS_FOR_LOGIN: Final = frozenset({401, 407})
FIRST_ERROR: Final = 400
SILENT_STATUS: Final = 403
SILENT: Final = (
    "Its body is empty, and nothing says who refused. The CORS layers of gin-contrib/cors, Ktor, Micronaut, "
    "Elasticsearch, OpenSearch and Ollama refuse an origin so. Is one of them in use? Then look at its list of origins "
    "first. If not, ask each layer in turn to find out."
)
"""Read in the source of each; gin-contrib/cors 1.7 was measured."""
REDIRECTED: Final[frozenset[Reason]] = frozenset(
    {Reason.PREFLIGHT_REDIRECTED, Reason.REDIRECT_MODE_ERROR, Reason.NOT_MOUNTED}
)

UNFIT: Final[frozenset[Reason]] = frozenset(
    {Reason.CONTENT_NOT_USABLE, Reason.MIME_TYPE_BLOCKED, Reason.NOSNIFF, Reason.OPAQUE_RESPONSE_BLOCKED}
)
"""What elements say of a response that is not what they asked for."""

NOT_2XX: Final = "Headers alone do not help: the preflight response has status {status}, and it has to be 200 to 299. "
TO_LOGIN: Final = Sample(302, (("Location", "https://idp.example/login"),))
TO_CDN: Final = (("Location", "https://cdn.example/"), (ACAO, "https://app.example.com"))
VARIES: Final = (("Vary", "Origin"),)
JSON: Final = (("Content-Type", "application/json"),)

SITUATIONS: Final = (
    Advice(
        lambda case: bool(case.login and case.thing) and case.reason in {*ALLOW_ORIGIN_REASONS, *REDIRECTED, *UNFIT},
        Template(
            "The server redirects to a log-in, {login}, which is a page for a person and no {thing}. No header helps. "
            "Let the page navigate to the log-in first, or serve the {thing} without one."
        ),
        holds=Scene(TO_LOGIN, load="image"),
        fails=Scene(TO_LOGIN),
    ),
    Advice(
        lambda case: bool(case.thing) and case.reason in {*ALLOW_ORIGIN_REASONS, *UNFIT} and case.status >= FIRST_ERROR,
        Template(
            "The server answered {status}, so what came is an error page and no {thing}: fix that first. Check the "
            "path of the URL, and whether the file is there."
        ),
        holds=Scene(Sample(404), load="image"),
        fails=Scene(Sample(404)),
    ),
    Advice(
        lambda case: bool(case.login) and case.reason in {*ALLOW_ORIGIN_REASONS, *REDIRECTED},
        Template(
            "The server redirects to a log-in, {login}. No header helps: a log-in is a page for a person, and fetch() "
            "cannot get through it. Respond to scripts with 401, and let the page navigate to the log-in."
        ),
        holds=Scene(TO_LOGIN),
        fails=Scene(Sample(302, TO_CDN)),
    ),
    Advice(
        lambda case: case.is_refused and case.has_challenge,
        Template(
            "Headers alone do not help: the server asked the preflight to log in ({status}, WWW-Authenticate), and a "
            "preflight never carries credentials. Let OPTIONS pass where authentication is checked, or let the CORS "
            "layer answer before it."
        ),
        holds=Scene(Sample(401, (("WWW-Authenticate", "Bearer"),)), "PUT"),
        fails=Scene(Sample(401), "PUT"),
    ),
    Advice(
        lambda case: case.is_refused and case.asks_for_login,
        Template(
            "Headers alone do not help: the server refused the preflight ({status}). A preflight never carries "
            "credentials: if authentication refused it, let preflights pass there, so that the CORS layer responds "
            "first. The CORS layer may itself have refused this origin, method or header: look at its list as well."
        ),
        holds=Scene(Sample(401), "PUT"),
        fails=Scene(Sample(403, JSON, '{"error":"forbidden"}'), "PUT"),
    ),
    Advice(
        lambda case: case.is_refused and not case.has_cause and case.has_cors,
        Template(
            NOT_2XX + "The response has headers that a CORS layer writes, so that layer may itself have refused this "
            "origin, method or header: look at its list first."
        ),
        holds=Scene(Sample(403, VARIES), "PUT"),
        fails=Scene(Sample(403), "PUT"),
    ),
    Advice(
        lambda case: case.is_refused and not case.has_cause and case.status in {404, 405, 501},
        Template(
            NOT_2XX + "Servers answer so where no route takes OPTIONS: then the CORS layer has to stand before the "
            "routes, so that it answers preflights itself. A plain curl works all the same, because it sends no "
            "preflight."
        ),
        holds=Scene(Sample(404), "PUT"),
        fails=Scene(Sample(404, (), "<pre>Cannot OPTIONS /</pre>"), "PUT"),
    ),
    Advice(
        lambda case: case.is_refused and not case.has_cause and case.is_silent,
        Template(NOT_2XX + SILENT),
        holds=Scene(Sample(403), "PUT"),
        fails=Scene(Sample(403, (("Server", "nginx"),)), "PUT"),
    ),
    Advice(
        lambda case: case.is_refused and not case.has_cause,
        Template(
            NOT_2XX + "Nothing in the response says who refused. If a CORS layer did, this origin, method or header is "
            "not in its list. If something in front of it did, let OPTIONS pass there. Ask each layer in turn to find "
            "out."
        ),
        holds=Scene(Sample(403, JSON, '{"error":"forbidden"}'), "PUT"),
        fails=Scene(Sample(403, (), "Invalid CORS request"), "PUT"),
    ),
    Advice(
        lambda case: case.reason is Reason.PREFLIGHT_REDIRECTED,
        Template(
            "Headers alone do not help: browsers do not follow the redirect of a preflight ({status}). Request the URL "
            "that the redirect leads to, or have the server respond to OPTIONS at this one."
        ),
        holds=Scene(Sample(307, (("Location", "/x/"), *VARIES)), "PUT"),
        fails=Scene(Sample(307, TO_CDN)),
    ),
    Advice(
        lambda case: case.is_error and case.status >= 500 and not case.has_cause,
        Template(
            "The fault is the {status}; look into the server's log. Nothing in the response says which layer made it. "
            "With CORS headers on error responses as well, pages can see what went wrong."
        ),
        holds=Scene(Sample(500, JSON, "{}")),
        fails=Scene(Sample(500, (("Content-Type", "text/plain"),), "Internal Server Error")),
    ),
    Advice(
        lambda case: case.is_error and not case.has_cause and case.has_cors,
        Template(
            "The server answered {status}, and a CORS layer took part: look at its list of origins first. With this "
            "origin in it, the page can see the status."
        ),
        holds=Scene(Sample(404, VARIES)),
        fails=Scene(Sample(404)),
    ),
    Advice(
        lambda case: case.is_error and not case.has_cause and case.is_silent,
        Template("The server answered {status}. " + SILENT),
        holds=Scene(Sample(403)),
        fails=Scene(Sample(403, JSON, '{"error":"forbidden"}')),
    ),
    Advice(
        lambda case: case.is_error and not case.has_cause,
        Template(
            "The server answered {status}, without any header of CORS. Either the CORS layer does not list this "
            "origin, or the answer was made by a layer that it does not cover. Ask each layer in turn to find out."
        ),
        holds=Scene(Sample(404)),
        fails=Scene(Sample(200)),
    ),
    Advice(
        lambda case: case.reason in ALLOW_ORIGIN_REASONS and case.origin == "null" != case.page_origin,
        Template(
            "No header should help here: a foreign origin redirected to a different origin, and that turned the "
            "request's origin into null. Allowing null allows every sandboxed page. Request the final URL directly, or "
            "avoid the redirect."
        ),
        holds=Scene(Sample(302, TO_CDN)),
        fails=Scene(Sample(200)),
    ),
    Advice(
        lambda case: case.reason is Reason.CONTENT_SECURITY_POLICY and case.directive == "default-src",
        Template(
            "No CORS header helps: the page's own policy blocks the request before it is sent. Give the policy a "
            "{wanted} that lists {source}, beside whatever else it is for; default-src then no longer decides. If the "
            "request was redirected, list every origin of the chain."
        ),
        holds=Scene(Sample(200), policy="default-src 'self'"),
        fails=Scene(Sample(200), policy="connect-src 'self'"),
    ),
    Advice(
        lambda case: case.reason is Reason.CONTENT_SECURITY_POLICY,
        Template(
            "No CORS header helps: the page's own policy blocks the request before it is sent. Add {source} to the "
            "{directive} of the page's Content-Security-Policy. If the request was redirected, list every origin of "
            "the chain. The server that serves the page sends the policy, or the page has it in a meta element."
        ),
        holds=Scene(Sample(200), policy="connect-src 'self'"),
        fails=Scene(Sample(200), policy="default-src 'self'"),
    ),
    Advice(
        lambda case: case.reason in ALLOW_ORIGIN_REASONS and case.page_origin == "null",
        Template(
            "Do not allow null: every sandboxed page has that origin. Give this page an origin of its own: serve it "
            "over http or https, not from a file or a data: URL, and use allow-same-origin if its frame is sandboxed."
        ),
        holds=Scene(Sample(200), page="data:text/html,x"),
        fails=Scene(Sample(200)),
    ),
)
"""The first one that applies is given."""

WRONG_TYPE: Final = (
    "If what came is not the file that the page asks for, look at what the server really answers at this URL."
)

ADVICE: Final[Mapping[Reason, str]] = {
    Reason.MIXED_CONTENT: "No header helps here: an https page can load from https URLs only. Serve this URL over "
    "https as well.",
    Reason.PRIVATE_NETWORK_NOT_ALLOWED: "Send Access-Control-Allow-Private-Network: true with the response to the "
    "preflight. Browsers of today do not ask for it: they ask the visitor.",
    Reason.LOCAL_NETWORK_ACCESS_PROMPT: "No header helps here: the browser asks the visitor. Simulate the answer with "
    "browser.grant() or browser.deny(), or with --grant or --deny. If this is a server in development "
    "that will have a public name, mount it under that name: --mount https://api.example.com=http://127.0.0.1:8000.",
    Reason.AUTHENTICATION_PROMPT: "No header helps here: the browser asks the visitor. Say who the visitor is with "
    'browser.authenticate(origin, user, password), or let the page see the 401 with on_challenge="cancel".',
    Reason.LOCAL_NETWORK_ACCESS_DENIED: "No header helps here: the visitor decides. Tell visitors why the page needs "
    "the access and how to allow it in the site's settings, or serve the API under a public name.",
    Reason.LOCAL_NETWORK_ACCESS_INSECURE: "No header helps here: serve the page over https. Browsers of today "
    "then ask the visitor for permission. If this is a server in development that will have a public name, mount it "
    "under that name: --mount https://api.example.com=http://127.0.0.1:8000.",
    Reason.LOCAL_NETWORK_ACCESS_NOT_DELEGATED: "No header of the server helps here: change the page that "
    'embeds the frame. Write <iframe allow="local-network-access"> there, and so in every page above that one. The '
    "name covers local-network and loopback-network.",
    Reason.LOCAL_NETWORK_ACCESS_SPACE: "No header helps here: leave out targetAddressSpace, or let it say where the "
    "server is.",
    Reason.BAD_PORT: "No header helps here: browsers never connect to this port. Have the server listen on another "
    "one.",
    Reason.SCHEME_NOT_SUPPORTED: "No header helps here: fetch() uses http and https. Serve the resource there.",
    Reason.DATA_URL_INVALID: "Correct the data: URL: data:, a type, perhaps ;base64, a comma, and the data.",
    Reason.SAME_ORIGIN_MODE: 'No header helps here: the page itself asked for mode "same-origin".',
    Reason.NO_CORS_REDIRECT_MODE: "No header helps here: the page's options contradict each other.",
    Reason.ONLY_IF_CACHED: "No header helps here: the page itself asked not to use the network.",
    Reason.KEEPALIVE_BODY_TOO_LARGE: "No header helps here: the body is too large for a request that may outlive its "
    "page.",
    Reason.STREAM_UPLOAD_NOT_SUPPORTED: "No header helps here: serve over HTTP/2, or send the whole body at once.",
    Reason.REDIRECT_OF_STREAM: "No header helps here: a stream cannot be sent twice. Send the whole body at once.",
    Reason.REDIRECT_MODE_ERROR: "No header helps here: the page itself asked for redirects to fail.",
    Reason.REDIRECT_LIMIT: "No header helps here: there are too many redirects. Often they are a loop, caused by a "
    "slash or by a cookie that never arrives.",
    Reason.REDIRECT_LOCATION_INVALID: "Have the server send one Location with one valid URL. Two different Location "
    "headers are invalid too.",
    Reason.REDIRECT_SCHEME_NOT_HTTP: "No header helps here: fetch() follows redirects to http and https only. Let the "
    "page navigate there instead.",
    Reason.OPAQUE_RESPONSE_BLOCKED: "Look at what the server really answers: JSON or an error page is likely. Data is "
    "loaded by fetch(), with CORS; a file of the right kind needs the right Content-Type.",
    Reason.MIME_TYPE_BLOCKED: WRONG_TYPE,
    Reason.NOSNIFF: WRONG_TYPE,
    Reason.STATUS_NOT_OK: "No header helps here: look at what the server answers at this URL. The path may be wrong, "
    "or the file missing.",
    Reason.CONTENT_NOT_USABLE: "Look at what the server really answers: an error page or a log-in in the place of the "
    "file is likely. No CORS header helps.",
    Reason.URL_INVALID: "Correct the URL in the page: for this one nothing is sent.",
    Reason.URL_WITH_CREDENTIALS: "No header helps here: leave user name and password out of the URLs of what a page "
    "loads.",
    Reason.SHARED_WORKER_MISMATCH: "No header helps here: give the same type and credentials wherever a page connects "
    "to this worker, or give it another name.",
    Reason.INTEGRITY_POLICY: "Give the element the integrity attribute with the hash of the file and crossorigin, and "
    "have the server allow the page.",
    Reason.INTEGRITY_MISMATCH: "The body is not the one that the page expects: find out what changed it. If the "
    "change is intended, give the page the new hash.",
    Reason.SERVICE_WORKER_ERROR: "No header helps here: correct the handler of the service worker. Every way through "
    "it has to return a response, or nothing at all, so that the network responds; a body can be read once.",
    Reason.SERVICE_WORKER_FETCH_FAILED: "Correct what the service worker's own fetch failed by, or catch it there "
    "and respond with something else.",
    Reason.SERVICE_WORKER_OPAQUE: 'Have the service worker fetch with mode "cors", which the server has to allow; '
    "fetching the request of the event as it is keeps its mode.",
    Reason.SERVICE_WORKER_CORS: 'Have the page ask with mode "cors", or the service worker respond from the origin of '
    "the page.",
    Reason.SERVICE_WORKER_REDIRECTED: "Have the service worker fetch the URL that the redirect leads to, or wrap what "
    "came into a response of its own.",
    Reason.SERVICE_WORKER_OPAQUE_REDIRECT: 'Have the service worker follow the redirect: fetch with redirect "follow".',
    Reason.SERVICE_WORKER_SCOPE: "Have the server send Service-Worker-Allowed with the script, put the script into a "
    "folder further up, or register a narrower scope.",
    Reason.SERVICE_WORKER_NOT_ALLOWED: "No header helps here: serve the page over https, outside of a sandbox, and the "
    "script from the page's own origin.",
    Reason.NOT_MOUNTED: "Mount a server for this origin: browser.mount(), or --mount at the command line.",
    Reason.NOT_RECORDED: "Record this response as well, and add it to the others.",
    Reason.CONNECTION_FAILED: "No header helps here: there was no response to carry one. Check that the server runs, "
    "that its certificate is trusted, and that no firewall or ad blocker stands between. JavaScript gets the same "
    "error "
    "for every failure, so it may look like CORS.",
    Reason.TIMED_OUT: "No header helps here: there was no response to carry one. Find out what the server waits for; "
    "one cause is a response to OPTIONS whose body never ends.",
    Reason.INVALID_RESPONSE: "No header helps here: the server did not send a valid HTTP response. Check what it "
    "writes "
    "before and between its headers.",
    Reason.TOO_LARGE: "This is a limit of the simulation.",
    Reason.BODY_INTERRUPTED: "No header helps here: the connection broke. Check that Content-Length is the length of "
    "the body, and find out what closes the connection.",
}

LOAD_ADVICE: Final[Mapping[Reason, str]] = {
    Reason.SAME_ORIGIN_MODE: "Write crossorigin on the media element around the track, and let the server of the track "
    "allow the page. Or serve it from the page's own origin.",
    Reason.SCHEME_NOT_SUPPORTED: "No header helps here: from other origins, pages load http and https URLs.",
    Reason.REDIRECT_SCHEME_NOT_HTTP: "No header helps here: what a page loads is redirected to http and https only.",
    Reason.CONNECTION_FAILED: "No header helps here: there was no response to carry one. Check that the server runs, "
    "that its certificate is trusted, and that no firewall or ad blocker stands between. An element fires the same "
    "event for every failure, so it may look like CORS.",
}
"""What to do where an element loads something, if that is not what to do about a fetch."""

WORKERS: Final = frozenset({"worker", "shared-worker"})
"""The loads of the scripts of workers."""

WORKER_ADVICE: Final[Mapping[Reason, str]] = {
    Reason.SAME_ORIGIN_MODE: "Serve the script from the page's own origin. A classic worker of the page's own can then "
    "run it from elsewhere with importScripts(), and so can one that is made of a blob.",
}
"""The same of the scripts of workers."""

POLICY_OF_WORKER: Final = (
    "No CORS header helps: the worker's own policy blocks the request before it is sent. It came with the worker's "
    "script; a worker from a blob: or data: URL has that of the page. Let it list the server."
)
"""What to do where a worker asks."""
SOCKET_ADVICE: Final[Mapping[Reason, str]] = {
    Reason.WEBSOCKET_STATUS: "No CORS header helps: WebSockets do not use CORS. Look at the answer: there may be no "
    "WebSocket at this path, a proxy may not pass on Upgrade, or the server may refuse this Origin or want a log-in.",
    Reason.WEBSOCKET_HANDSHAKE_INVALID: "Let a WebSocket library answer the handshake, and let proxies pass on Upgrade "
    "and Connection.",
    Reason.WEBSOCKET_PROTOCOL_MISMATCH: "Let the server choose one of the subprotocols that the page offers, or offer "
    "none in the page.",
    Reason.WEBSOCKET_EXTENSION_MISMATCH: "Let a WebSocket library negotiate the extensions, or let the server choose "
    "none.",
    Reason.WEBSOCKET_FRAME_INVALID: "Let a WebSocket library write the frames, and nothing else write to the "
    "connection.",
    Reason.REDIRECT_MODE_ERROR: "No header helps here: give the page the URL that the redirect leads to.",
    Reason.MIXED_CONTENT: "No header helps here: serve the WebSocket over TLS, and give the page its wss: URL.",
}
"""What to do about a WebSocket, if that is not what to do about anything else."""
