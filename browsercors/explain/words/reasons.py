"""
The words: for each `Reason`, each `HeaderRule` and each step that leaves a finding, one entry in a table.

What servers and pages wrote gets into a sentence through `Fields` alone, and so through the sanitiser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.engines.registry import label_of
from browsercors.explain.words.sanitise import NOTHING, shown
from browsercors.explain.words.templates import Template
from browsercors.rules.requests import HeaderRule
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
    "SENTENCES",
    "Fields",
    "Sentences",
    "browser_label",
    "fields_of",
    "page_label",
    "reason_clause",
]


class Fields(dict[str, str]):
    """
    What words are filled in with: values of the evidence by name, each made fit to be shown.
    """

    def __init__(self, values: Mapping[str, object]) -> None:
        super().__init__((name, shown(value)) for name, value in values.items())

    def __missing__(self, name: str) -> str:
        return NOTHING


def fields_of(finding: Finding, *, during_preflight: bool) -> Fields:
    """
    Return what the words for *finding* are filled in with.
    """
    answer = "the answer to the preflight" if during_preflight else "the response"
    return Fields({"answer": answer, **finding.evidence})


@attrs.frozen
class Sentences:
    """
    What is said of a `Reason`; the blanks have the names of its evidence, and of what `_fields` adds.

    Attributes:
        because: Ends the sentence that stands alone.
        rule: The rule in plain words.
        header: The response header that decided, if one did.
        requirement: What that header would have to be.
        consequence: Begins the sentence that stands alone; what the page wanted to do.
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
    {Reason.NOT_MOUNTED, Reason.NOT_RECORDED, Reason.NOT_REPRESENTABLE, Reason.TOO_LARGE}
)
"""What ends the simulation, and would not have ended the browser's fetch."""

