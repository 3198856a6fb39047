"""
The judge: what the results of a session say about a policy, in both directions.

It looks at what pages got and at what went over the wire, never at the server's headers by themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.browser.result import FetchResult
from browsercors.fetch.timeline import CachedResponse, Exchange
from browsercors.policy.elements.revealed import DATA, last_response, revealed, shows_timing
from browsercors.policy.redirector import led_to
from browsercors.policy.runner import was_authenticated
from browsercors.policy.search_space import UNKNOWN_SEGMENT
from browsercors.policy.sessions import Fetch, Load, asked_by_pages
from browsercors.policy.snippets import SCRIPT_INCLUSION
from browsercors.policy_check.violations import ViolationKind
from browsercors.values.findings import Reason
from browsercors.values.methods import normalize_method

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from browsercors.policy.policy import Policy
    from browsercors.policy.sessions import Asked, Session, StepResult

__all__ = [
    "NO_ANSWERS",
    "NO_RESPONSES",
    "Breach",
    "Judge",
    "asker_of",
    "last_asker_of",
    "paired",
    "requested",
]

NO_RESPONSES: Final = frozenset(
    {
        Reason.CONNECTION_FAILED,
        Reason.TIMED_OUT,
        Reason.INVALID_RESPONSE,
        Reason.TOO_LARGE,
        Reason.BODY_INTERRUPTED,
    }
)
"""The reasons for which nothing can be said of a server."""

NO_ANSWERS: Final = NO_RESPONSES | frozenset(
    {
        Reason.NOT_MOUNTED,
        Reason.REDIRECT_LIMIT,
        Reason.REDIRECT_LOCATION_INVALID,
        Reason.REDIRECT_SCHEME_NOT_HTTP,
        Reason.MIXED_CONTENT,
        Reason.CONTENT_SECURITY_POLICY,
        Reason.BAD_PORT,
        Reason.PROXY_AUTHENTICATION,
    }
)
"""The reasons for which a page gets nothing, and which are the server's, but not what its CORS headers say."""


HARMLESS_HEADERS: Final = frozenset({"accept", "accept-language", "content-language"})
"""The request headers that are no more than a preference, of which browsers only ask about unusual values."""


