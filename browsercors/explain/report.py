"""
The report on a verdict, as data: every way of showing it starts from here, and none knows more than this.

All text in a report is short and printable: what servers and pages wrote came in through `sanitise.shown`.
`as_data.report_as_data` writes a report as JSON-serialisable data, field by field under these names;
`spec_notes/report.md` documents them.
"""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 (tests ask for the types of the fields)
from typing import ClassVar, Final, Literal, TypeAlias

import attrs

from browsercors.values.arguments import checked_instance

__all__ = [
    "REPORT_VERSION",
    "AnswerChange",
    "Attempt",
    "BrowserName",
    "Cached",
    "Cause",
    "Difference",
    "Entry",
    "EntryKind",
    "Excerpt",
    "Fix",
    "HeaderChange",
    "Needs",
    "Obstacle",
    "PreflightStory",
    "Remembered",
    "Report",
    "RequestChange",
    "Rule",
    "ServerCause",
    "Step",
    "Surprise",
    "Verdict",
    "checked_report",
]

REPORT_VERSION: Final = 1
"""Raised when a field changes its meaning or goes; new fields do not raise it."""

EntryKind: TypeAlias = Literal[
    "preflight",
    "redirect",
    "challenge",
    "actual",
    "revalidation",
    "remembered-preflight",
    "cached-response",
    "preloaded-response",
    "worker-response",
]
"""What an entry of the timeline is."""

Verdict: TypeAlias = Literal["readable", "opaque", "blocked", "undecided", "loaded", "restricted"]
"""
`undecided`: the simulation ended where a browser would have gone on, as at an origin that nothing is mounted for.
`loaded` and `restricted` are of what elements load, in the place of `readable` and `opaque`; what is restricted is
there, but scripts may not look into it.
"""


@attrs.frozen
class Attempt:
    """
    What the page tried.

    Attributes:
        page_origin: The serialised origin of the page; "null" for an opaque one.
        page_url: The page's URL.
        api: How it asked: "fetch" or "XMLHttpRequest"; for what an element or a style sheet loads, how the page writes
            it, such as `<img crossorigin="anonymous">`.
        method: The method asked for.
        url: The URL asked for.
        mode: The request's mode.
        credentials: The request's credentials mode.
        headers: The header lines that the page set.
        body_length: How many bytes of body go along; None without a body.
    """

    page_origin: str
    page_url: str
    api: str
    method: str
    url: str
    mode: str
    credentials: str
    headers: tuple[tuple[str, str], ...] = ()
    body_length: int | None = None


@attrs.frozen
class Excerpt:
    """
    A line that was looked at.

    Attributes:
        line: The line as it was written, or, in parentheses, that it is missing.
        start: Where in the line the part begins that matters.
        end: Where it ends; equal to *start* if no part matters more than another.
        remark: What is wrong with that part; may be empty.
        entry: The number of the timeline's entry that it is from, counted from 0; None if nothing was sent.
    """

    line: str
    start: int = 0
    end: int = 0
    remark: str = ""
    entry: int | None = None


@attrs.frozen
class Rule:
    """
    The rule that decided.

    Attributes:
        text: The rule in plain words.
        algorithm: The algorithm, as the standard names it.
        step: The step of it.
        url: Where it stands.
    """

    text: str
    algorithm: str
    step: str
    url: str


@attrs.frozen
class BrowserName:
    """
    What a browser calls the failure.

    Attributes:
        browser: The browser.
        name: Its own identifier; empty where it keeps silent.
        parameter: What it names with it, such as a header; may be empty.
    """

    browser: str
    name: str
    parameter: str = ""


@attrs.frozen
class Obstacle:
    """
    A rule that would fail next, once what comes before it is mended.

    Attributes:
        code: The code of the reason.
        sentence: What is wrong.
        during_preflight: Whether it fails the preflight.
    """

    code: str
    sentence: str
    during_preflight: bool


@attrs.frozen
class ServerCause:
    """
    Why a server answered so, as the response shows it.

    Attributes:
        code: The name of the row in the table of causes.
        who: What answered: a product, a layer, or what several of them do alike.
        meaning: What that means for CORS there.
        remedy: What to change, in the product's own words and settings.
        sign: The words of the response that show it.
        sure: How it is known: "measured" on the running software, "read in source", "documented" by the vendor,
            "reported" by unrelated people, "unsure", or "shown by the response" itself.
        source: Where it can be checked.
        entry: The number of the timeline's entry that shows it, counted from 0.
    """

    code: str
    who: str
    meaning: str
    remedy: str
    sign: str
    sure: str
    source: str
    entry: int


@attrs.frozen
class HeaderChange:
    """
    A change to a header of an answer.

    Attributes:
        name: The header's name.
        value: What the one line of it has to say; None for a header that has to go.
        before: What it said; None if it was not there.
    """

    name: str
    value: str | None
    before: str | None = None