FOLLOW: Final = "may not follow the redirect of {url}"
FETCH: Final = "may not fetch {url}"
NO_ANSWER: Final = "gets no response from {url}"
SENTENCES: Final[dict[Reason, Sentences]] = {
    Reason.ALLOW_ORIGIN_MISSING: Sentences(
        "{answer} has no Access-Control-Allow-Origin header",
        "a response to another origin is readable only if it says so",
        ALLOW_ORIGIN,
        "has to be: {wanted}",
    ),
    Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: Sentences(
        "{answer} allows any origin (*), but the request was made with credentials",
        "with credentials a wildcard is no match",
        ALLOW_ORIGIN,
        "has to be exactly: {wanted}",
    ),
    Reason.ALLOW_ORIGIN_REPEATED: Sentences(
        "{answer} has more than one Access-Control-Allow-Origin header",
        "repeated headers are one value, joined by commas, and no origin is equal to that",
        ALLOW_ORIGIN,
        "has to be there once: {wanted}",
    ),
    Reason.ALLOW_ORIGIN_LIST: Sentences(
        "the Access-Control-Allow-Origin of {answer} is a list",
        ONE_ORIGIN,
        ALLOW_ORIGIN,
        "has to be exactly: {wanted}",
    ),
    Reason.ALLOW_ORIGIN_SPACE_SEPARATED: Sentences(
        "the Access-Control-Allow-Origin of {answer} is several words",
        ONE_ORIGIN,
        ALLOW_ORIGIN,
        "has to be exactly: {wanted}",
    ),
    Reason.ALLOW_ORIGIN_INVALID: Sentences(
        "the Access-Control-Allow-Origin of {answer} is no origin",
        ONE_ORIGIN,
        ALLOW_ORIGIN,
        "has to be exactly: {wanted}",
    ),
    Reason.ALLOW_ORIGIN_MISMATCH: Sentences(
        "{answer} allows {origin} and not {wanted}",
        ONE_ORIGIN,
        ALLOW_ORIGIN,
        "has to be exactly: {wanted}",
    ),
    Reason.ALLOW_CREDENTIALS_NOT_TRUE: Sentences(
        "the request was made with credentials, and {answer} does not allow them",
        "with credentials, Access-Control-Allow-Credentials has to be there and exactly true",
        ALLOW_CREDENTIALS,
        "has to be exactly: true",
    ),
    Reason.PREFLIGHT_REDIRECTED: Sentences(
        "the preflight is answered with a redirect ({status}) to {location}",
        "preflights are not redirected; the URL that is asked has to answer",
        "Location",
        "is where the server would rather be asked",
    ),
    Reason.PREFLIGHT_STATUS_NOT_OK: Sentences(
        "the preflight is answered with {status}",
        "whatever its headers say, a preflight passes only with a status of 200 to 299",
    ),
    Reason.ALLOW_METHODS_INVALID: Sentences(
        "the Access-Control-Allow-Methods of {answer} is no list of methods",
        "one element that is no token spoils the whole list",
        ALLOW_METHODS,
        "has to be method names, separated by commas",
    ),
    Reason.ALLOW_HEADERS_INVALID: Sentences(
        "the Access-Control-Allow-Headers of {answer} is no list of header names",
        "one element that is no token spoils the whole list",
        ALLOW_HEADERS,
        "has to be header names, separated by commas",
    ),
    Reason.METHOD_NOT_ALLOWED: Sentences(
        "{answer} does not allow the method {method}",
        "methods other than GET, HEAD and POST have to be listed, in the same case; * lists them for requests without "
        "credentials only",
        ALLOW_METHODS,
        "has to list: {method}",
    ),
    Reason.HEADER_NOT_ALLOWED: Sentences(
        "{answer} does not allow the request header {name}",
        "each header that made the preflight necessary has to be listed; * lists it for requests without credentials "
        "only, and by the standard never Authorization",
        ALLOW_HEADERS,
        "has to list: {name}",
    ),
    Reason.REDIRECT_WITH_CREDENTIALS: Sentences(
        "it leads to a URL with a user name or password in it",
        "after a redirect to another origin the URL may hold no user name and no password",
        "Location",
        "may hold no user name and no password",
        consequence=FOLLOW,
    ),
    Reason.REDIRECT_LOCATION_INVALID: Sentences(
        "its Location is no URL",
        "a redirect has to lead to one URL that can be parsed",
        "Location",
        "has to be a URL",
        consequence=FOLLOW,
    ),
    Reason.REDIRECT_SCHEME_NOT_HTTP: Sentences(
        "it does not lead to an http or https URL",
        "redirects are followed to http and https URLs only",
        "Location",
        "has to be an http or https URL",
        consequence=FOLLOW,
    ),
    Reason.REDIRECT_LIMIT: Sentences(
        "{count} redirects were followed already",
        "a fetch follows 20 redirects at most",
        "Location",
        consequence=FOLLOW,
    ),
    Reason.REDIRECT_MODE_ERROR: Sentences(
        "the page asked for an error in place of any redirect",
        'with redirect mode "error" a redirect fails the fetch',
        "Location",
        consequence=FOLLOW,
    ),
    Reason.REDIRECT_OF_STREAM: Sentences(
        "the request's body was a stream, which is used up",
        "a body that cannot be read again goes with a 303 only, which drops it",
        "Location",
        consequence=FOLLOW,
    ),
    Reason.SAME_ORIGIN_MODE: Sentences(
        'the request has mode "same-origin", and the URL is of another origin',
        'in mode "same-origin" nothing of another origin is fetched',
        consequence=FETCH,
    ),
    Reason.NO_CORS_REDIRECT_MODE: Sentences(
        'the request has mode "no-cors" and redirect mode "{redirect}"',
        'in mode "no-cors" redirects have to be followed',
        consequence=FETCH,
    ),
    Reason.SCHEME_NOT_SUPPORTED: Sentences(
        'nothing can be fetched by the scheme "{scheme}"',
        "from other origins only http and https URLs can be fetched, and data: URLs",
        consequence=FETCH,
    ),
    Reason.DATA_URL_INVALID: Sentences(
        "the data: URL cannot be read",
        "a data: URL needs a comma, and valid base64 where it says so",
        consequence=FETCH,
    ),
    Reason.MIXED_CONTENT: Sentences(
        "the page came over https, and this URL does not (mixed content)",
        "pages of https may load from https only",
        consequence=FETCH,
    ),
    Reason.BAD_PORT: Sentences(
        "port {port} is one that browsers never connect to", "ports of other protocols are blocked", consequence=FETCH
    ),
    Reason.ONLY_IF_CACHED: Sentences(
        'the request has cache mode "only-if-cached", and nothing is cached',
        "what is not in the HTTP cache is a network error then",
        consequence=FETCH,
    ),
    Reason.KEEPALIVE_BODY_TOO_LARGE: Sentences(
        "the request is to outlive the page, and its body has {length} bytes",
        "keepalive requests may have 65,536 bytes of body, all that are under way together",
        consequence=FETCH,
    ),
    Reason.STREAM_UPLOAD_NOT_SUPPORTED: Sentences(
        "its body is a stream, and the connection is HTTP/1.1",
        "streams are sent over HTTP/2 and later only",
        consequence=FETCH,
    ),
    Reason.CROSS_ORIGIN_RESOURCE_POLICY: Sentences(
        "its Cross-Origin-Resource-Policy is {policy}",
        "a response can refuse to be loaded by other origins or sites without CORS",
        "Cross-Origin-Resource-Policy",
        "keeps out {origin}",
    ),
    Reason.MIME_TYPE_BLOCKED: Sentences(
        "its Content-Type does not fit what it was loaded for",
        "scripts are not loaded from images, audio, video or CSV",
        "Content-Type",
    ),
    Reason.NOSNIFF: Sentences(
        "its Content-Type does not fit what it was loaded for, and it forbids to look for another",
        "with X-Content-Type-Options: nosniff, scripts and styles need their Content-Type",
        "Content-Type",
    ),
    Reason.INTEGRITY_MISMATCH: Sentences(
        "the bytes are not those that the page's integrity metadata demands",
        "the body has to have one of the hashes {integrity}",
    ),
    Reason.NOT_MOUNTED: Sentences(
        "{detail}",
        "in this simulation nothing reaches a network unless a server is mounted for it",
        consequence=NO_ANSWER,
    ),
    Reason.CONNECTION_FAILED: Sentences(
        "{detail}", "without a connection there is a network error, which no header can mend", consequence=NO_ANSWER
    ),
    Reason.TIMED_OUT: Sentences("{detail}", "a server that does not answer is a network error", consequence=NO_ANSWER),
    Reason.INVALID_RESPONSE: Sentences(
        "what came is no response that a browser takes: {detail}",
        "what cannot be read as a response to this request is a network error",
        consequence=NO_ANSWER,
    ),
    Reason.TOO_LARGE: Sentences(
        "it is too large: {detail}",
        "the limit is one of this simulation; a browser might have read the response",
        consequence=NO_ANSWER,
    ),
    Reason.NOT_RECORDED: Sentences(
        "{detail}",
        "a recording answers with what it holds; what else a server would say is not known",
        consequence=NO_ANSWER,
    ),
    Reason.NOT_REPRESENTABLE: Sentences(
        "the HTTP client did not take it: {detail}",
        "a browser might have taken it, so there is no verdict; a scripted server can carry such a response",
        consequence=NO_ANSWER,
    ),
    Reason.PROXY_AUTHENTICATION: Sentences(
        "the server answered {status}, as only a proxy may",
        "a browser takes a 407 for the word of its proxy; without one it is an error",
    ),
    Reason.BODY_INTERRUPTED: Sentences(
        "the connection broke in the middle of the body: {detail}",
        "the page sees status and headers, but reading the body fails",
        consequence="may not read the body of {url}",
    ),
}

