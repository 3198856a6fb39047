"""
Verdicts on recorded traffic: what was recorded answers once more, and a simulated browser judges it.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final, Literal

from browsercors.browser.browser import Browser
from browsercors.browser.replay import USABLE
from browsercors.engines.registry import DEFAULT_BROWSER, label_of, profile_named
from browsercors.har.answers import allow_what_is_asked, is_stored_response, recorded_server
from browsercors.har.contradictions import contradictions
from browsercors.har.elements import ELEMENTS
from browsercors.har.error_codes import Ending, error_code
from browsercors.har.inference import (
    Circumstances,
    InferenceError,
    page_call,
    preflight_call,
    request_mode,
)
from browsercors.har.pairing import paired
from browsercors.har.reading import HarFile, HarProblem, check_source, opened
from browsercors.har.recorders import engine_of_user_agent, recorder_of
from browsercors.har.verdicts import HarReading, HarVerdict, Recorded, is_let_through
from browsercors.initiators.header_guard import FetchTypeError
from browsercors.rules.recordings import Recorder, RecordingRules
from browsercors.servers.scripted import ScriptedServer
from browsercors.values.arguments import ArgumentTypeError
from browsercors.values.findings import Reason

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator

    from browsercors.browser.loads import LoadResult
    from browsercors.browser.result import FetchResult
    from browsercors.har.entries import HarEntry
    from browsercors.har.inference import Credentials, InferredCall
    from browsercors.har.pairing import Exchanges
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.literals import BrowserName

__all__ = ["HarError", "read_har"]

MOST_PREFLIGHTS_IN_MIND: Final = 1000
"""For how many URLs it is kept in mind where their preflight stands, to say which one may have been remembered."""

BODIES: Final = frozenset(
    destination for destination, element in ELEMENTS.items() if (element.load or element.method) in USABLE
)
"""What is loaded by elements that look at the body."""

SWITCHING_PROTOCOLS: Final = 101

NOBODY: Final = Recorder("", (), "")
"""Who wrote a file that does not say so."""


class HarError(ValueError):
    """
    A file is no HAR file, or is broken; the text says where and how.
    """

    __module__ = "browsercors"  # where its users find it


def read_har(
    source: str | os.PathLike[str] | IO[bytes],
    *,
    browser: BrowserName | Literal["auto"] | BrowserProfile = "auto",
    on_problem: Callable[[HarProblem], None] | None = None,
) -> HarReading:
    """
    Judge what is recorded in a HAR file: every request of a page to another origin that CORS decides about.

    What is kept in memory does not grow with the file.

    Args:
        source: The path of the file, or the file, opened for reading bytes.
        browser: The browser that judges; "auto" for the one that was recorded, by what the file says of itself or else
            by the `User-Agent` of the request, Chromium if nothing tells.
        on_problem: Is told what in the file cannot be read; without it, what ends the reading raises, and what concerns
            a single entry is only counted.

    Returns:
        The verdicts, in the order of the requests, one after the other.

    Raises:
        HarError: While reading: the file is no HAR file, or breaks off.
        OSError: While reading: the file cannot be opened.
        ValueError: There is no such browser.
    """
    check_source(source)
    if on_problem is not None and not callable(on_problem):
        raise ArgumentTypeError(f"on_problem has to be a function of a HarProblem, not {on_problem!r:.80}")
    profile = None if browser == "auto" else profile_named(browser)

    def tell(problem: HarProblem) -> None:
        if on_problem is not None:
            on_problem(problem)
        elif problem.ends_reading:
            raise HarError(str(problem))

    def verdicts(reading: HarReading) -> Iterator[HarVerdict]:
        with opened(source) as file:
            yield from _Judge(reading, file, profile, tell).verdicts()

    return HarReading(verdicts)


class _Judge:
    """
    Judges the entries of one file.
    """

    def __init__(
        self,
        reading: HarReading,
        file: IO[bytes],
        profile: BrowserProfile | None,
        tell: Callable[[HarProblem], None],
    ) -> None:
        from publicsuffixlist import PublicSuffixList

        self._reading = reading
        self._tell = self._counting(tell)
        self._har = HarFile(file, on_problem=self._tell, skipped=reading.counts)
        self._profile = profile
        self._suffixes = PublicSuffixList()
        self._has_credentials = False
        self._preflights: dict[tuple[str | None, str], int] = {}
        self._engine = ""

    def verdicts(self) -> Iterator[HarVerdict]:
        """
        Yield the verdicts.
        """
        for exchanges in paired(self._entries()):
            try:
                verdict = self._judge(exchanges)
            except InferenceError as error:
                self._say(exchanges.first, str(error))
            except FetchTypeError as error:
                self._say(exchanges.first, f"no page could have sent it: {error}")
            else:
                if verdict is not None:
                    yield verdict
        self._see()

    def _counting(self, tell: Callable[[HarProblem], None]) -> Callable[[HarProblem], None]:
        def count(problem: HarProblem) -> None:
            self._reading.problems += 1
            tell(problem)

        return count

    def _say(self, entry: HarEntry, message: str) -> None:
        self._tell(HarProblem(f"entry {entry.number} ({entry.request.url.href})", message))

    def _see(self) -> None:
        """
        Pass on what the file says of itself.
        """
        reading = self._reading
        reading.creator = self._har.creator
        reading.entries = self._har.entries
        if not reading.browser or self._profile is None:
            reading.browser = self._judging.name

    @property
    def _judging(self) -> BrowserProfile:
        return self._profile or profile_named(self._har.browser or self._engine or DEFAULT_BROWSER)

    @property
    def _recordings(self) -> RecordingRules:
        """
        How the tools of the recorded browser write, if it was they who wrote.
        """
        return profile_named(self._har.browser).recordings if self._har.browser else RecordingRules()

    @property
    def _recorder(self) -> Recorder:
        return self._reading.recorder or NOBODY

    @property
    def _marks_failures(self) -> bool:
        marks = self._recorder.marks_failures
        return self._recordings.marks_failures if marks is None else marks

    @property
    def _needs_field(self) -> bool:
        return self._recorder.marks_failures is None and self._recordings.marks_successes

    @property
    def _leaves_out_credentials(self) -> bool:
        leaves_out = self._recorder.leaves_out_credentials
        return self._har.creator in self._recordings.leaves_out_credentials if leaves_out is None else leaves_out

    def _recognise(self, entry: HarEntry) -> None:
        """
        Read off what recorded, and which browser asked: by the file, else by this request.
        """
        user_agent = entry.request.value_of("User-Agent") or ""
        if self._reading.recorder is None:
            self._reading.recorder = recorder_of(self._har.creator, user_agent)
        self._engine = engine_of_user_agent(user_agent) or self._engine

    def _entries(self) -> Iterator[HarEntry]:
        for entry in self._har:
            self._see()
            if entry.is_preflight:
                self._reading.preflights += 1
            if entry.has_cookies or entry.request.value_of("Authorization") is not None:
                self._has_credentials = True
            if entry.response is not None and entry.response.value_of("Set-Cookie") is not None:
                self._has_credentials = True
            if entry.is_preflight:
                self._keep_in_mind(entry)
            yield entry

    def _keep_in_mind(self, preflight: HarEntry) -> None:
        key = (preflight.request.value_of("Origin"), preflight.request.url.href_without_fragment)
        self._preflights.pop(key, None)
        self._preflights[key] = preflight.number
        if len(self._preflights) > MOST_PREFLIGHTS_IN_MIND:
            del self._preflights[next(iter(self._preflights))]

    def _judge(self, exchanges: Exchanges) -> HarVerdict | None:
        """
        Return the verdict; None, and counted, if it is nothing that CORS decides about.
        """
        first = exchanges.first
        self._recognise(first)
        # NB: whatever is left of the request's headers, a response of 101 opens a WebSocket.
        is_socket = first.response is not None and first.response.status == SWITCHING_PROTOCOLS
        mode = "websocket" if is_socket else request_mode(first.request, first.resource_type)[0]
        recorded = _recorded(exchanges, marks_failures=self._marks_failures, needs_field=self._needs_field)
        # NB: what is asked for without CORS is judged only where the recording names what kept it away.
        is_told = mode == "no-cors" and recorded.is_blocked and first.request.method in {"GET", "HEAD", "POST"}
        if exchanges.requests and mode not in {"cors", "same-origin"} and not is_told:
            self._reading.counts[mode] += len(exchanges.requests)
            return None
        call = self._call(exchanges)
        urls = [url for entry in exchanges.requests for url in (entry.request.url, entry.location) if url is not None]
        if not any(call.is_cross_origin(url) for url in urls or [call.url]):
            self._reading.counts["same-origin"] += len(exchanges.requests)
            return None
        replayed = [(credentials, *self._replay(call, credentials, exchanges)) for credentials in call.credentials]
        # NB: a browser that followed a redirect was allowed to.
        possible = [each for each in replayed if _reaches_the_end(each[1], exchanges)] or replayed
        # NB: where two modes are possible, that is taken which comes to what was recorded.
        fitting = [each for each in possible if _agrees(each[1], recorded)]
        credentials, result, primed = (fitting or possible)[0]
        if primed and not _is_undecided(result):
            self._reading.missing_preflights += 1
        others = [other for _, other, _ in possible if _outcome(other) != _outcome(result)]
        inferred_from = call.inferred_from
        if len(possible) < len(replayed):
            by_redirects = f"credentials mode {credentials} from the redirects that the browser followed"
            inferred_from = (*inferred_from, by_redirects)
        elif others and len(fitting) == 1:
            by_end = f"credentials mode {credentials} from how the request ended in the recording"
            inferred_from = (*inferred_from, by_end)
        return HarVerdict(
            entry=first.number,
            entries=exchanges.numbers,
            page_origin=call.page_origin,
            method=call.method,
            url=call.url.href,
            inferred_from=inferred_from,
            unknown=()
            if is_told
            else (*call.unknown, *_unknown(exchanges), *self._missing_preflight(result, call, primed=primed)),
            result=result,
            otherwise=others[0] if others else None,
            credentials=credentials,
            knows_credentials=len(possible) == 1 or (bool(others) and len(fitting) == 1),
            recorded=recorded,
            # NB: where the recording itself says what stopped it, nothing was simulated that could disagree.
            contradictions=() if is_told else tuple(contradictions(exchanges, result, recorded)),
        )

    def _call(self, exchanges: Exchanges) -> InferredCall:
        first = exchanges.first
        circumstances = Circumstances(
            preflight=next((entry.request for place, entry in exchanges.preflights if place == 0), None),
            page_url=first.page_url,
            initiator_url=first.initiator_url,
            resource_type=first.resource_type,
            has_cookies=first.has_cookies,
            is_sanitised=self._leaves_out_credentials and not self._has_credentials,
        )
        ask = page_call if exchanges.requests else preflight_call
        return ask(first.request, self._judging, circumstances)

    def _replay(
        self, call: InferredCall, credentials: Credentials, exchanges: Exchanges
    ) -> tuple[FetchResult | LoadResult, bool]:
        """
        Return the result, and whether the browser had to know the preflight's answer already.
        """
        result = self._replay_in(call, credentials, exchanges, knows_preflight=False)
        block = result.block
        if block is None or block.reason is not Reason.NOT_RECORDED or not block.during_preflight:
            return result, False
        if exchanges.preflights or not exchanges.requests:
            return result, False
        return self._replay_in(call, credentials, exchanges, knows_preflight=True), True

    def _replay_in(
        self, call: InferredCall, credentials: Credentials, exchanges: Exchanges, *, knows_preflight: bool
    ) -> FetchResult | LoadResult:
        """
        Make the call in a new browser; in one that knows the preflight's answer, if it is to be.
        """
        browser = Browser(self._judging, public_suffix_list=self._suffixes)
        page = call.open(browser)
        if knows_preflight:
            browser.mount("*", ScriptedServer({"*": allow_what_is_asked}, keep=0), address_space="public")
            call.make(page, credentials)
        # NB: whatever was answered had passed what the visitor was asked.
        # NB: no body is kept, so what an element loads is taken to be of use to it.
        element = ELEMENTS.get(call.element)
        body = USABLE[element.load or element.method][1] if element is not None and call.element in BODIES else None
        browser.mount("*", recorded_server(exchanges, body), address_space="public")
        return call.make(page, credentials)

    def _missing_preflight(
        self, result: FetchResult | LoadResult, call: InferredCall, *, primed: bool
    ) -> Iterator[str]:
        """
        Say what was taken for granted where a preflight was due and none was recorded.
        """
        if not primed or _is_undecided(result):
            return
        earlier = self._preflights.get((call.page_origin, call.url.href_without_fragment))
        lists = self._recorder.lists_preflights
        if earlier is not None:
            why = f"the browser may have remembered the response of entry {earlier}"
        elif not (self._recordings.lists_preflights if lists is None else lists):
            why = f"{self._recorder.name or label_of(self._har.browser)} does not list them"
        else:
            why = "the export may have left it out, or the browser remembered one from before the recording"
        yield f"the response to the preflight: {why}. It counts as allowed"


def _recorded(exchanges: Exchanges, *, marks_failures: bool, needs_field: bool) -> Recorded:
    """
    Return how the request ended in the recording, which may say so of each one that failed.
    """
    if not exchanges.requests:
        return Recorded("unknown", None)
    last = exchanges.requests[-1]
    status = last.response.status if last.response is not None and last.has_status else None
    code = error_code(last.error)
    outcome: Literal["answered", "failed", "unknown"]
    if last.error and not (code is not None and code.ending is Ending.CANCELLED):
        outcome = "failed"
    elif status is None:
        outcome = "unknown" if last.error or last.response is not None else "failed"
    else:
        outcome = "answered" if marks_failures and (last.has_error_field or not needs_field) else "unknown"
    return Recorded(outcome, status, last.error, code, last.request.url.href_without_fragment)


def _outcome(result: FetchResult | LoadResult) -> tuple[bool, Reason | None, bool]:
    block = result.block
    return (
        is_let_through(result),
        None if block is None else block.reason,
        block is not None and block.during_preflight,
    )


def _reaches_the_end(result: FetchResult | LoadResult, exchanges: Exchanges) -> bool:
    """
    Whether the replay asks for the last URL of the recorded redirects, even if only by a preflight.
    """
    if len(exchanges.requests) < 2:
        return True
    last = exchanges.requests[-1].request.url.href_without_fragment
    return any(exchange.url.partition("#")[0] == last for exchange in result.exchanges)


def _agrees(result: FetchResult | LoadResult, recorded: Recorded) -> bool:
    """
    Whether the replay comes to what was recorded, as far as either can be told.
    """
    if recorded.outcome == "unknown" or _is_undecided(result):
        return False
    return is_let_through(result) == (recorded.outcome == "answered")


def _is_undecided(result: FetchResult | LoadResult) -> bool:
    return result.block is not None and result.block.reason is Reason.NOT_RECORDED


def _unknown(exchanges: Exchanges) -> Iterator[str]:
    """
    Yield what the responses leave open.
    """
    for entry in (*exchanges.requests, *(preflight for _, preflight in exchanges.preflights)):
        where = f"of entry {entry.number}"
        if not entry.has_status and entry.response is not None:
            yield f"the status of the response {where}: 200 is assumed"
        if entry.from_cache:
            yield f"whether the response {where} came in this form: it is from the browser's cache"
        if is_stored_response(entry):
            yield f"the stored response that entry {entry.number} confirms: its headers are taken from the 304"
        if entry.from_service_worker:
            yield f"what the service worker did that responded in place of the server {where}: none is simulated"
