"""
The call of a service worker: what it said, and what of it stands in the timeline.

https://w3c.github.io/ServiceWorker/#fetchevent-interface
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol

import attrs

from browsercors.fetch.timeline import Exchange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from browsercors.rules.failures import FailedFetch
    from browsercors.values.findings import Finding
    from browsercors.values.headers import HeaderList
    from browsercors.values.requests import Request
    from browsercors.values.responses import FilteredResponse, Response, ResponseType

__all__ = [
    "ControlledFetch",
    "ServiceWorker",
    "WorkerAnswer",
    "WorkerCause",
    "WorkerFailure",
    "WorkerFetch",
    "WorkerResponse",
]


class ControlledFetch(Protocol):
    """
    A fetch of a page, as far as its service worker needs it.
    """

    @property
    def request(self) -> Request:
        """
        The request.
        """

    @property
    def user_agent(self) -> Any:
        """
        The browser: a `UserAgent`, which knows of service workers itself.
        """


class ServiceWorker(Protocol):
    """
    A service worker that controls a page, as far as a fetch knows it.
    """

    @property
    def script_url(self) -> str:
        """
        The URL of its script.
        """

    def answer(self, fetch: ControlledFetch) -> WorkerAnswer:
        """
        Handle a fetch, in a sync browser.
        """

    async def answer_later(self, fetch: ControlledFetch) -> WorkerAnswer:
        """
        Handle a fetch, in an async browser.
        """


class WorkerFetch(Protocol):
    """
    A fetch of the worker's own, as far as an explanation needs it.
    """

    def to_dict(self) -> dict[str, Any]:
        """
        Return everything as JSON-serialisable data.
        """


class WorkerCause:
    """
    Why a fetch of a worker's own failed, which the page's fetch fails with.

    Attributes:
        finding: The finding that decided.
        failed: What browsers' names for it depend on.
    """

    __slots__ = ("failed", "finding")

    def __init__(self, finding: Finding, failed: FailedFetch) -> None:
        self.finding: Finding = finding
        self.failed: FailedFetch = failed

    def __str__(self) -> str:
        assert self.finding.reason is not None, "what fails a fetch has a reason"
        return self.finding.reason.value

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"


class WorkerFailure(enum.Enum):
    """
    How a service worker failed to respond: all of it is a network error to the page.
    """

    ERROR_RESPONSE = "error-response"
    """It responded with `Response.error()`."""

    FETCH_FAILED = "fetch-failed"
    """A fetch of its own failed, and it did not catch that."""

    RAISED = "raised"
    """Its handler raised: the promise was rejected."""

    NO_RESPONSE = "no-response"
    """It responded with something that is no response."""

    BODY_USED = "body-used"
    """It responded with a response whose body it had read."""

    PREVENTED = "prevented"
    """It called `preventDefault()` and did not respond."""

    BROKEN_BODY = "broken-body"
    """It responded with a stream that raised in the middle of the body."""

    HANGS = "hangs"
    """It never responded."""


class WorkerAnswer(NamedTuple):
    """
    What a service worker said to a fetch.

    Attributes:
        response: What it responded with; None if it did not, so that the network is asked.
        seen: The headers of the request as the worker saw them.
        failure: How it failed to respond; None if it did not fail.
        detail: What happened, in words, if it failed. It may contain text of the handler.
        fetches: The fetches of its own, in order.
        traceback: None, or the formatted traceback of the handler that raised.
        cause: None, or why a fetch of its own failed, if that is what failed it.
    """

    response: FilteredResponse | Response | None
    seen: HeaderList
    failure: WorkerFailure | None = None
    detail: str = ""
    fetches: Sequence[WorkerFetch] = ()
    traceback: str | None = None
    cause: WorkerCause | None = None


@attrs.define(eq=False, repr=False)
class WorkerResponse(Exchange):
    """
    One request that the service worker of the page responded to; what it fetched for that is in `fetches`.

    Attributes:
        script_url: The script of the worker.
        type: The type of what it responded with: "default" for a response of its own making.
        response: What it responded with, as it was.
        fetches: The worker's own fetches, in order.
    """

    script_url: str
    type: ResponseType
    response: FilteredResponse | Response
    fetches: tuple[WorkerFetch, ...]
    was_sent: ClassVar[bool] = False

    def __repr__(self) -> str:
        return f"<WorkerResponse {self.method} {self.url} -> {self.type} {self.status}>"