SENT_ALWAYS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""The methods of the requests that a live server gets without being asked for."""

"""The code of what a page reads by running it as a script, for which it needs no CORS."""


class Breach(NamedTuple):
    """
    What a result says against the policy.

    Attributes:
        kind: What is broken.
        code: What sets it apart from others of its kind.
        place: The number of the result, counted from 0.
        sentence: Which rule is broken, by whom.
    """

    kind: ViolationKind
    code: str
    place: int
    sentence: str


class _Asked(NamedTuple):
    """
    What a browser asked permission for.
    """

    method: str
    header_names: tuple[str, ...]
    is_remembered: bool
    time: float


class _Asker(NamedTuple):
    """
    Whose page asks, and how its request comes to the server.
    """

    origin: str
    is_redirected: bool

    @property
    def sent_origin(self) -> str:
        """
        What the `Origin` header says: another server's redirect makes it `null`.
        """
        return "null" if self.is_redirected else self.origin

    @property
    def told(self) -> str:
        """
        Whose page it is, in words.
        """
        through = ", through a redirect that makes its origin null," if self.is_redirected else ""
        return f"A page of {self.origin}{through}"


def paired(session: Session, results: Sequence[StepResult]) -> Iterator[tuple[str, Asked, StepResult]]:
    """
    Yield what the pages of *session* ask for, each with the origin of its page and its result.
    """
    for (origin, asked), result in zip(asked_by_pages(session), results, strict=True):
        yield origin, asked, result


def requested(asked: Asked) -> str:
    """
    Return what is asked for, in words.
    """
    return asked.told if isinstance(asked, Load) else f"{asked.method} {asked.url}"


def asker_of(session: Session, place: int) -> tuple[str, Asked]:
    """
    Return what is asked for number *place* in *session*, with the origin of the page.
    """
    return list(asked_by_pages(session))[place]


def last_asker_of(session: Session) -> tuple[str, Asked]:
    """
    Return what is asked for last in *session*, with the origin of the page.
    """
    return asker_of(session, -1)


class Judge:
    """
    Tells what results say against a policy.

    Args:
        policy: The policy.
        origin: The origin of the server that is to follow it.
        codes: For pages that are not allowed: in what their origin is close to an allowed one.
        withholds: Whether requests with unsafe methods are not sent, but only their preflights.
    """

    def __init__(self, policy: Policy, origin: str, codes: Mapping[str, str], *, withholds: bool = False) -> None:
        self._policy = policy
        self._origin = origin
        self._codes = codes
        self._withholds = withholds

    def breaches(self, session: Session, results: Sequence[StepResult]) -> Iterator[Breach]:
        """
        Yield everything that the results of *session* say against the policy.
        """
        granted: dict[tuple[str, str], float] = {}
        for place, (origin, asked, result) in enumerate(paired(session, results)):
            yield from self.breaches_of(place, origin, asked, result, granted)

    def breaches_of(
        self, place: int, origin: str, asked: Asked, result: StepResult, granted: dict[tuple[str, str], float]
    ) -> Iterator[Breach]:
        """
        Yield what one result says, number *place* of its session.

        Args:
            place: The number of the result, counted from 0.
            origin: Of the page.
            asked: What it asked for.
            result: What that came to.
            granted: When preflights were sent, by page and URL: what the results before it have filled in.
        """
        # NB: what a page asks of its own origin is none of CORS's business.
        if origin == self._origin:
            return
        if isinstance(asked, Fetch):
            assert isinstance(result, FetchResult), "fetches have results of fetches"
            said = self._of_fetch(origin, asked, result, granted)
        else:
            said = self._of_load(origin, asked, result)
        for kind, code, sentence in said:
            yield Breach(kind, code, place, sentence)

    def _of_fetch(
        self, origin: str, fetch: Fetch, result: FetchResult, granted: dict[tuple[str, str], float]
    ) -> Iterator[tuple[ViolationKind, str, str]]:
        with_credentials = fetch.credentials == "include"
        who = _Asker(origin, led_to(fetch.url) is not None)
        asked: _Asked | None = None
        names: tuple[str, ...] = ()
        paths = []
        for entry in result.timeline:
            if not isinstance(entry, Exchange):
                asked = _Asked(entry.method, entry.header_names, True, entry.time)
                yield from self._remembered(origin, entry.url, entry.time, granted)
                names = asked.header_names
                continue
            url = entry.http_request.url
            if url.origin.serialized != self._origin:
                continue
            if not entry.is_preflight:
                paths.append(url.path)
                if asked is not None and not isinstance(entry, CachedResponse):
                    yield from self._sent(who, url.path, asked, with_credentials=with_credentials)
                asked = None
                continue
            headers = entry.http_request.headers
            method = headers.get(b"access-control-request-method") or b""
            listed = headers.get(b"access-control-request-headers") or b""
            names = tuple(name.strip() for name in listed.decode("latin-1").split(",") if name.strip())
            asked = _Asked(method.decode("latin-1"), names, False, entry.time)
            granted[origin, url.href] = entry.time
            paths.append(url.path)
        # NB: where redirects led to another server, nothing is said about this one.
        if not paths:
            return
        if (
            self._withholds
            and asked is not None
            and result.block is not None
            and result.block.reason is Reason.NOT_MOUNTED
        ):
            # NB: the preflight let it pass, and it was held back only here.
            yield from self._sent(who, paths[-1], asked, with_credentials=with_credentials)
        if result.readable:
            yield from self._read(who, fetch, result, paths[-1], with_credentials=with_credentials)
        elif with_credentials and self._why_closed(origin, paths[-1]):
            yield from self._timed(who, result, paths[-1])
        if self._promised(origin, fetch, names, paths, with_credentials=with_credentials):
            yield from self._got(origin, fetch, result, paths[-1])

    def _of_load(self, origin: str, load: Load, result: StepResult) -> Iterator[tuple[ViolationKind, str, str]]:
        who = _Asker(origin, led_to(load.url) is not None)
        asked = (entry.http_request.url for entry in result.timeline if isinstance(entry, Exchange))
        paths = [url.path for url in asked if url.origin.serialized == self._origin]
        # NB: where redirects led to another server, nothing is said about this one.
        if not paths:
            return
        with_credentials, path = load.credentials == "include", paths[-1]
        what = revealed(load, result)
        if what == DATA:
            why = self._why_closed(origin, path)
            if why:
                sentence = f"{who.told} reads the data in {path} by running it as a script; {why}."
                yield ViolationKind.CREDENTIALED_READ, SCRIPT_INCLUSION, sentence
        elif what:
            told = f"{what} of {path}{' with credentials' if with_credentials else ''}"
            yield from self._looked_into(who, told, path, with_credentials=with_credentials)
        elif with_credentials and self._why_closed(origin, path):
            yield from self._timed(who, result, path)
        block = result.block
        if load.mode != "cors" or block is None or not block.is_cors:
            return
        if self._promised(origin, load, (), paths, with_credentials=with_credentials):
            sentence = f"A page of {origin} is promised GET {path}, and is refused it as {load.told}."
            yield ViolationKind.REFUSED, block.reason.value, sentence

    def _why_closed(self, origin: str, path: str) -> str:
        """
        Return why a page may not read what is at *path*, whatever it asks with; empty if it may.
        """
        rule = self._policy.rule_for(path, origin)
        if rule is None:
            return "no page of another origin may"
        return "" if rule.lists_origin(origin) else "its origin is not allowed"

    def _timed(self, who: _Asker, result: StepResult, path: str) -> Iterator[tuple[ViolationKind, str, str]]:
        """
        Yield that a page learns how large an answer is that it may not read, and how long it took.
        """
        if shows_timing(result) and was_authenticated(result):
            sentence = (
                f"{who.told} may not read {path}, and sees in Resource Timing how large the answer to a request with "
                "cookies is, and how long it took."
            )
            yield ViolationKind.TIMING_READ, "", sentence

    def _remembered(
        self, origin: str, url: str, now: float, granted: dict[tuple[str, str], float]
    ) -> Iterator[tuple[ViolationKind, str, str]]:
        if not url.startswith(f"{self._origin}/"):
            return
        path = url.removeprefix(self._origin)
        age = now - granted.get((origin, url), now)
        allowed = self._policy.remembered_at_most(path=path, origin=origin)
        if allowed is not None and age > allowed:
            sentence = (
                f"The preflight for {path} may be remembered for {allowed:g} seconds; a browser still uses it after "
                f"{age:g}."
            )
            yield ViolationKind.REMEMBERED_LONGER, "", sentence

    def _sent(
        self, who: _Asker, path: str, asked: _Asked, *, with_credentials: bool
    ) -> Iterator[tuple[ViolationKind, str, str]]:
        origin = who.origin
        # NB: some frameworks always allow these, with whatever value; nothing is to be gained by them.
        names = [name for name in asked.header_names if name.lower() not in HARMLESS_HEADERS]
        if self._policy.may_send(origin, path=path, method=asked.method, headers=names, credentials=with_credentials):
            return
        rule = self._policy.rule_for(path, origin)
        with_headers = f" with the header {', '.join(asked.header_names)}" if asked.header_names else ""
        request = f"{asked.method} {path}{with_headers}{' and credentials' if with_credentials else ''}"
        if rule is None:
            code, why = "path", "no page of another origin may"
        elif not rule.lists_origin(origin):
            code, why = self._codes.get(who.sent_origin, "any"), "no page of that origin may"
        elif with_credentials and not rule.allows_credentials:
            code, why = "credentials", "credentials are not allowed"
        elif not rule.lists_method(asked.method):
            code, why = "method", f"the method {asked.method} is not listed"
        else:
            denied = ", ".join(name for name in names if not rule.lists_header(name))
            code, why = "header", f"the request header {denied} is not listed"
        yield ViolationKind.SENT, code, f"{who.told} gets {request} sent; {why}."

    def _read(
        self, who: _Asker, fetch: Fetch, result: FetchResult, path: str, *, with_credentials: bool
    ) -> Iterator[tuple[ViolationKind, str, str]]:
        what = f"the answer to {fetch.method} {path}{' with credentials' if with_credentials else ''}"
        beyond = [*self._looked_into(who, what, path, with_credentials=with_credentials)]
        yield from beyond
        rule = self._policy.rule_for(path, who.origin)
        if beyond or rule is None:
            return
        for name, _ in result.headers.lines:
            if not rule.lists_exposed(name):
                sentence = f"{who.told} sees the header {name} of {what}; it is not exposed."
                yield ViolationKind.HEADER_READ, name, sentence

    def _looked_into(
        self, who: _Asker, what: str, path: str, *, with_credentials: bool
    ) -> Iterator[tuple[ViolationKind, str, str]]:
        """
        Yield that a page may not look into what it got, if that is so.
        """
        rule = self._policy.rule_for(path, who.origin)
        why = self._why_closed(who.origin, path)
        if rule is None or why:
            kind = ViolationKind.CREDENTIALED_READ if with_credentials else ViolationKind.READ
            code = "path" if rule is None else self._codes.get(who.sent_origin, "any")
            yield kind, code, f"{who.told} reads {what}; {why}."
        elif with_credentials and not rule.allows_credentials:
            why = "credentials are not allowed"
            yield ViolationKind.CREDENTIALED_READ, "credentials", f"{who.told} reads {what}; {why}."

    def _promised(
        self, origin: str, asked: Asked, names: tuple[str, ...], paths: Sequence[str], *, with_credentials: bool
    ) -> bool:
        # NB: a request that was led here by another server comes with the origin `null`, which is promised nothing.
        if not asked.url.startswith(f"{self._origin}/"):
            return False
        method = normalize_method(asked.method.encode()).decode()
        rules = [self._policy.rule_for(path, origin) for path in set(paths)]
        return all(
            rule is not None and rule.promises(origin, method, names, credentials=with_credentials) for rule in rules
        )

    def _got(
        self, origin: str, fetch: Fetch, result: FetchResult, path: str
    ) -> Iterator[tuple[ViolationKind, str, str]]:
        what = f"{fetch.method} {path}{' with credentials' if fetch.credentials == 'include' else ''}"
        if not result.readable:
            block = result.block
            if block is None:
                return
            if self._withholds and block.reason is Reason.NOT_MOUNTED and fetch.method not in SENT_ALWAYS:
                return
            answer = last_response(result)
            status = None if answer is None else answer.status
            if path.endswith(UNKNOWN_SEGMENT) and block.during_preflight and status == 404:
                # NB: where there is nothing, most frameworks let no preflight pass; nobody misses anything.
                return
            if block.reason in NO_ANSWERS:
                sentence = f"A page of {origin} is promised {what}; the server gave no answer that can be judged."
                yield ViolationKind.NO_ANSWER, block.reason.value, sentence
            elif block.is_cors:
                is_error = not block.during_preflight and status is not None and status >= 400
                code = f"{block.reason.value} on an error" if is_error else block.reason.value
                sentence = f"A page of {origin} is promised {what}, and is refused it."
                yield ViolationKind.REFUSED, code, sentence
            return
        rule = self._policy.rule_for(path, origin)
        last = last_response(result)
        if rule is None or last is None:
            return
        for raw_name, _ in last.headers:
            name = raw_name.decode("latin-1").lower()
            if rule.promises_exposed(name) and name not in result.headers:
                sentence = f"A page of {origin} is promised the header {name} of {what}, and does not see it."
                yield ViolationKind.HEADER_HIDDEN, name, sentence
