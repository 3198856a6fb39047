"""
Replays of a fetch from its recorded answers: the same call, in any browser, perhaps with changed answers.

Nothing is sent. A replay begins with empty caches and no cookies, but with the hosts that HSTS sent over TLS. A
preflight that the cache remembered gets full consent, and a response that came from the HTTP cache is given again. The
recorded answers stand whatever cookies are sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.fixes.proof import FinishedFetch, RequestKey, ResponseChange, request_key
from browsercors.fetch.effects import Reply, drive
from browsercors.fetch.params import create_user_agent
from browsercors.fetch.service_workers.calls import WorkerResponse
from browsercors.fetch.service_workers.replayed import ReplayedWorker, recorded_answers
from browsercors.fetch.timeline import CachedResponse, Exchange, ExchangeKind
from browsercors.initiators.begin import prepare, start
from browsercors.initiators.bodies.readable_stream import ReadableStream
from browsercors.initiators.header_guard import FetchTypeError
from browsercors.protections.hsts import HSTS, HSTSStore
from browsercors.servers.recorded import is_preflight
from browsercors.values.headers import HeaderList
from browsercors.values.wire import FailureKind, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from browsercors.fetch.effects import Effect
    from browsercors.fetch.timeline import RememberedPreflight
    from browsercors.initiators.page_call import PageCall, PageFetchParams
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.wire import HTTPRequest

__all__ = ["USABLE", "Recording", "recording_of"]

NO_CHANGES: Final[Mapping[RequestKey, ResponseChange]] = {}

USABLE: Final[Mapping[str, tuple[bytes, bytes]]] = {
    "image": (b"image/gif", b"GIF89a, small"),
    "css-image": (b"image/gif", b"GIF89a, small"),
    "script": (b"text/javascript", b""),
    "module": (b"text/javascript", b""),
    "modulepreload": (b"text/javascript", b""),
    "stylesheet": (b"text/css", b""),
    "css-import": (b"text/css", b""),
    "font": (b"font/collection", b"ttcf"),
    "media": (b"audio/mpeg", b"ID3"),
    "track": (b"text/vtt", b"WEBVTT"),
    "event-source": (b"text/event-stream", b""),
    "worker": (b"text/javascript", b""),
    "shared-worker": (b"text/javascript", b""),
    "imported-script": (b"text/javascript", b""),
}
"""The type and the body that are assumed of a response that was not recorded, by what loads it."""

PRELOADED: Final[Mapping[str, str]] = {
    "font": "font",
    "image": "image",
    "script": "script",
    "style": "stylesheet",
    "track": "track",
}
"""What loads the same as a preload with this `as`."""


def recording_of(params: PageFetchParams) -> Recording:
    """
    Return the recording of a fetch, ready to be replayed.
    """
    return Recording(params, params.timeline)


class Recording:
    """
    The answers that a fetch got, to be given again.

    A request without a recorded answer gets a 200 without headers, which counts as assumed; for what an element loads,
    with the smallest body that it can use.

    Args:
        params: The fetch, with its page and its browser.
        timeline: Its exchanges.
    """

    def __init__(self, params: PageFetchParams, timeline: Sequence[Exchange | RememberedPreflight]) -> None:
        self._params = params
        # NB: hosts that have promised it before the fetch; what it learns itself, it learns again.
        self._hsts_hosts = {
            str(finding.evidence["host"]): True
            for finding in params.findings
            if finding.algorithm is HSTS and finding.step == "8.3"
        }
        self._answers: dict[RequestKey, list[HTTPResponse | TransportFailure]] = {}
        self._remembered: set[RequestKey] = set()
        # NB: what the service worker has said, it says again.
        self._worker_answers = recorded_answers(params, timeline)
        for entry in timeline:
            if isinstance(entry, WorkerResponse):
                continue
            if isinstance(entry, Exchange):
                # NB: nothing in the fetch hangs on what is asked behind its back.
                if entry.kind is ExchangeKind.REVALIDATION:
                    continue
                # NB: what was confirmed stands for the 304 that confirmed it.
                if isinstance(entry, CachedResponse) and entry.is_confirmed:
                    self._answers[request_key(entry)].pop()
                answer = entry.http_response or entry.transport_failure
                assert answer is not None, "an exchange ends one way or the other"
                # NB: what was not recorded then is not recorded now.
                if isinstance(answer, HTTPResponse) or answer.kind is not FailureKind.NOT_RECORDED:
                    self._answers.setdefault(request_key(entry), []).append(answer)
            else:
                self._remembered.add(RequestKey(True, entry.method, entry.url))

    def __call__(
        self,
        call: PageCall,
        changes: Mapping[RequestKey, ResponseChange] = NO_CHANGES,
        browser: BrowserProfile | None = None,
    ) -> FinishedFetch | None:
        """
        Replay; see `browsercors.explain.fixes.proof.Replay`.
        """
        before = self._params.user_agent
        profile = before.profile if browser is None else browser
        user_agent = create_user_agent(profile, before.sites, HSTSStore(self._hsts_hosts) if self._hsts_hosts else None)
        user_agent.address_spaces, user_agent.permissions = before.address_spaces, before.permissions
        user_agent.object_urls = before.object_urls
        if isinstance(call.body, ReadableStream):
            call = call._replace(body=ReadableStream(call.body.chunks))
        try:
            params = prepare(call, self._params.request.client, user_agent, self._params.now)
        except FetchTypeError:
            return None
        worker = ReplayedWorker(self._worker_answers) if self._worker_answers else None
        params.service_worker = worker
        given: dict[RequestKey, int] = {}
        assumed: set[RequestKey] = set()

        def perform(effect: Effect) -> Reply:
            request = effect.http_request
            if request is None:
                assert worker is not None, "who else is called"
                return Reply(worker.say_again(), params.now)
            key = _key_of_request(request)
            answer = self._answer(key, given, assumed, request, call)
            change = changes.get(key)
            if change is not None and isinstance(answer, HTTPResponse):
                answer = _changed(answer, change)
            return Reply(answer, params.now)

        response = drive(start(params), perform)
        return FinishedFetch(params, response, frozenset(assumed))

    def _answer(
        self,
        key: RequestKey,
        given: dict[RequestKey, int],
        assumed: set[RequestKey],
        request: HTTPRequest,
        call: PageCall,
    ) -> HTTPResponse | TransportFailure:
        answers = self._answers.get(key) or self._answers_for_another_method(key)
        if answers:
            number = given.get(key, 0)
            given[key] = number + 1
            return answers[min(number, len(answers) - 1)]
        if key in self._remembered:
            return _full_consent(request)
        assumed.add(key)
        content_type, body = USABLE.get(_loaded_by(call), (b"", b""))
        headers = HeaderList([(b"Content-Type", content_type)] if content_type else ())
        return HTTPResponse(200, b"OK", headers, body, raw_lines=True)

    def _answers_for_another_method(self, key: RequestKey) -> list[HTTPResponse | TransportFailure]:
        """
        Return the answers of the URL to a preflight for another method, which few servers tell apart.
        """
        if not key.is_preflight:
            return []
        return next((answers for other, answers in self._answers.items() if other[::2] == key[::2]), [])


def _loaded_by(call: PageCall) -> str:
    """
    Return by which name what a call asks for is loaded.
    """
    return PRELOADED.get(str(call.options.get("as_")), "") if call.api == "preload" else call.api


def _key_of_request(request: HTTPRequest) -> RequestKey:
    asked = request.headers.get(b"access-control-request-method")
    if asked is not None and is_preflight(request):
        return RequestKey(True, asked.decode("ascii"), request.url.href)
    return RequestKey(False, request.method.decode("ascii"), request.url.href)


def _full_consent(request: HTTPRequest) -> HTTPResponse:
    """
    Return the answer that allows exactly what a preflight asks for.
    """
    origin = request.headers.get(b"origin") or b"*"
    headers = [
        (b"Access-Control-Allow-Origin", origin),
        (b"Access-Control-Allow-Credentials", b"true"),
        (b"Access-Control-Allow-Methods", request.headers.get(b"access-control-request-method") or b""),
        (b"Access-Control-Allow-Headers", request.headers.get(b"access-control-request-headers") or b""),
    ]
    return HTTPResponse(200, b"OK", HeaderList(headers), raw_lines=True)


def _changed(answer: HTTPResponse, change: ResponseChange) -> HTTPResponse:
    changed = {name.lower().encode("latin-1") for name in change.headers}
    headers = [line for line in answer.headers if line[0].strip().lower() not in changed]
    headers += [
        (name.encode("latin-1"), value.encode("latin-1")) for name, value in change.headers.items() if value is not None
    ]
    # NB: a tenth of what `attrs.evolve` takes.
    return HTTPResponse(
        answer.status if change.status is None else change.status,
        answer.reason,
        HeaderList(headers),
        answer.body,
        answer.body_failure,
        answer.traceback,
        answer.elapsed,
        answer.raw_lines,
    )
