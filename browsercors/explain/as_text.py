"""
A verdict in words: who may not read what, the evidence, the rule, and what each browser calls it.

The words stand in tables, one entry for each `Reason`, each `HeaderRule` and each step that leaves a finding; the
functions only fill them in. What servers and pages wrote gets into a sentence through `shown` alone, so that it can
neither steer a terminal nor flood it.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from browsercors.explain.sanitise import MOST_ITEMS, NOTHING, shown
from browsercors.fetch.findings import Reason
from browsercors.fetch.safelists import HeaderRule
from browsercors.fetch.timeline import Exchange, ExchangeKind
from browsercors.values.responses import REDIRECT_STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from browsercors.fetch.findings import Block, Finding
    from browsercors.fetch.timeline import RememberedPreflight

__all__ = [
    "Explanation",
    "describe_block",
    "describe_entry",
    "describe_finding",
    "describe_opaque",
    "describe_preflight_causes",
    "explain_block",
    "labelled",
    "who",
    "wrapped",
]

WIDTH: Final = 80
LABEL_WIDTH: Final = 8
PREFLIGHT_DUE: Final = ("main fetch", "12.6")

BROWSER_NAMES: Final = {"chromium": "Chromium", "firefox": "Firefox", "webkit": "WebKit"}

TELLING_HEADERS: Final = re.compile(
    r"origin|cookie|authorization|content-type|sec-fetch-site|location|set-cookie|vary|www-authenticate"
    r"|access-control-.*|cross-origin-resource-policy",
    re.IGNORECASE,
)
"""The headers that a look at CORS needs; the others are shown on demand."""


class Fields(dict[str, str]):
    """
    What words are filled in with: values of the evidence by name, each made fit to be shown.
    """

    def __init__(self, values: Mapping[str, object]) -> None:
        super().__init__((name, shown(value)) for name, value in values.items())

    def __missing__(self, name: str) -> str:
        return NOTHING


class Words(NamedTuple):
    """
    What is said of a `Reason`; braces hold the names of its evidence, and of what `_fields` adds.

    Attributes:
        because: Ends the sentence that stands alone.
        rule: The rule in plain words.
        header: The response header that decided, if one did.
        demand: What that header would have to be.
        fix: Header lines that mend it, where the evidence leaves no doubt.
        cannot: Begins the sentence that stands alone; what the page wanted to do.
    """

    because: str
    rule: str
    header: str = ""
    demand: str = ""
    fix: tuple[str, ...] = ()
    cannot: str = "may not read {url}"


ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
ALLOW_CREDENTIALS: Final = "Access-Control-Allow-Credentials"
ALLOW_METHODS: Final = "Access-Control-Allow-Methods"
ALLOW_HEADERS: Final = "Access-Control-Allow-Headers"

EXACTLY_THE_ORIGIN: Final = (f"{ALLOW_ORIGIN}: {{wanted}}", "Vary: Origin")
ONE_ORIGIN: Final = "Access-Control-Allow-Origin has to be the page's origin, byte for byte, and nothing else"

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
        (EXACTLY_THE_ORIGIN[0], f"{ALLOW_CREDENTIALS}: true", EXACTLY_THE_ORIGIN[1]),
    ),
    Reason.ALLOW_ORIGIN_REPEATED: Words(
        "{answer} has more than one Access-Control-Allow-Origin header",
        "repeated headers are one value, joined by commas, and no origin is equal to that",
        ALLOW_ORIGIN,
        "has to be there once: {wanted}",
        EXACTLY_THE_ORIGIN,
    ),
    Reason.ALLOW_ORIGIN_LIST: Words(
        "the Access-Control-Allow-Origin of {answer} is a list",
        ONE_ORIGIN,
        ALLOW_ORIGIN,
        "has to be exactly: {wanted}",
        EXACTLY_THE_ORIGIN,
    ),
    Reason.ALLOW_ORIGIN_SPACE_SEPARATED: Words(
        "the Access-Control-Allow-Origin of {answer} is several words",
        ONE_ORIGIN,
        ALLOW_ORIGIN,
        "has to be exactly: {wanted}",
        EXACTLY_THE_ORIGIN,
    ),
    Reason.ALLOW_ORIGIN_INVALID: Words(
        "the Access-Control-Allow-Origin of {answer} is no origin",
        ONE_ORIGIN,
        ALLOW_ORIGIN,
        "has to be exactly: {wanted}",
        EXACTLY_THE_ORIGIN,
    ),
    Reason.ALLOW_ORIGIN_MISMATCH: Words(
        "{answer} allows {origin} and not {wanted}",
        ONE_ORIGIN,
        ALLOW_ORIGIN,
        "has to be exactly: {wanted}",
        EXACTLY_THE_ORIGIN,
    ),
    Reason.ALLOW_CREDENTIALS_NOT_TRUE: Words(
        "the request was made with credentials, and {answer} does not allow them",
        "with credentials, Access-Control-Allow-Credentials has to be there and exactly true",
        ALLOW_CREDENTIALS,
        "has to be exactly: true",
        (f"{ALLOW_CREDENTIALS}: true",),
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
    Reason.NOT_RECORDED: Words(
        "{detail}",
        "a recording answers with what it holds; what else a server would say is not known",
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

FINDINGS: Final[dict[tuple[str, str], str]] = {
    ("validate a header", "3"): "the page set {dropped}, which is the browser's business: left out",
    ("append a header", "3"): 'the page set {dropped}, which mode "no-cors" does not allow: left out',
    ("main fetch", "12.4"): 'in mode "no-cors" the page will see nothing of the response',
    ("main fetch", "12.6"): "a preflight has to come first",
    ("main fetch", "12.7"): "no preflight: nothing in this {method} needs one",
    ("main fetch", "14.2"): "the page is given a response of type {type}",
    ("scheme fetch", "3"): "the URL holds the response",
    ("HTTP fetch", "6.3"): "a redirect ({status}), which the page asked not to follow",
    ("HTTP-redirect fetch", "12"): "the {status} turns {method} into GET, without a body",
    ("HTTP-redirect fetch", "13"): "{removed} does not go along to another origin",
    ("HTTP-redirect fetch", "18"): "followed the {status} to {location}",
    ("TAO check", "2"): "an earlier response of the chain kept timing details from the page",
    ("TAO check", "5"): "Timing-Allow-Origin shows the page timing details",
    ("TAO check", "6"): "timing details of another origin's document are not for the page",
    ("TAO check", "7"): "timing details of its own origin are the page's",
    ("TAO check", "8"): "without Timing-Allow-Origin the page sees no timing details",
    ("HTTP cache", "8.26"): "not simulated: a browser might answer {url} from its HTTP cache",
    ("HTTP Strict Transport Security", "10"): "not simulated: a browser would ask {host} over https by now",
    ("Local Network Access check", "1"): "not simulated: a browser may ask its user before {page} reaches {host}",
    ("HTTP-network-or-cache fetch", "15"): "a browser may ask its user for a password here; the simulation does not",
    ("append a request `Cookie` header", "5"): "cookies sent: {sent}",
    ("parse and store response `Set-Cookie` headers", "6"): "Set-Cookie: {set_cookie} ({outcome})",
    ("CORS-preflight cache", "1"): "the answer to a preflight for this {method} is remembered",
    ("CORS check", "3"): "Access-Control-Allow-Origin is *, and the request is without credentials",
    ("CORS check", "5"): "Access-Control-Allow-Origin is {origin}",
    ("CORS check", "7"): ("Access-Control-Allow-Origin is {origin}, Access-Control-Allow-Credentials is {credentials}"),
    ("cross-origin resource policy check", "5"): "Cross-Origin-Resource-Policy: {policy}",
    ("CORS-preflight fetch", "7"): "the preflight's status is {status}",
    ("CORS-preflight fetch", "7.5"): "{method} is listed in Access-Control-Allow-Methods: {allowed}",
    ("CORS-preflight fetch", "7.7"): "{names}: listed in Access-Control-Allow-Headers: {allowed}",
    ("CORS-preflight fetch", "7.11"): "the answer is not remembered",
    ("CORS-preflight fetch", "7.15"): "the answer is remembered for {remembered} s",
}

ALLOW_ORIGIN_REASONS: Final = frozenset(
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


class Explanation(NamedTuple):
    """
    A verdict in words, part by part; nothing in it disturbs a terminal.

    Attributes:
        sentence: Who may not read what, because of what; it stands alone.
        evidence: The lines that were looked at, to be shown as they are.
        rule: The rule in plain words, with algorithm and step.
        url: The rule's section in the standard.
        notes: What else the evidence says.
        names: The code of the reason and each browser's own name for it, by whom.
        fix: Header lines that mend it, where that is certain.
    """

    sentence: str
    evidence: tuple[str, ...]
    rule: str
    url: str
    notes: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    fix: tuple[str, ...]

    def __str__(self) -> str:
        lines = [self.sentence, "", *(f"    {line}" for line in self.evidence), ""]
        for label, paragraph in self.paragraphs():
            lines += labelled(label, paragraph)
        return "\n".join(lines)

    def paragraphs(self) -> Iterable[tuple[str, list[str]]]:
        """
        Yield what follows the evidence: labels, and lines that fit.
        """
        yield "Rule:", [*wrapped(self.rule), self.url]
        for note in self.notes:
            yield "Note:", wrapped(note)
        yield "Names:", [f"{name} ({whose})" for whose, name in self.names]
        if self.fix:
            yield "Fix:", list(self.fix)


def labelled(label: str, lines: Sequence[str]) -> list[str]:
    """
    Return *lines* under a label that stands out.
    """
    return [f"{'' if position else label:<{LABEL_WIDTH}}{line}" for position, line in enumerate(lines)]


def wrapped(text: str, width: int = WIDTH - LABEL_WIDTH) -> list[str]:
    """
    Return *text* in lines that fit, broken at blanks only: nothing that is copied is torn.
    """
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def describe_block(
    block: Block, page_origin: str, timeline: Sequence[Exchange | RememberedPreflight], url: str | None = None
) -> str:
    """
    Return the whole explanation of *block* as text; its first line stands alone. The arguments are `explain_block`'s.
    """
    return str(explain_block(block, page_origin, timeline, url))


def explain_block(
    block: Block, page_origin: str, timeline: Sequence[Exchange | RememberedPreflight], url: str | None = None
) -> Explanation:
    """
    Explain *block*.

    Args:
        block: The rule that decided.
        page_origin: The serialised origin of the page.
        timeline: What happened until then.
        url: What the page asked for; said where nothing was sent yet.
    """
    words = WORDS[block.reason]
    exchange = _deciding_exchange(block, timeline)
    fields = _fields(block, page_origin, exchange, timeline, url)
    status = (exchange.status if exchange is not None else None) or 0
    case = Case(block.reason, block.during_preflight, status, fields)
    algorithm = block.finding.algorithm
    cannot = "may not send {asked_method} {url}" if block.during_preflight else words.cannot
    subject = who(page_origin, capital=True)
    return Explanation(
        sentence=f"{subject} {cannot}: {words.because}.".format_map(fields),
        evidence=tuple(_evidence(words, fields, exchange)),
        rule=f"{words.rule.format_map(fields)} ({algorithm.name}, step {block.finding.step}).",
        url=algorithm.url,
        notes=tuple(note.format_map(fields) for applies, note in NOTES if applies(case)),
        names=(
            ("browsercors", block.reason.value),
            *((BROWSER_NAMES.get(browser, browser), name) for browser, name in block.identifiers.items()),
        ),
        fix=tuple(line.format_map(fields) for line in words.fix) if _is_meant_to_be_allowed(fields) else (),
    )


def who(page_origin: str, *, capital: bool = False) -> str:
    """
    Return how a page is called: by its origin, if it has one.
    """
    if page_origin == "null":
        return f"{'A' if capital else 'a'} page of opaque origin (null)"
    return page_origin


def _is_meant_to_be_allowed(fields: Fields) -> bool:
    """
    Whether the server names the page's origin, in whatever wrong way, or any.

    Who else is to be allowed is not ours to say; `null` is nobody's own, and never proposed.
    """
    named = {name.removesuffix("/") for name in re.split(r"[,\s]+", fields["origin"])}
    wanted = fields["wanted"]
    return wanted == NOTHING or (wanted != "null" and (wanted in named or "*" in named))


def describe_opaque(type_: str) -> str:
    """
    Say why a response that nothing blocked is not readable.
    """
    return OPAQUE[type_]


def _deciding_exchange(block: Block, timeline: Sequence[Exchange | RememberedPreflight]) -> Exchange | None:
    """
    Return the exchange that the block is about; None if the request was refused before it was sent.
    """
    last = timeline[-1] if timeline else None
    if not isinstance(last, Exchange) or last.kind is ExchangeKind.REDIRECT:
        return None
    return last if last.is_preflight is block.during_preflight else None


def _fields(
    block: Block,
    page_origin: str,
    exchange: Exchange | None,
    timeline: Sequence[Exchange | RememberedPreflight],
    url: str | None,
) -> Fields:
    """
    Return what the words are filled in with: the evidence, and the circumstances.
    """
    values: dict[str, object] = {
        "who": who(page_origin),
        "page_origin": page_origin,
        "url": url or "what it asked for",
        "answer": "the answer to the preflight" if block.during_preflight else "the response",
    }
    if exchange is not None:
        values["url"] = exchange.url
        values["asked_method"] = exchange.request_headers.get("Access-Control-Request-Method")
        values["status"] = exchange.status
        if exchange.traceback:
            values["raised"] = exchange.traceback.strip().rpartition("\n")[2]
    elif timeline and isinstance(timeline[-1], Exchange) and timeline[-1].kind is ExchangeKind.REDIRECT:
        values["url"] = f"what {timeline[-1].url} redirects to"
    return Fields({**values, **block.finding.evidence})


def _evidence(words: Words, fields: Fields, exchange: Exchange | None) -> Iterable[str]:
    if exchange is None:
        yield "(this request was not sent)"
        return
    yield _request_line(exchange)
    if not words.header or exchange.http_response is None:
        return
    lines = [f"{shown(name)}: {shown(value)}" for name, value in _lines_named(exchange, words.header)]
    yield from lines or [f"({words.header} is not there)"]
    if words.demand:
        demand = f"^ {words.demand.format_map(fields)}"
        # NB: under the value, unless that is too far to the right.
        column = len(words.header) + 2 if lines else 1
        yield f"{' ' * min(column, max(1, WIDTH - 4 - len(demand)))}{demand}"


def _lines_named(exchange: Exchange, name: str) -> list[tuple[str, str]]:
    return [line for line in exchange.response_headers.lines if line[0].lower().strip() == name.lower()][:MOST_ITEMS]


class Case(NamedTuple):
    """
    What notes are chosen by.
    """

    reason: Reason
    during_preflight: bool
    status: int
    fields: Fields


NOTES: Final[tuple[tuple[Callable[[Case], bool], str], ...]] = (
    (
        lambda case: case.fields["wanted"] == "null" != case.fields["page_origin"],
        "redirects from one foreign origin to another have turned the request's origin into null.",
    ),
    (lambda case: "raised" in case.fields, "the application raised {raised}"),
    (
        lambda case: case.reason in ALLOW_ORIGIN_REASONS and not case.during_preflight and case.status >= 400,
        "the server answered {status}; see to that first. The error page lacks the headers, and so it looks like CORS.",
    ),
    (
        lambda case: (
            case.reason in ALLOW_ORIGIN_REASONS and not case.during_preflight and case.status in REDIRECT_STATUSES
        ),
        "this is a redirect, and every response on the way has to allow the page.",
    ),
    (
        lambda case: case.during_preflight and case.status in {401, 403},
        "preflights never carry cookies or Authorization, so they have to be answered before any log-in.",
    ),
    (
        lambda case: (
            case.reason is Reason.METHOD_NOT_ALLOWED
            and case.fields["method"].upper() != case.fields["method"]
            and case.fields["method"].upper() in case.fields["allowed"].split(", ")
        ),
        "fetch() does not write this method in capitals by itself, and methods are compared as they are written.",
    ),
)


def describe_finding(finding: Finding) -> str:
    """
    Return a finding in one line: the rule, its step, how it ended, and on what.
    """
    algorithm = finding.algorithm.name
    start = f"{algorithm}, step {finding.step}: {finding.outcome.value}, "
    fields = Fields(finding.evidence)
    if finding.reason is not None:
        return start + _because(finding.reason, fields)
    template = FINDINGS.get((algorithm, finding.step))
    if template is None:
        return start + ", ".join(f"{name}: {value}" for name, value in fields.items())
    return start + template.format_map(fields)


def _because(reason: Reason, fields: Fields) -> str:
    return WORDS[reason].because.format_map(Fields({"answer": "the answer", **fields}))


def describe_preflight_causes(findings: Sequence[Finding]) -> list[str]:
    """
    Say why a preflight was due, naming every cause in a line of its own; none if no preflight was.
    """
    causes: list[str] = []
    for finding in findings:
        if (finding.algorithm.name, finding.step) == PREFLIGHT_DUE:
            causes += _causes(finding) or ["an earlier request of the redirect chain had a preflight"]
    return causes


def _causes(finding: Finding) -> Iterable[str]:
    evidence: Mapping[str, Any] = finding.evidence
    causes = [] if evidence["method"] is None else [f"{shown(evidence['method'])}: it is not one of GET, HEAD and POST"]
    causes += [f"{shown(name)}: {HEADER_RULES[rule]}" for name, rule in evidence["headers"][:MOST_ITEMS]]
    if evidence["use_cors_preflight"]:
        causes.append("the page listens to the upload, or sends a stream")
    return causes


def describe_entry(entry: Exchange | RememberedPreflight, *, verbose: bool = False) -> list[str]:
    """
    Return an exchange as lines, as curl shows one: `>` for what was sent, `<` for what came back.

    Args:
        entry: The exchange, or the preflight that was not sent.
        verbose: Whether all headers are shown, and not those alone that CORS is about.
    """
    if not isinstance(entry, Exchange):
        headers = f" with {shown(entry.header_names)}" if entry.header_names else ""
        return [f"remembered  {shown(entry.method)} {shown(entry.url)}{headers}: no preflight is sent"]
    return [
        f"{entry.kind.value:<9}  {_request_line(entry)}",
        *_header_lines(">", entry.request_headers.lines, verbose=verbose),
        *_header_lines("<", entry.response_headers.lines, verbose=verbose),
    ]


def _request_line(exchange: Exchange) -> str:
    response = exchange.http_response
    if response is None:
        outcome = "no response"
    else:
        outcome = f"{response.status} {shown(response.reason)}" if response.reason else str(response.status)
    return f"{shown(exchange.method)} {shown(exchange.url)} -> {outcome}"


def _header_lines(mark: str, lines: list[tuple[str, str]], *, verbose: bool) -> Iterable[str]:
    telling = [line for line in lines if verbose or TELLING_HEADERS.fullmatch(line[0].strip())]
    for name, value in telling[:MOST_ITEMS]:
        yield f"  {mark} {shown(name)}: {shown(value)}"
    if len(telling) > MOST_ITEMS:
        yield f"  {mark} ... and {len(telling) - MOST_ITEMS} more lines"
