"""
Verdicts on recorded traffic: what was recorded answers once more, and a simulated browser judges it.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final, Literal

from browsercors.browser.browser import Browser
from browsercors.engines.registry import DEFAULT_BROWSER, label_of, profile_named
from browsercors.har.error_codes import Ending, error_code
from browsercors.har.inference import (
    Circumstances,
    InferenceError,
    page_call,
    preflight_call,
    request_mode,
)
from browsercors.har.pairing import paired
from browsercors.har.reading import HarFile, HarProblem, opened
from browsercors.har.recorders import engine_of_user_agent, recorder_of
from browsercors.har.verdicts import HarReading, HarVerdict, Recorded
from browsercors.initiators.header_guard import FetchTypeError
from browsercors.rules.recordings import Recorder, RecordingRules
from browsercors.servers.recorded import RecordedServer
from browsercors.servers.scripted import Answer, ScriptedServer
from browsercors.values.findings import Reason
from browsercors.values.wire import FailureKind, TransportFailure

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator

    from browsercors.browser.result import FetchResult
    from browsercors.har.entries import HarEntry
    from browsercors.har.inference import Credentials, InferredCall
    from browsercors.har.pairing import Exchanges
    from browsercors.rules.profile import BrowserProfile
    from browsercors.servers.messages import ResponseMessage
    from browsercors.values.literals import BrowserName
    from browsercors.values.wire import HTTPRequest

__all__ = ["HarError", "read_har"]

MOST_PREFLIGHTS_IN_MIND: Final = 1000
"""For how many URLs it is kept in mind where their preflight stands, to say which one may have been remembered."""

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
        mode, _ = request_mode(first.request, first.resource_type)
        recorded = _recorded(exchanges, marks_failures=self._marks_failures)
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
        # NB: where two modes are possible, that is taken which comes to what was recorded.
        fitting = [each for each in replayed if _agrees(each[1], recorded)]
        credentials, result, primed = (fitting or replayed)[0]
        if primed and not _is_undecided(result):
            self._reading.missing_preflights += 1
        others = [other for _, other, _ in replayed if _outcome(other) != _outcome(result)]
        inferred_from = call.inferred_from
        if others and len(fitting) == 1:
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
            knows_credentials=len(replayed) == 1 or (bool(others) and len(fitting) == 1),
            recorded=recorded,
            # NB: where the recording itself says what stopped it, nothing was simulated that could disagree.
            contradictions=()
            if is_told
            else (
                *_preflight_contradictions(exchanges, result),
                *_origin_contradictions(exchanges, result),
                *_outcome_contradictions(result, recorded),
            ),
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

    def _replay(self, call: InferredCall, credentials: Credentials, exchanges: Exchanges) -> tuple[FetchResult, bool]:
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
    ) -> FetchResult:
        """
        Make the call in a new browser; in one that knows the preflight's answer, if it is to be.
        """
        browser = Browser(self._judging, public_suffix_list=self._suffixes)
        page = call.open(browser)
        if knows_preflight:
            browser.mount("*", ScriptedServer({"*": _allow_what_is_asked}, keep=0), address_space="public")
            call.make(page, credentials)
        server = RecordedServer()
        for _, preflight in exchanges.preflights:
            server.record("OPTIONS", preflight.request.url, _answer(preflight), is_preflight=True)
        for entry in exchanges.requests:
            server.record(entry.request.method, entry.request.url, _answer(entry))
        # NB: whatever was answered had passed what the visitor was asked.
        browser.mount("*", server, address_space="public")
        return call.make(page, credentials)

    def _missing_preflight(self, result: FetchResult, call: InferredCall, *, primed: bool) -> Iterator[str]:
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


def _preflight_contradictions(exchanges: Exchanges, result: FetchResult) -> Iterator[str]:
    if exchanges.preflights and exchanges.requests and not result.preflighted:
        numbers = ", ".join(str(entry.number) for _, entry in exchanges.preflights)
        yield f"the recording has a preflight (entry {numbers}), the simulated browser needs none"


def _allow_what_is_asked(request: HTTPRequest) -> Answer:
    """
    Allow one request after the other everything, for a browser to remember.
    """
    headers = request.headers
    allowed = {
        b"Access-Control-Allow-Origin": headers.get(b"origin") or b"*",
        b"Access-Control-Allow-Credentials": b"true",
        b"Access-Control-Allow-Methods": headers.get(b"access-control-request-method") or b"GET",
        b"Access-Control-Allow-Headers": headers.get(b"access-control-request-headers") or b"",
        b"Access-Control-Max-Age": b"600",
    }
    return Answer(200, list(allowed.items()))


def _answer(entry: HarEntry) -> ResponseMessage | TransportFailure:
    """
    Return what was answered, or why nothing is known of it.
    """
    what = f"{entry.request.method} {entry.request.url.href_without_fragment}"
    response, error = entry.response, entry.error
    if response is not None:
        if response.status == 304 and response.value_of("Access-Control-Allow-Origin") is None:
            detail = f"{what} was answered 304 (Not Modified), and the stored answer that it is about was not recorded"
            return TransportFailure(FailureKind.NOT_RECORDED, detail)
        return response
    code = error_code(error)
    if code is not None and code.failure is not None:
        return TransportFailure(code.failure, f"the recording says of {what}: {error}")
    detail = f"the recording holds no answer to {what}"
    return TransportFailure(FailureKind.NOT_RECORDED, f"{detail}, only that it failed: {error}" if error else detail)


def _recorded(exchanges: Exchanges, *, marks_failures: bool) -> Recorded:
    """
    Return how the request ended in the recording, which may say so of each one that failed.
    """
    if not exchanges.requests:
        return Recorded("unknown", None)
    last = exchanges.requests[-1]
    status = last.response.status if last.response is not None and last.has_status else None
    code = error_code(last.error)
    if last.error and not (code is not None and code.ending is Ending.CANCELLED):
        return Recorded("failed", status, last.error, code)
    if status is None:
        return Recorded("unknown" if last.error else "failed", status, last.error, code)
    return Recorded("answered" if marks_failures else "unknown", status, last.error, code)


def _outcome(result: FetchResult) -> tuple[bool, Reason | None, bool]:
    block = result.block
    return (result.readable, None if block is None else block.reason, block is not None and block.during_preflight)


def _agrees(result: FetchResult, recorded: Recorded) -> bool:
    """
    Whether the replay comes to what was recorded, as far as either can be told.
    """
    if recorded.outcome == "unknown" or _is_undecided(result):
        return False
    return result.readable == (recorded.outcome == "answered")


def _is_undecided(result: FetchResult) -> bool:
    return result.block is not None and result.block.reason is Reason.NOT_RECORDED


def _unknown(exchanges: Exchanges) -> Iterator[str]:
    """
    Yield what the answers leave open.
    """
    for entry in (*exchanges.requests, *(preflight for _, preflight in exchanges.preflights)):
        where = f"of entry {entry.number}"
        if not entry.has_status and entry.response is not None:
            yield f"the status of the answer {where}: 200 is assumed"
        if entry.from_cache:
            yield f"whether the answer {where} came in this form: it is from the browser's cache"
        if entry.from_service_worker:
            yield f"what the service worker did that answered in place of the server {where}: none is simulated"


def _origin_contradictions(exchanges: Exchanges, result: FetchResult) -> Iterator[str]:
    """
    Compare the Origin of each request with what the simulated browser sends.
    """
    sent = {exchange.url.partition("#")[0]: exchange for exchange in result.exchanges if not exchange.is_preflight}
    for entry in exchanges.requests:
        exchange = sent.get(entry.request.url.href_without_fragment)
        # NB: where the browser wrote down what it meant to send, and not what it sent, these are missing.
        if exchange is None or entry.request.value_of("Accept-Encoding") is None:
            continue
        recorded, simulated = entry.request.value_of("Origin"), exchange.request_headers.get("Origin")
        if recorded != simulated:
            yield (f"entry {entry.number} has {_named(recorded)}, the simulated browser sends {_named(simulated)}")


def _named(origin: str | None) -> str:
    return "no Origin" if origin is None else f"Origin: {origin}"


def _outcome_contradictions(result: FetchResult, recorded: Recorded) -> Iterator[str]:
    if recorded.outcome == "failed" and result.readable and not recorded.is_settled:
        error = recorded.error or "without a word"
        is_general = recorded.code is not None and recorded.code.ending is Ending.CHECKED
        matter = "" if is_general else ", which CORS may have nothing to do with"
        yield f"the recording says that it failed ({error}{matter}); by its answers the page could read it"
    if recorded.outcome == "answered" and result.block is not None and not _is_undecided(result):
        yield f"the recording does not say that it failed; by its answers it fails ({result.block.reason.value})"
