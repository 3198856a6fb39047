"""
What a report says of each `Reason`, and of each `HeaderRule` that causes a preflight, in tables.

Text from servers and pages enters a sentence only through `Fields`, which sanitises it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.engines.registry import label_of
from browsercors.explain.words.sanitise import NOTHING, shown
from browsercors.explain.words.templates import Template
from browsercors.rules.safelist import HeaderRule
from browsercors.values.findings import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.values.findings import Finding

__all__ = [
    "ALLOW_CREDENTIALS",
    "ALLOW_HEADERS",
    "ALLOW_METHODS",
    "ALLOW_ORIGIN",
    "ALLOW_ORIGIN_REASONS",
    "HEADER_RULES",
    "NO_VERDICT",
    "OPAQUE",
    "PREFLIGHT_RESPONSE",
    "SENTENCES",
    "Fields",
    "Sentences",
    "browser_label",
    "fields_of",
    "page_label",
    "reason_clause",
]


PREFLIGHT_RESPONSE: Final = "the preflight response"


class Fields(dict[str, str]):
    """
    The values that fill a template: the evidence by name, sanitised.
    """

    def __init__(self, values: Mapping[str, object]) -> None:
        super().__init__((name, shown(value)) for name, value in values.items())

    def __missing__(self, name: str) -> str:
        return NOTHING


def fields_of(finding: Finding, *, during_preflight: bool) -> Fields:
    """
    Return the values for the sentences about *finding*.
    """
    response = PREFLIGHT_RESPONSE if during_preflight else "the response"
    return Fields({"response": response, **finding.evidence})


@attrs.frozen
class Sentences:
    """
    What a report says of a `Reason`. The templates are filled with its evidence, and with what `compose` adds.

    Attributes:
        because: The end of the headline: why the fetch failed.
        rule: The rule in plain words.
        header: The response header that decided, if one did.
        requirement: What that header has to be.
        consequence: The beginning of the headline: what the page cannot do.
    """

    because: Template = attrs.field(converter=Template)
    rule: Template = attrs.field(converter=Template)
    header: str = ""
    # NB: the converter makes templates of the defaults too.
    requirement: Template = attrs.field(default="", converter=Template)  # type: ignore[assignment]
    consequence: Template = attrs.field(default="may not read {url}", converter=Template)  # type: ignore[assignment]


ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
ALLOW_CREDENTIALS: Final = "Access-Control-Allow-Credentials"
ALLOW_METHODS: Final = "Access-Control-Allow-Methods"
ALLOW_HEADERS: Final = "Access-Control-Allow-Headers"
ONE_ORIGIN: Final = "Access-Control-Allow-Origin has to be the page's origin, byte for byte, and nothing else"
NO_VERDICT: Final[frozenset[Reason]] = frozenset(
    {
        Reason.NOT_MOUNTED,
        Reason.NOT_RECORDED,
        Reason.TOO_LARGE,
        Reason.LOCAL_NETWORK_ACCESS_PROMPT,
        Reason.AUTHENTICATION_PROMPT,
    }
)
"""What ends the simulation where a browser's fetch would have gone on, or would have waited for the visitor."""