@attrs.frozen
class AnswerChange:
    """
    What has to change in the server's answer to one request.

    Attributes:
        kind: "preflight", "redirect", "challenge" (a 401 that the browser has answered) or "actual".
        method: The method of the request that is answered.
        url: Its URL.
        status: The status that it has to have; None if that can stay.
        headers: The headers that have to change; the whole list of what has to be there where `is_assumed`.
        is_assumed: Whether this answer was never recorded, since the fetch ended before it: that its status is 200 is
            taken for granted.
        is_stored: Whether it came out of the browser's HTTP cache: what has to change is the answer that was stored
            there, and so every answer of this URL that may be.
    """

    kind: Literal["preflight", "redirect", "challenge", "actual"]
    method: str
    url: str
    status: int | None = None
    headers: tuple[HeaderChange, ...] = ()
    is_assumed: bool = False
    is_stored: bool = False


@attrs.frozen
class RequestChange:
    """
    What has to change in the page's call.

    Attributes:
        argument: The argument of `fetch()`: "url", "method", "headers", "body", "credentials", "mode" and so on; or the
            attribute of an element, such as "crossorigin".
        before: What the page gave, as JavaScript or HTML.
        after: What it has to give, as JavaScript or HTML.
        sentence: The change in words.
    """

    argument: str
    before: str
    after: str
    sentence: str


@attrs.frozen
class Needs:
    """
    What a server's configuration has to allow, and nothing more, for a fix to be in force.

    Attributes:
        origin: The page's origin, or "*".
        server_origin: The origin of the server.
        path: The path of the request, without query.
        method: The method of the request.
        methods: The methods that a preflight has to allow beyond GET, HEAD and POST.
        headers: The request headers that a preflight has to allow.
        expose: The response headers that the page has to see.
        credentials: Whether credentials have to be allowed.
        max_age: How many seconds the preflight may be remembered, where the fix is about that; otherwise None.
        on_errors: Whether the answer that has to carry the headers is an error (4xx, 5xx).
    """

    origin: str
    server_origin: str
    path: str
    method: str = "GET"
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    expose: tuple[str, ...] = ()
    credentials: bool = False
    max_age: int | None = None
    on_errors: bool = False


@attrs.frozen
class Fix:
    """
    A change after which the replay succeeded.

    Attributes:
        where: Who has to change: the "server", the "page", or "both".
        summary: The change in one sentence.
        answers: What has to change in answers, in the order of the exchanges.
        requests: What has to change in the page's call.
        warnings: What the change opens beyond what was asked for, and what has to be considered before it is made.
        proven_in: The browsers in which the replay succeeded, by name.
        needs: What a server's configuration has to allow; None if the fix is none of CORS or is for null.
    """

    where: Literal["server", "page", "both"]
    summary: str
    answers: tuple[AnswerChange, ...] = ()
    requests: tuple[RequestChange, ...] = ()
    warnings: tuple[str, ...] = ()
    proven_in: tuple[str, ...] = ()
    needs: Needs | None = None


@attrs.frozen
class Surprise:
    """
    Something that blocked nothing, and that the page's author would want to know.

    Attributes:
        code: Its code in the catalogue, such as "header-hidden".
        sentence: What happened.
        advice: What to do about it; may be empty.
        fix: A change after which the replay showed no such surprise; None if there is none to show.
    """

    code: str
    sentence: str
    advice: str = ""
    fix: Fix | None = None


@attrs.frozen
class Cause:
    """
    Why a preflight is due.

    Attributes:
        subject: The method or the header that causes it; empty if neither does.
        sentence: Why it does.
    """

    subject: str
    sentence: str


@attrs.frozen
class Remembered:
    """
    How long a browser remembers the preflight's answer.

    Attributes:
        browser: The browser.
        seconds: How long; None if it does not remember it at all.
    """

    browser: str
    seconds: float | None


@attrs.frozen
class PreflightStory:
    """
    Why there was a preflight, or was none.

    Attributes:
        outcome: "sent" over the wire; "remembered", since the cache still knew the answer; "not needed"; or "not
            reached", since the fetch ended before the question came up.
        why_not: Why none was needed; empty if one was.
        causes: Why it is due, every reason of its own.
        remembered: How long each browser remembers its answer; empty if it was not allowed, or not sent.
    """

    outcome: Literal["sent", "remembered", "not needed", "not reached"]
    why_not: str = ""
    causes: tuple[Cause, ...] = ()
    remembered: tuple[Remembered, ...] = ()


@attrs.frozen
class Difference:
    """
    What the very same request comes to in a browser.

    Attributes:
        browser: The browser.
        verdict: What it comes to there.
        code: The code of the reason if it is blocked; otherwise empty.
        sentence: What is otherwise there than in the browser of the report, and why; empty if nothing is.
    """

    browser: str
    verdict: Verdict
    code: str
    sentence: str


