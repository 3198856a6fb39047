"""
What a check reached: which paths answered, and what kept pages from seeing what stands behind the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.words.sanitise import shown
from browsercors.explain.words.templates import Template
from browsercors.fetch.timeline import Exchange
from browsercors.policy.routes.socket_routes import MAYBE_A_SOCKET
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from browsercors.policy.routes.places import Places
    from browsercors.policy.sessions import StepResult
    from browsercors.values.wire import HTTPResponse

__all__ = ["Reached"]

UNREACHED: Final = {
    401: Template("{where} is answered with 401: nothing behind it was seen. Give cookies of somebody logged in."),
    403: Template("{where} is answered with 403: nothing behind it was seen. Give cookies of somebody who may."),
    404: Template("{where} is answered with 404: nothing is there.{assumed}"),
    405: Template("{where} is answered with 405: the route does not take that method."),
    415: Template("{where} is answered with 415: the body that was sent has another media type than the route takes."),
    422: Template("{where} is answered with 422: the values that were made up are not what the route takes.{assumed}"),
    429: Template("{where} is answered with 429: the server limits how often it may be asked."),
}
"""What it means that a path has no other answer than one with this status."""

OTHER_CLIENT_ERROR: Final = Template("{where} is answered with {status}: nothing behind that was seen.{assumed}")
SERVER_ERROR: Final = Template("{where} is answered with {status}: the application fails there.")
LEADS_AWAY: Final = Template("{where} leads to {location}: nothing behind it was seen.")
ASSUMED: Final = Template(" {values}.")


class Reached:
    """
    Keeps which answers came from each path of one server.

    Args:
        origin: The origin of the server.
        paths: Where it is asked, with their queries.
    """

    def __init__(self, origin: str, paths: Iterable[str]) -> None:
        self._origin = origin
        # NB: by path and method, the first answer with each status.
        self._answers: dict[str, dict[tuple[str, int], HTTPResponse]] = {path: {} for path in paths}

    def note(self, results: Sequence[StepResult]) -> None:
        """
        Keep what the server answered.
        """
        for result in results:
            for entry in result.timeline:
                if not isinstance(entry, Exchange) or entry.is_preflight or entry.http_response is None:
                    continue
                url = entry.http_request.url
                answers = self._answers.get(url.path if url.query is None else f"{url.path}?{url.query}")
                if answers is not None and url.origin.serialized == self._origin:
                    method = entry.http_request.method.decode("latin-1")
                    answers.setdefault((method, entry.http_response.status), entry.http_response)

    def answer(self, path: str) -> HTTPResponse | None:
        """
        Return the first successful answer to GET that came from *path*; None if none did.
        """
        answers = self._answers.get(path, {})
        return next(
            (answer for (method, _), answer in answers.items() if method == "GET" and answer.status < 300), None
        )

    def may_be_a_socket(self, path: str) -> bool:
        """
        Whether *path* answers a GET as where only a WebSocket is.
        """
        return any(method == "GET" and status in MAYBE_A_SOCKET for method, status in self._answers.get(path, {}))

    def unreachable(self, places: Places) -> Iterator[str]:
        """
        Yield what could not be reached and why, each in one sentence.
        """
        yield from places.unreadable
        for path in places.paths:
            answers = self._answers.get(path, {})
            routes = [route for route in places.routes if route.example_path == path]
            taken = {method for route in routes for method in route.methods}
            seen = {key: answer for key, answer in answers.items() if not taken or key[0] in taken}
            if not seen or any(_is_reached(answer, path) for answer in seen.values()):
                continue
            (method, status), answer = min(seen.items())
            values = " and ".join(
                f"{given.name} is {given.example!r}" for route in routes[:1] for given in route.parameters
            )
            template = UNREACHED.get(status, SERVER_ERROR if status >= 500 else OTHER_CLIENT_ERROR)
            yield (LEADS_AWAY if status < 400 else template).fill(
                {
                    "where": shown(f"{method} {path}"),
                    "status": status,
                    "assumed": ASSUMED.fill({"values": f"It was assumed that {values}"}) if values else "",
                    "location": shown(answer.headers.get(b"location")),
                }
            )


def _is_reached(answer: HTTPResponse, path: str) -> bool:
    """
    Whether an answer is one of the route itself: a success, or a redirect that only adds or takes a slash.
    """
    if not 300 <= answer.status < 400 or answer.status == 304:
        return answer.status < 400
    location = parse_url((answer.headers.get(b"location") or b"").decode("latin-1"), None)
    leads_to = (answer.headers.get(b"location") or b"").decode("latin-1") if location is None else location.path
    return leads_to.partition("?")[0].rstrip("/") == path.partition("?")[0].rstrip("/")