PERMISSION_RULE: Final = (
    "a public page may reach a server on the visitor's own machine or network only with the visitor's permission; no "
    "header of the server gives it"
)
FOLLOW: Final = "may not follow the redirect of {url}"
FETCH: Final = "may not fetch {url}"
NO_RESPONSE: Final = "gets no response from {url}"
SENTENCES: Final[dict[Reason, Sentences]] = {
    Reason.ALLOW_ORIGIN_MISSING: Sentences(
        "{response} has no Access-Control-Allow-Origin header",
        "a page can read a response from another origin only if that response allows it",
        ALLOW_ORIGIN,
        "has to be: {wanted}",
    ),
    Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: Sentences(
        "{response} allows any origin (*), but the request was made with credentials",
        "a wildcard does not match a request made with credentials",
        ALLOW_ORIGIN,
        "has to be exactly: {wanted}",
    ),
    Reason.ALLOW_ORIGIN_REPEATED: Sentences(
        "{response} has more than one Access-Control-Allow-Origin header",
        "repeated headers are joined by commas into one value, and that value matches no origin",
        ALLOW_ORIGIN,
        "has to be there once: {wanted}",
    ),
    Reason.ALLOW_ORIGIN_LIST: Sentences(
        "the Access-Control-Allow-Origin of {response} is a list",
        ONE_ORIGIN,
        ALLOW_ORIGIN,
        "has to be exactly: {wanted}",
    ),
    Reason.ALLOW_ORIGIN_SPACE_SEPARATED: Sentences(
        "the Access-Control-Allow-Origin of {response} holds several values, separated by spaces",
        ONE_ORIGIN,
        ALLOW_ORIGIN,
        "has to be exactly: {wanted}",
    ),
    Reason.ALLOW_ORIGIN_INVALID: Sentences(
        "the Access-Control-Allow-Origin of {response} is not an origin",
        ONE_ORIGIN,
        ALLOW_ORIGIN,
        "has to be exactly: {wanted}",
    ),
    Reason.ALLOW_ORIGIN_MISMATCH: Sentences(
        "{response} allows {origin} and not {wanted}",
        ONE_ORIGIN,
        ALLOW_ORIGIN,
        "has to be exactly: {wanted}",
    ),
    Reason.ALLOW_CREDENTIALS_NOT_TRUE: Sentences(
        "the request was made with credentials, and {response} does not allow them",
        "a response to a request made with credentials needs Access-Control-Allow-Credentials, and exactly true in it",
        ALLOW_CREDENTIALS,
        "has to be exactly: true",
    ),
    Reason.PREFLIGHT_REDIRECTED: Sentences(
        "the preflight was redirected ({status}) to {location}",
        "browsers do not follow the redirect of a preflight; the requested URL itself has to respond",
        "Location",
        "is where the server redirects the preflight to",
    ),
    Reason.PREFLIGHT_STATUS_NOT_OK: Sentences(
        "the preflight response has status {status}",
        "a preflight succeeds only with a status from 200 to 299, whatever its headers say",
    ),
    Reason.ALLOW_METHODS_INVALID: Sentences(
        "the Access-Control-Allow-Methods of {response} is not a list of methods",
        "one invalid item makes the whole list invalid",
        ALLOW_METHODS,
        "has to be method names, separated by commas",
    ),
    Reason.ALLOW_HEADERS_INVALID: Sentences(
        "the Access-Control-Allow-Headers of {response} is not a list of header names",
        "one invalid item makes the whole list invalid",
        ALLOW_HEADERS,
        "has to be header names, separated by commas",
    ),
    Reason.PRIVATE_NETWORK_NOT_ALLOWED: Sentences(
        "the Access-Control-Allow-Private-Network of {response} is {allowed}",
        "in the draft of Private Network Access, a preflight asks the server for consent before a public page may "
        "reach a private network; no browser ever enforced that",
        "Access-Control-Allow-Private-Network",
        "has to be exactly: true",
    ),
    Reason.METHOD_NOT_ALLOWED: Sentences(
        "{response} does not allow the method {method}",
        "methods other than GET, HEAD and POST have to be listed, in the same case; * stands for them only in a "
        "response to a request without credentials",
        ALLOW_METHODS,
        "has to list: {method}",
    ),
    Reason.HEADER_NOT_ALLOWED: Sentences(
        "{response} does not allow the request header {name}",
        "every header that causes a preflight has to be listed; * stands for them only where the request is made "
        "without credentials, and according to the standard never for Authorization",
        ALLOW_HEADERS,
        "has to list: {name}",
    ),
    Reason.REDIRECT_WITH_CREDENTIALS: Sentences(
        "it leads to a URL with a user name or password",
        "after a redirect to another origin the URL must not contain a user name or password",
        "Location",
        "must not contain a user name or password",
        consequence=FOLLOW,
    ),
    Reason.REDIRECT_LOCATION_INVALID: Sentences(
        "its Location is not a valid URL",
        "a redirect has to lead to one valid URL",
        "Location",
        "has to be one valid URL",
        consequence=FOLLOW,
    ),
    Reason.REDIRECT_SCHEME_NOT_HTTP: Sentences(
        "it does not lead to an http or https URL",
        "browsers follow redirects to http and https URLs only",
        "Location",
        "has to be an http or https URL",
        consequence=FOLLOW,
    ),
    Reason.REDIRECT_LIMIT: Sentences(
        "the fetch has already followed {count} redirects",
        "a fetch follows at most 20 redirects",
        "Location",
        consequence=FOLLOW,
    ),
    Reason.REDIRECT_MODE_ERROR: Sentences(
        "the page asked for an error instead of a redirect",
        'in redirect mode "error" any redirect fails the fetch',
        "Location",
        consequence=FOLLOW,
    ),
    Reason.REDIRECT_OF_STREAM: Sentences(
        "the request's body was a stream, which has already been sent",
        "a stream can be sent once; only a 303, which drops the body, can be followed",
        "Location",
        consequence=FOLLOW,
    ),
    Reason.SAME_ORIGIN_MODE: Sentences(
        'the request has mode "same-origin", but the URL has another origin',
        'in mode "same-origin" a page can fetch from its own origin only',
        consequence=FETCH,
    ),
    Reason.NO_CORS_REDIRECT_MODE: Sentences(
        'the request has mode "no-cors" and redirect mode "{redirect}"',
        'mode "no-cors" requires redirect mode "follow"',
        consequence=FETCH,
    ),
    Reason.SCHEME_NOT_SUPPORTED: Sentences(
        'a URL with the scheme "{scheme}" cannot be fetched',
        "from other origins a page can fetch http and https URLs only, and data: URLs",
        consequence=FETCH,
    ),
    Reason.DATA_URL_INVALID: Sentences(
        "the data: URL is not valid",
        "a data: URL needs a comma, and valid base64 if it says that it is base64",
        consequence=FETCH,
    ),
    Reason.MIXED_CONTENT: Sentences(
        "the page was loaded over https, and this URL is not secure (mixed content)",
        "an https page can load from https URLs only, and in some browsers from loopback addresses as well",
        consequence=FETCH,
    ),
    Reason.LOCAL_NETWORK_ACCESS_PROMPT: Sentences(
        "blocked unless the visitor allows it, because {host} is in the {space} address space and the page is public",
        PERMISSION_RULE,
        consequence="may not fetch {url} yet",
    ),
    Reason.LOCAL_NETWORK_ACCESS_DENIED: Sentences(
        "{host} is in the {space} address space, and the visitor has not allowed {page} to reach it (permission "
        "{permission})",
        PERMISSION_RULE,
        consequence=FETCH,
    ),
    Reason.LOCAL_NETWORK_ACCESS_INSECURE: Sentences(
        "{host} is in the {space} address space, and the page is not a secure context",
        "only a page over https may reach the visitor's own machine or network; a frame may if every page above it is "
        "over https too",
        consequence=FETCH,
    ),
    Reason.LOCAL_NETWORK_ACCESS_NOT_DELEGATED: Sentences(
        "{host} is in the {space} address space, and the page is a frame that may not use the permission {permission}",
        "a frame of another origin may use the permission only if its iframe element, and that of each frame above "
        "it, has it in the allow attribute",
        consequence=FETCH,
    ),
    Reason.LOCAL_NETWORK_ACCESS_SPACE: Sentences(
        "the page said targetAddressSpace: {declared}, but {host} is in the {space} address space",
        "the server has to be in the address space that the page declares",
        consequence=FETCH,
    ),
    Reason.BAD_PORT: Sentences(
        "browsers never connect to port {port}", "browsers block the ports of other protocols", consequence=FETCH
    ),
    Reason.ONLY_IF_CACHED: Sentences(
        'the request has cache mode "only-if-cached", and nothing is cached',
        'in cache mode "only-if-cached" the fetch fails if nothing is cached',
        consequence=FETCH,
    ),
    Reason.KEEPALIVE_BODY_TOO_LARGE: Sentences(
        "the request has keepalive set, and its body has {length} bytes",
        "all keepalive requests in flight may have 65,536 bytes of body together",
        consequence=FETCH,
    ),
    Reason.STREAM_UPLOAD_NOT_SUPPORTED: Sentences(
        "its body is a stream, and the connection is HTTP/1.1",
        "browsers send streams over HTTP/2 and later only",
        consequence=FETCH,
    ),
    Reason.CROSS_ORIGIN_RESOURCE_POLICY: Sentences(
        "its Cross-Origin-Resource-Policy is {policy}",
        "a response can forbid other origins or sites to load it without CORS",
        "Cross-Origin-Resource-Policy",
        "excludes {origin}",
    ),
    Reason.OPAQUE_RESPONSE_BLOCKED: Sentences(
        "what came is {kept}, which browsers give no page of another origin without CORS",
        "from another origin and without CORS, an element gets images, audio, video, scripts and style sheets, and "
        "nothing else. What decided was {why}",
        "Content-Type",
    ),
    Reason.MIME_TYPE_BLOCKED: Sentences(
        "{type_given}, and {type_rule}",
        "browsers go by the Content-Type here: {type_rule}",
        "Content-Type",
        "has to be: {type_wanted}",
    ),
    Reason.NOSNIFF: Sentences(
        "{type_given}, and nosniff forbids to guess another one",
        "under X-Content-Type-Options: nosniff, scripts need the type text/javascript, and style sheets text/css",
        "Content-Type",
        "has to be: {type_wanted}",
    ),
    Reason.STATUS_NOT_OK: Sentences(
        "the server answered {status_line}",
        "what an element loads needs a status from 200 to 299; images alone may come with any, if they are no SVG",
    ),
    Reason.CONTENT_NOT_USABLE: Sentences(
        "what came is {came}, and not {wanted}",
        "an element uses only what it can read: browsers look at the first bytes, and at the Content-Type where these "
        "do not decide",
        "Content-Type",
    ),
    Reason.URL_INVALID: Sentences(
        "its URL is empty or cannot be parsed",
        "an element whose URL is empty or cannot be parsed fires error, and asks for nothing",
        consequence=FETCH,
    ),
    Reason.URL_WITH_CREDENTIALS: Sentences(
        "its URL has a user name or a password",
        "this browser does not ask for such URLs in what a page loads",
        consequence=FETCH,
    ),
    Reason.LOAD_NOT_SUPPORTED: Sentences(
        "{unsupported}",
        "what a browser does not support, it does not ask for: nothing is sent",
        consequence=FETCH,
    ),
    Reason.SHARED_WORKER_MISMATCH: Sentences(
        'it runs already with {option} "{started}", and the page asked for "{asked}"',
        "a page can connect to a shared worker that runs only if it asks for the same type and the same credentials",
        consequence=FETCH,
    ),
    Reason.INTEGRITY_MISMATCH: Sentences(
        "its body does not match the integrity metadata of the page",
        "the body has to match one of the hashes {integrity}",
    ),
    Reason.INTEGRITY_POLICY: Sentences(
        "the page's own Integrity-Policy wants integrity metadata and CORS for a {destination}",
        "a page can refuse scripts and stylesheets whose content it has not pinned; what other servers send does not "
        "matter",
        consequence=FETCH,
    ),
    Reason.CONTENT_SECURITY_POLICY: Sentences(
        "the page's own Content-Security-Policy does not list it in {directive}",
        "a page can fetch only what its own Content-Security-Policy lists; what other servers send does not matter",
        consequence=FETCH,
    ),
    Reason.SERVICE_WORKER_ERROR: Sentences(
        "the service worker of the page did not respond: {detail}",
        "what a service worker fails to respond to is a network error to the page; no header of a server matters",
        consequence="gets no response to {url}",
    ),
    Reason.SERVICE_WORKER_FETCH_FAILED: Sentences(
        "a fetch of the page's service worker failed, and it did not catch that: {detail}",
        "a service worker fetches under the rules of its own origin; what it lets fail is a network error to the page",
        consequence="gets no response to {url}",
    ),
    Reason.SERVICE_WORKER_OPAQUE: Sentences(
        "the service worker of the page responded with an opaque response to a request of mode {mode}",
        'an opaque response, which a fetch of mode "no-cors" brings, is for requests of that mode only',
    ),
    Reason.SERVICE_WORKER_CORS: Sentences(
        'the service worker of the page responded with a response of another origin, and the request has mode "{mode}"',
        'a request of mode "same-origin" takes nothing from another origin, even if CORS allows it',
    ),
    Reason.SERVICE_WORKER_REDIRECTED: Sentences(
        "the service worker of the page responded with a response that had been redirected, and the request has "
        'redirect mode "{redirect}"',
        "who does not follow redirects is not given what was found behind one",
    ),
    Reason.SERVICE_WORKER_OPAQUE_REDIRECT: Sentences(
        "the service worker of the page responded with a redirect that it had not followed, and the request has "
        'redirect mode "{redirect}"',
        'what a fetch with redirect mode "manual" brings is for requests with that mode only',
    ),
    Reason.SERVICE_WORKER_SCOPE: Sentences(
        "its scope {scope} is not below {allowed}",
        "a service worker controls pages below the folder of its script, or below what Service-Worker-Allowed of its "
        "script says",
        "Service-Worker-Allowed",
        "has to be a path that {scope} begins with",
    ),
    Reason.SERVICE_WORKER_NOT_ALLOWED: Sentences(
        "{why}",
        "service workers are for secure pages, and script and scope have to be of the page's own origin",
    ),
    Reason.WEBSOCKET_STATUS: Sentences(
        "the server answered the handshake with status {status}",
        "a WebSocket opens only with the status 101; what the server answered instead, the page is not told",
    ),
    Reason.WEBSOCKET_HANDSHAKE_INVALID: Sentences(
        "the answer to the handshake is not that of a WebSocket server: {name} is not {wanted}",
        "the answer has to switch to the protocol websocket, and to confirm the key of this very handshake",
    ),
    Reason.WEBSOCKET_PROTOCOL_MISMATCH: Sentences(
        "the server has not chosen one of the subprotocols that the page offers",
        "a server has to choose one of the subprotocols of the page, and none if it offers none",
        "Sec-WebSocket-Protocol",
        "has to be one that the page offers",
    ),
    Reason.WEBSOCKET_EXTENSION_MISMATCH: Sentences(
        "the server has chosen an extension that the browser did not offer, or parameters that it does not take",
        "a server may choose permessage-deflate, with parameters that fit the offer, or no extension",
        "Sec-WebSocket-Extensions",
        "is not what the browser has offered",
    ),
    Reason.WEBSOCKET_FRAME_INVALID: Sentences(
        "the server broke the WebSocket protocol: {violation}",
        "a browser fails the connection at the first frame that the protocol does not allow",
    ),
    Reason.NOT_MOUNTED: Sentences(
        "{detail}",
        "in this simulation nothing reaches a network unless a server is mounted for it",
        consequence=NO_RESPONSE,
    ),
    Reason.CONNECTION_FAILED: Sentences(
        "{detail}",
        "without a connection the fetch fails with a network error, which no header can fix",
        consequence=NO_RESPONSE,
    ),
    Reason.TIMED_OUT: Sentences(
        "{detail}", "if a server does not respond, the fetch fails with a network error", consequence=NO_RESPONSE
    ),
    Reason.INVALID_RESPONSE: Sentences(
        "the server did not send a valid response: {detail}",
        "if a browser cannot read what the server sends, the fetch fails with a network error",
        consequence=NO_RESPONSE,
    ),
    Reason.TOO_LARGE: Sentences(
        "the response is too large: {detail}",
        "the limit is one of this simulation; a browser might have read the response",
        consequence=NO_RESPONSE,
    ),
    Reason.NOT_RECORDED: Sentences(
        "{detail}",
        "a recording holds responses to the recorded requests only; what the server would say to others is not known",
        consequence=NO_RESPONSE,
    ),
    Reason.PROXY_AUTHENTICATION: Sentences(
        "the server responded with {status}, which only a proxy may do",
        "to a browser a 407 comes from its proxy; without a proxy it is an error",
    ),
    Reason.AUTHENTICATION_PROMPT: Sentences(
        "the browser has asked the visitor for a password, and nobody has answered yet",
        "a browser answers a 401 with WWW-Authenticate itself: with what it knows of the visitor, or after asking",
        consequence="may not read {url} yet",
    ),
    Reason.BODY_INTERRUPTED: Sentences(
        "the connection broke in the middle of the body: {detail}",
        "fetch() shows the page the status and the headers, but reading the body fails; XMLHttpRequest fails at once",
        consequence="may not read the body of {url}",
    ),
}

