"""
The words: for each `Reason`, each `HeaderRule` and each step that leaves a finding, one entry in a table.

What servers and pages wrote gets into a sentence through `Fields` alone, and so through the sanitiser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import attrs

from browsercors.engines.registry import label_of
from browsercors.explain.sanitise import NOTHING, shown
from browsercors.explain.templates import Template
from browsercors.rules.requests import HeaderRule
from browsercors.values.findings import Reason
from browsercors.values.responses import REDIRECT_STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from browsercors.values.findings import Finding

__all__ = [
    "ALLOW_CREDENTIALS",
    "ALLOW_HEADERS",
    "ALLOW_METHODS",
    "ALLOW_ORIGIN",
    "ALLOW_ORIGIN_REASONS",
    "FINDINGS",
    "HEADER_RULES",
    "NOTES",
    "NO_VERDICT",
    "OPAQUE",
    "WORDS",
    "Case",
    "Fields",
    "Words",
    "because",
    "browser_label",
    "fields_of",
    "finding_sentence",
    "who",
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
class Words:
    """
    What is said of a `Reason`; the blanks have the names of its evidence, and of what `_fields` adds.

    Attributes:
        because: Ends the sentence that stands alone.
        rule: The rule in plain words.
        header: The response header that decided, if one did.
        demand: What that header would have to be.
        cannot: Begins the sentence that stands alone; what the page wanted to do.
    """

    because: Template = attrs.field(converter=Template)
    rule: Template = attrs.field(converter=Template)
    header: str = ""
    # NB: the converter makes templates of the defaults too.
    demand: Template = attrs.field(default="", converter=Template)  # type: ignore[assignment]
    cannot: Template = attrs.field(default="may not read {url}", converter=Template)  # type: ignore[assignment]


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

WORDS: Final[dict[Reason, Words]] = {
    Reason.ALLOW_ORIGIN_MISSING: Words(
        "{answer} has no Access-Control-Allow-Origin header",
        "a response to another origin is readable only if it says so",
        ALLOW_ORIGIN,
        "has to be: {wanted}",
    ),
    Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS: Words(
        "{answer} allows any origin (*), but the request was made with credentials",
        "with credentials a wildcard is no match",
        ALLOW_ORIGIN,
        "has to be exactly: {wanted}",
    ),
    Reason.ALLOW_ORIGIN_REPEATED: Words(
        "{answer} has more than one Access-Control-Allow-Origin header",
        "repeated headers are one value, joined by commas, and no origin is equal to that",
        ALLOW_ORIGIN,
        "has to be there once: {wanted}",
    ),
    Reason.ALLOW_ORIGIN_LIST: Words(
        "the Access-Control-Allow-Origin of {answer} is a list",
        ONE_ORIGIN,
        ALLOW_ORIGIN,
        "has to be exactly: {wanted}",
    ),
    Reason.ALLOW_ORIGIN_SPACE_SEPARATED: Words(
        "the Access-Control-Allow-Origin of {answer} is several words",
        ONE_ORIGIN,
        ALLOW_ORIGIN,
        "has to be exactly: {wanted}",
    ),
    Reason.ALLOW_ORIGIN_INVALID: Words(
        "the Access-Control-Allow-Origin of {answer} is no origin",
        ONE_ORIGIN,
        ALLOW_ORIGIN,
        "has to be exactly: {wanted}",
    ),
    Reason.ALLOW_ORIGIN_MISMATCH: Words(
        "{answer} allows {origin} and not {wanted}",
        ONE_ORIGIN,
        ALLOW_ORIGIN,
        "has to be exactly: {wanted}",
    ),
    Reason.ALLOW_CREDENTIALS_NOT_TRUE: Words(
        "the request was made with credentials, and {answer} does not allow them",
        "with credentials, Access-Control-Allow-Credentials has to be there and exactly true",
        ALLOW_CREDENTIALS,
        "has to be exactly: true",
    ),
    Reason.PREFLIGHT_REDIRECTED: Words(
        "the preflight is answered with a redirect ({status}) to {location}",
        "preflights are not redirected; the URL that is asked has to answer",
        "Location",
        "is where the server would rather be asked",
    ),
    Reason.PREFLIGHT_STATUS_NOT_OK: Words(
        "the preflight is answered with {status}",
        "whatever its headers say, a preflight passes only with a status of 200 to 299",
    ),
    Reason.ALLOW_METHODS_INVALID: Words(
        "the Access-Control-Allow-Methods of {answer} is no list of methods",
        "one element that is no token spoils the whole list",
        ALLOW_METHODS,
        "has to be method names, separated by commas",
    ),
    Reason.ALLOW_HEADERS_INVALID: Words(
        "the Access-Control-Allow-Headers of {answer} is no list of header names",
        "one element that is no token spoils the whole list",
        ALLOW_HEADERS,
        "has to be header names, separated by commas",
    ),
    Reason.METHOD_NOT_ALLOWED: Words(
        "{answer} does not allow the method {method}",
        "methods other than GET, HEAD and POST have to be listed, in the same case; * lists them for requests without "
        "credentials only",
        ALLOW_METHODS,
        "has to list: {method}",
    ),
    Reason.HEADER_NOT_ALLOWED: Words(
        "{answer} does not allow the request header {name}",
        "each header that made the preflight necessary has to be listed; * lists it for requests without credentials "
        "only, and by the standard never Authorization",
        ALLOW_HEADERS,
        "has to list: {name}",
    ),
    Reason.REDIRECT_WITH_CREDENTIALS: Words(
        "it leads to a URL with a user name or password in it",
        "after a redirect to another origin the URL may hold no user name and no password",
        "Location",
        "may hold no user name and no password",
        cannot=FOLLOW,
    ),
    Reason.REDIRECT_LOCATION_INVALID: Words(
        "its Location is no URL",
        "a redirect has to lead to one URL that can be parsed",
        "Location",
        "has to be a URL",
        cannot=FOLLOW,
    ),
    Reason.REDIRECT_SCHEME_NOT_HTTP: Words(
        "it does not lead to an http or https URL",
        "redirects are followed to http and https URLs only",
        "Location",
        "has to be an http or https URL",
        cannot=FOLLOW,
    ),
    Reason.REDIRECT_LIMIT: Words(
        "{count} redirects were followed already", "a fetch follows 20 redirects at most", "Location", cannot=FOLLOW
    ),
    Reason.REDIRECT_MODE_ERROR: Words(
        "the page asked for an error in place of any redirect",
        'with redirect mode "error" a redirect fails the fetch',
        "Location",
        cannot=FOLLOW,
    ),
    Reason.REDIRECT_OF_STREAM: Words(
        "the request's body was a stream, which is used up",
        "a body that cannot be read again goes with a 303 only, which drops it",
        "Location",
        cannot=FOLLOW,
    ),
    Reason.SAME_ORIGIN_MODE: Words(
        'the request has mode "same-origin", and the URL is of another origin',
        'in mode "same-origin" nothing of another origin is fetched',
        cannot=FETCH,
    ),
    Reason.NO_CORS_REDIRECT_MODE: Words(
        'the request has mode "no-cors" and redirect mode "{redirect}"',
        'in mode "no-cors" redirects have to be followed',
        cannot=FETCH,
    ),
    Reason.SCHEME_NOT_SUPPORTED: Words(
        'nothing can be fetched by the scheme "{scheme}"',
        "from other origins only http and https URLs can be fetched, and data: URLs",
        cannot=FETCH,
    ),
    Reason.DATA_URL_INVALID: Words(
        "the data: URL cannot be read", "a data: URL needs a comma, and valid base64 where it says so", cannot=FETCH
    ),
    Reason.MIXED_CONTENT: Words(
        "the page came over https, and this URL does not (mixed content)",
        "pages of https may load from https only",
        cannot=FETCH,
    ),
    Reason.BAD_PORT: Words(
        "port {port} is one that browsers never connect to", "ports of other protocols are blocked", cannot=FETCH
    ),
    Reason.ONLY_IF_CACHED: Words(
        'the request has cache mode "only-if-cached", and nothing is cached',
        "what is not in the HTTP cache is a network error then",
        cannot=FETCH,
    ),
    Reason.KEEPALIVE_BODY_TOO_LARGE: Words(
        "the request is to outlive the page, and its body has {length} bytes",
        "keepalive requests may have 65,536 bytes of body, all that are under way together",
        cannot=FETCH,
    ),
    Reason.STREAM_UPLOAD_NOT_SUPPORTED: Words(
        "its body is a stream, and the connection is HTTP/1.1",
        "streams are sent over HTTP/2 and later only",
        cannot=FETCH,
    ),
    Reason.CROSS_ORIGIN_RESOURCE_POLICY: Words(
        "its Cross-Origin-Resource-Policy is {policy}",
        "a response can refuse to be loaded by other origins or sites without CORS",
        "Cross-Origin-Resource-Policy",
        "keeps out {origin}",
    ),
    Reason.MIME_TYPE_BLOCKED: Words(
        "its Content-Type does not fit what it was loaded for",
        "scripts are not loaded from images, audio, video or CSV",
        "Content-Type",
    ),
    Reason.NOSNIFF: Words(
        "its Content-Type does not fit what it was loaded for, and it forbids to look for another",
        "with X-Content-Type-Options: nosniff, scripts and styles need their Content-Type",
        "Content-Type",
    ),
    Reason.INTEGRITY_MISMATCH: Words(
        "the bytes are not those that the page's integrity metadata demands",
        "the body has to have one of the hashes {integrity}",
    ),
    Reason.NOT_MOUNTED: Words(
        "{detail}",
        "in this simulation nothing reaches a network unless a server is mounted for it",
        cannot=NO_ANSWER,
    ),
    Reason.CONNECTION_FAILED: Words(
        "{detail}", "without a connection there is a network error, which no header can mend", cannot=NO_ANSWER
    ),
    Reason.TIMED_OUT: Words("{detail}", "a server that does not answer is a network error", cannot=NO_ANSWER),
    Reason.INVALID_RESPONSE: Words(
        "what came is no response that a browser takes: {detail}",
        "what cannot be read as a response to this request is a network error",
        cannot=NO_ANSWER,
    ),
    Reason.TOO_LARGE: Words(
        "it is too large: {detail}",
        "the limit is one of this simulation; a browser might have read the response",
        cannot=NO_ANSWER,
    ),
    Reason.NOT_RECORDED: Words(
        "{detail}",
        "a recording answers with what it holds; what else a server would say is not known",
        cannot=NO_ANSWER,
    ),
    Reason.NOT_REPRESENTABLE: Words(
        "the HTTP client did not take it: {detail}",
        "a browser might have taken it, so there is no verdict; a scripted server can carry such a response",
        cannot=NO_ANSWER,
    ),
    Reason.PROXY_AUTHENTICATION: Words(
        "the server answered {status}, as only a proxy may",
        "a browser takes a 407 for the word of its proxy; without one it is an error",
    ),
    Reason.BODY_INTERRUPTED: Words(
        "the connection broke in the middle of the body: {detail}",
        "the page sees status and headers, but reading the body fails",
        cannot="may not read the body of {url}",
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

FINDINGS: Final[dict[tuple[str, str], Template]] = {
    ("validate a header", "3"): Template("the page set {dropped}, which is the browser's business: left out"),
    ("append a header", "3"): Template('the page set {dropped}, which mode "no-cors" does not allow: left out'),
    ("main fetch", "12.4"): Template('in mode "no-cors" the page will see nothing of the response'),
    ("main fetch", "12.6"): Template("a preflight has to come first"),
    ("main fetch", "12.7"): Template("no preflight: nothing in this {method} needs one"),
    ("main fetch", "14.2"): Template("the page is given a response of type {type}"),
    ("scheme fetch", "3"): Template("the URL holds the response"),
    ("HTTP fetch", "6.3"): Template("a redirect ({status}), which the page asked not to follow"),
    ("HTTP-redirect fetch", "12"): Template("the {status} turns {method} into GET, without a body"),
    ("HTTP-redirect fetch", "13"): Template("{removed} does not go along to another origin"),
    ("HTTP-redirect fetch", "18"): Template("followed the {status} to {location}"),
    ("TAO check", "2"): Template("an earlier response of the chain kept timing details from the page"),
    ("TAO check", "5"): Template("Timing-Allow-Origin shows the page timing details"),
    ("TAO check", "6"): Template("timing details of another origin's document are not for the page"),
    ("TAO check", "7"): Template("timing details of its own origin are the page's"),
    ("TAO check", "8"): Template("without Timing-Allow-Origin the page sees no timing details"),
    ("HTTP Strict Transport Security", "10"): Template("not simulated: a browser would ask {host} over https by now"),
    ("Local Network Access check", "1"): Template(
        "not simulated: a browser may ask its user before {page} reaches {host}"
    ),
    ("HTTP-network-or-cache fetch", "8.26.2"): Template("{url} was not asked for: the HTTP cache held an answer"),
    ("HTTP-network-or-cache fetch", "15"): Template(
        "a browser may ask its user for a password here; the simulation does not"
    ),
    ("append a request `Cookie` header", "5"): Template("cookies sent: {sent}"),
    ("parse and store response `Set-Cookie` headers", "6"): Template("Set-Cookie: {set_cookie} ({outcome})"),
    ("CORS-preflight cache", "1"): Template("the answer to a preflight for this {method} is remembered"),
    ("CORS check", "3"): Template("Access-Control-Allow-Origin is *, and the request is without credentials"),
    ("CORS check", "5"): Template("Access-Control-Allow-Origin is {origin}"),
    ("CORS check", "7"): Template(
        "Access-Control-Allow-Origin is {origin}, Access-Control-Allow-Credentials is {credentials}"
    ),
    ("cross-origin resource policy check", "5"): Template("Cross-Origin-Resource-Policy: {policy}"),
    ("CORS-preflight fetch", "7"): Template("the preflight's status is {status}"),
    ("CORS-preflight fetch", "7.5"): Template("{method} is listed in Access-Control-Allow-Methods: {allowed}"),
    ("CORS-preflight fetch", "7.7"): Template("{names}: listed in Access-Control-Allow-Headers: {allowed}"),
    ("CORS-preflight fetch", "7.11"): Template("the answer is not remembered"),
    ("CORS-preflight fetch", "7.15"): Template("the answer is remembered for {remembered} s"),
}

ALLOW_ORIGIN_REASONS: Final[frozenset[Reason]] = frozenset(
    reason for reason in Reason if reason.value.startswith(("allow-origin-", "allow-credentials-"))
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


def who(page_origin: str, *, capital: bool = False) -> str:
    """
    Return how a page is called: by its origin, if it has one.
    """
    if page_origin == "null":
        return f"{'A' if capital else 'a'} page of opaque origin (null)"
    return page_origin


class Case(NamedTuple):
    """
    What notes are chosen by.
    """

    reason: Reason
    during_preflight: bool
    status: int
    fields: Fields

    @property
    def allowed(self) -> list[str]:
        """
        What the answer to the preflight lists, of methods or of headers.
        """
        return self.fields["allowed"].split(", ")


SEVERAL_ORIGINS: Final[frozenset[Reason]] = frozenset(
    {Reason.ALLOW_ORIGIN_REPEATED, Reason.ALLOW_ORIGIN_LIST, Reason.ALLOW_ORIGIN_SPACE_SEPARATED}
)

NOTES: Final[tuple[tuple[Callable[[Case], bool], Template], ...]] = (
    (
        lambda case: case.fields["wanted"] == "null" != case.fields["page_origin"],
        Template("redirects from one foreign origin to another have turned the request's origin into null."),
    ),
    (lambda case: "raised" in case.fields, Template("the application raised {raised}")),
    (
        lambda case: case.reason in ALLOW_ORIGIN_REASONS and not case.during_preflight and case.status >= 400,
        Template(
            "the server answered {status}; see to that first. The error page lacks the headers, and so it looks like "
            "CORS."
        ),
    ),
    (
        lambda case: (
            case.reason in ALLOW_ORIGIN_REASONS and not case.during_preflight and case.status in REDIRECT_STATUSES
        ),
        Template("this is a redirect, and every response on the way has to allow the page."),
    ),
    (
        lambda case: case.during_preflight and case.status in {401, 403},
        Template("preflights never carry cookies or Authorization, so they have to be answered before any log-in."),
    ),
    (
        lambda case: (
            case.reason is Reason.METHOD_NOT_ALLOWED
            and case.fields["method"].upper() != case.fields["method"]
            and case.fields["method"].upper() in case.allowed
        ),
        Template(
            "fetch() does not write this method in capitals by itself, and methods are compared as they are written."
        ),
    ),
    (
        lambda case: (
            case.reason in {Reason.METHOD_NOT_ALLOWED, Reason.HEADER_NOT_ALLOWED}
            and "*" in case.allowed
            and case.fields["name"].lower() != "authorization"
        ),
        Template("the request was made with credentials, and so * is no wildcard here, but a name like any other."),
    ),
    (
        lambda case: case.reason in SEVERAL_ORIGINS and _is_said_twice(case),
        Template(
            "the header is written twice, as where a proxy and the application both add it: let one of the two do it."
        ),
    ),
    (
        lambda case: case.reason in SEVERAL_ORIGINS and not _is_said_twice(case),
        Template(
            "the header holds one origin; a server that allows several answers each page with its own, and Vary: "
            "Origin."
        ),
    ),
)


def _is_said_twice(case: Case) -> bool:
    """
    Whether two wrote the header: there are two of it, or one that a proxy joined. Nobody writes the same twice at once.
    """
    names = case.fields["origin"].replace(",", " ").split()
    return case.reason is Reason.ALLOW_ORIGIN_REPEATED or len(set(names)) < len(names) or "*" in names


def browser_label(browser: str) -> str:
    """
    Return how a browser is called in a sentence.
    """
    return label_of(browser)


def finding_sentence(finding: Finding) -> str:
    """
    Say what a finding found, without its rule and outcome.
    """
    fields = Fields(finding.evidence)
    if finding.reason is not None:
        return because(finding.reason, fields)
    template = FINDINGS.get((finding.algorithm.name, finding.step))
    if template is None:
        return ", ".join(f"{name}: {value}" for name, value in fields.items())
    return template.fill(fields)


def because(reason: Reason, fields: Fields) -> str:
    """
    Say why, in the half sentence that ends the headline; `{answer}` is "the answer" unless *fields* knows better.
    """
    return WORDS[reason].because.fill(Fields({"answer": "the answer", **fields}))