@attrs.frozen
class Cached:
    """
    What is known of an answer out of the browser's HTTP cache.

    Attributes:
        age: How old it was, in seconds.
        made_for: The `Origin` of the request that it was stored for; None if that had none.
        is_confirmed: Whether the server was asked whether it still holds, and answered 304; that exchange stands right
            before.
        is_redirect: Whether it was a redirect that was followed.
    """

    age: float
    made_for: str | None
    is_confirmed: bool
    is_redirect: bool


@attrs.frozen
class Entry:
    """
    An entry of the timeline: an exchange on the wire, or what a cache of the browser answered in place of one.

    Attributes:
        kind: "preflight", "redirect", "challenge" (a 401 that the browser has answered), "actual", "revalidation" (sent
            behind the page's back, for the next time), "remembered-preflight", "cached-response" (out of the browser's
            HTTP cache), "worker-response" (the page's service worker responded), or "preloaded-response" (which a
            preload of the page had brought).
        method: The request's method; for a remembered preflight the method that it allows.
        url: The request's URL.
        status: The answer's status; None if none came.
        status_text: The answer's reason phrase.
        failure: Why no answer came, or what broke it off; empty if it came whole.
        request_headers: The header lines sent; for a cached or preloaded response those of the request that brought it.
        response_headers: The header lines received; for a cached response those that were stored.
        time: When it was sent, or a cache answered, in simulated seconds.
        cached: What is known of a cached response; None for all else.
    """

    kind: EntryKind
    method: str
    url: str
    status: int | None = None
    status_text: str = ""
    failure: str = ""
    request_headers: tuple[tuple[str, str], ...] = ()
    response_headers: tuple[tuple[str, str], ...] = ()
    time: float = 0.0
    cached: Cached | None = None


@attrs.frozen
class Step:
    """
    A rule that was applied.

    Attributes:
        outcome: "passed", "failed" or "noted".
        algorithm: The algorithm, as the standard names it.
        step: The step of it that decided.
        sentence: What it found.
        url: Where it stands.
    """

    outcome: Literal["passed", "failed", "noted"]
    algorithm: str
    step: str
    sentence: str
    url: str


@attrs.frozen
class Report:
    """
    The report on one verdict.

    Attributes:
        verdict: What the page may do with the response, or what became of what an element loads.
        code: The code of the reason if it is blocked or undecided, of the surprise if it is opaque or restricted, else
            "readable" or "loaded".
        browser: The browser that was simulated.
        headline: The verdict in one sentence that stands alone.
        tried: What the page tried.
        evidence: The lines that decided.
        rule: The rule that decided; None if nothing failed.
        names: What each browser calls the failure.
        notes: What else the evidence says.
        behind: The rules that would fail next, one after the other, once the first is mended.
        fixes: Changes that were proven by replay, the best first: the server's before the page's, the least permissive
            before the others.
        advice: What can be done where no change to the server's headers helps; empty where one does.
        preflight: Why there was a preflight, or was none.
        visible_headers: The response headers that the page sees, lower-case.
        hidden_headers: The response headers that it does not see, lower-case, without those of CORS.
        surprises: What blocked nothing, and is worth knowing.
        differences: What the same request comes to in each browser; empty unless it was asked for.
        timeline: What went over the wire, and what the browser's caches answered in place of it, in order.
        steps: Every rule that was applied, in order.
        server: The kind of server, as its answers tell, by a name of `configurations.SERVERS`; empty if they do not.
        causes: Who answered so, and why, the best proven first; empty where no response shows it.
        curl: A command for a shell that asks a layer of the server the same question, to find out which one answers
            so; empty where it is known whose layer that is, or where no server was asked.
    """

    verdict: Verdict
    code: str
    browser: str
    headline: str
    tried: Attempt
    preflight: PreflightStory
    evidence: tuple[Excerpt, ...] = ()
    rule: Rule | None = None
    names: tuple[BrowserName, ...] = ()
    notes: tuple[str, ...] = ()
    behind: tuple[Obstacle, ...] = ()
    fixes: tuple[Fix, ...] = ()
    advice: str = ""
    visible_headers: tuple[str, ...] = ()
    hidden_headers: tuple[str, ...] = ()
    surprises: tuple[Surprise, ...] = ()
    differences: tuple[Difference, ...] = ()
    timeline: tuple[Entry, ...] = ()
    steps: tuple[Step, ...] = ()
    server: str = ""
    causes: tuple[ServerCause, ...] = ()
    curl: str = ""

    written: ClassVar[Callable[[Report], str] | None] = None
    """How `str` writes it: as `report_as_text` does, which stands above this module; `compose_report` puts it here."""

    def __str__(self) -> str:
        write = Report.written
        return self.headline if write is None else write(self)


def checked_report(report: object) -> Report:
    """
    Return *report*, which users hand over.

    Raises:
        ArgumentTypeError: It is no report.
    """
    return checked_instance("report", report, Report, "a Report, which result.report() makes")