HEADER_RULES: Final[dict[HeaderRule, str]] = {
    HeaderRule.NAME: "this header always needs the server's permission across origins",
    HeaderRule.VALUE_TOO_LONG: "its value is longer than 128 bytes",
    HeaderRule.UNSAFE_BYTE: 'its value contains a control character or one of "():<>?@[\\]{}',
    HeaderRule.LANGUAGE_BYTE: "its value contains a character that lists of languages do not need",
    HeaderRule.CONTENT_TYPE: "it is not application/x-www-form-urlencoded, multipart/form-data or text/plain",
    HeaderRule.RANGE: "it is not one simple range with a start, such as bytes=0-99",
    HeaderRule.VALUE: "its value is outside what is allowed without a preflight",
    HeaderRule.SUM_TOO_LONG: "the safelisted headers are longer than 1,024 bytes together",
}

ALLOW_ORIGIN_REASONS: Final[frozenset[Reason]] = frozenset(
    reason for reason in Reason if reason.value.startswith("allow-origin-")
)

OPAQUE: Final = {
    "opaque": (
        'Nothing failed, but the page cannot see the response: mode "no-cors" makes it opaque, with status 0, no '
        'headers and no body. To read it, use mode "cors", and have the server allow the page.'
    ),
    "opaqueredirect": (
        'Nothing failed, but the page cannot see the response: it is a redirect, and redirect mode "manual" hides '
        'redirects. To read the response that it leads to, use redirect mode "follow".'
    ),
}


def page_label(page_origin: str, *, capital: bool = False) -> str:
    """
    Return what a page is called: its origin, if it has one.
    """
    if page_origin == "null":
        return f"{'A' if capital else 'a'} page with an opaque origin (null)"
    return page_origin


def browser_label(browser: str) -> str:
    """
    Return what a browser is called in a sentence.
    """
    return label_of(browser)


def reason_clause(reason: Reason, fields: Fields) -> str:
    """
    Return the clause that ends the headline; `{response}` is "the response" unless *fields* knows better.
    """
    return SENTENCES[reason].because.fill(Fields({"response": "the response", **fields}))