HEADER_RULES: Final[dict[HeaderRule, str]] = {
    HeaderRule.NAME: "no page could send this header without CORS",
    HeaderRule.VALUE_TOO_LONG: "its value has more than 128 bytes",
    HeaderRule.UNSAFE_BYTE: 'its value holds a control character or one of "():<>?@[\\]{}',
    HeaderRule.LANGUAGE_BYTE: "its value holds a character that languages do not need",
    HeaderRule.CONTENT_TYPE: ("it is none of application/x-www-form-urlencoded, multipart/form-data and text/plain"),
    HeaderRule.RANGE: "it is not one simple range with a start, such as bytes=0-99",
    HeaderRule.VALUE: "its value is not one that browsers send by themselves",
    HeaderRule.SUM_TOO_LONG: "the safelisted headers have more than 1,024 bytes together",
}

ALLOW_ORIGIN_REASONS: Final[frozenset[Reason]] = frozenset(
    reason for reason in Reason if reason.value.startswith("allow-origin-")
)

OPAQUE: Final = {
    "opaque": (
        'Nothing failed, but the page sees nothing of the response: mode "no-cors" makes it opaque, with status 0, no '
        'headers and no body. To read it, ask in mode "cors", and let the server allow that.'
    ),
    "opaqueredirect": (
        'Nothing failed, but the page sees nothing of the response: it is a redirect, and redirect mode "manual" hides '
        'redirects. To read what it leads to, ask with redirect mode "follow".'
    ),
}


def page_label(page_origin: str, *, capital: bool = False) -> str:
    """
    Return how a page is called: by its origin, if it has one.
    """
    if page_origin == "null":
        return f"{'A' if capital else 'a'} page of opaque origin (null)"
    return page_origin


def browser_label(browser: str) -> str:
    """
    Return how a browser is called in a sentence.
    """
    return label_of(browser)


def reason_clause(reason: Reason, fields: Fields) -> str:
    """
    Say why, in the half sentence that ends the headline; `{answer}` is "the answer" unless *fields* knows better.
    """
    return SENTENCES[reason].because.fill(Fields({"answer": "the answer", **fields}))
