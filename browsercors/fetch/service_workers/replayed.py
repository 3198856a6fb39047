"""
What a service worker has said, to be said again when a fetch is replayed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from browsercors.fetch.service_workers.calls import WorkerAnswer, WorkerCause, WorkerFailure, WorkerResponse
from browsercors.fetch.service_workers.handle_fetch import HANDLE_FETCH, copy_of_response
from browsercors.values.findings import SERVICE_WORKER_REASONS
from browsercors.values.headers import HeaderList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from browsercors.fetch.params import FetchParams
    from browsercors.fetch.service_workers.calls import ControlledFetch
    from browsercors.fetch.timeline import Exchange, RememberedPreflight

__all__ = ["ReplayedWorker", "recorded_answers"]


class ReplayedWorker:
    """
    A service worker that says again what it has said.
    """

    script_url = "the service worker"

    def __init__(self, answers: Sequence[WorkerAnswer]) -> None:
        self._left = list(answers)

    def say_again(self) -> WorkerAnswer:
        """
        Return the next answer; when there are no more, it lets the network respond.
        """
        if not self._left:
            return WorkerAnswer(None, HeaderList())
        answer = self._left.pop(0)
        # NB: a replay changes what it is given, as a fetch does.
        return answer if answer.response is None else answer._replace(response=copy_of_response(answer.response))

    def answer(self, fetch: ControlledFetch) -> NoReturn:
        """
        Refuse to be called: a replay asks `say_again`.
        """
        raise NotImplementedError(fetch)

    async def answer_later(self, fetch: ControlledFetch) -> NoReturn:
        """
        Refuse to be called: a replay asks `say_again`.
        """
        raise NotImplementedError(fetch)


def recorded_answers(params: FetchParams, timeline: Sequence[Exchange | RememberedPreflight]) -> Sequence[WorkerAnswer]:
    """
    Return what the service worker has said to a fetch, in order; nothing if none was asked.
    """
    answers = [
        WorkerAnswer(entry.response, entry.http_request.headers, fetches=entry.fetches)
        for entry in timeline
        if isinstance(entry, WorkerResponse)
    ]
    for finding in params.findings:
        how = finding.evidence.get("how")
        if finding.reason in SERVICE_WORKER_REASONS and how not in (None, WorkerFailure.BROKEN_BODY):
            assert isinstance(how, WorkerFailure), "how it failed"
            cause = finding.evidence.get("cause")
            answers.append(
                WorkerAnswer(
                    None,
                    HeaderList(),
                    how,
                    str(finding.evidence["detail"]),
                    cause=cause if isinstance(cause, WorkerCause) else None,
                )
            )
        elif finding.algorithm is HANDLE_FETCH and finding.evidence.get("responded") is False:
            answers.append(WorkerAnswer(None, HeaderList()))
    return answers
