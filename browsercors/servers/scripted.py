"""
A server that responds from Python values, chosen by path, method and count, and keeps the requests it receives.

Nothing is added to an answer or repaired in it, so it can send what no real server would.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, ClassVar, Final

from browsercors.values.arguments import ArgumentTypeError, NamedOtherwise, checked_number_of_seconds
from browsercors.values.headers import HeaderList, is_header_name
from browsercors.values.transport import Fault
from browsercors.values.wire import FailureKind, HTTPResponse, TransportFailure

if TYPE_CHECKING:
    from browsercors.values.wire import HTTPRequest

    HeaderPairs = Mapping[str, str | bytes] | Iterable[tuple[str | bytes, str | bytes]]

__all__ = ["Answer", "ScriptedServer", "UnscriptedRequests"]

STALLED_SECONDS: Final = 300.0
"""How long a browser waits for a silent server: Firefox's `network.http.response.timeout`."""


class Answer:
    """
    A scripted server's response to one request.

    Args:
        status: Any integer.
        headers: A mapping, or (name, value) pairs in order; str is latin-1, bytes go out as they are.
        body: As the page reads it (content codings are not undone); str is UTF-8.
        json: A value for the body, with `Content-Type: application/json` unless the headers give one; written as
            `JSON.stringify` does, but integers keep all their digits.
        reason: The reason phrase; by default the usual one for the status.
        latency: How many simulated seconds the response takes.
    """

    takes_handshakes: ClassVar[bool] = False
    __slots__ = ("_failure", "_failure_kind", "body", "headers", "latency", "reason", "status")

    def __init__(
        self,
        status: int = 200,
        headers: HeaderPairs = (),
        body: bytes | str = b"",
        *,
        json: object = None,
        reason: str | bytes | None = None,
        latency: float = 0.0,
    ) -> None:
        if not _is_whole_number(status):
            raise TypeError(f"status has to be an int, such as 200, not {status!r}")
        if not isinstance(body, (bytes, str)):
            raise TypeError(f"body has to be bytes or str (json= takes other values), not {body!r}")
        if reason is not None and not isinstance(reason, (bytes, str)):
            raise TypeError(f"reason has to be str or bytes, such as 'Not Found', not {reason!r}")
        checked_number_of_seconds("latency", latency)
        self.status: int = int(status)
        self.headers: list[tuple[bytes, bytes]] = _header_pairs(headers)
        self.body: bytes = body.encode() if isinstance(body, str) else body
        if json is not None:
            if body:
                raise ValueError("body and json cannot both be given")
            # NB: most scripted answers are no JSON.
            from browsercors.values.formats.json_text import stringify_json

            self.body = stringify_json(json).encode()
            if not any(name.lower() == b"content-type" for name, _ in self.headers):
                self.headers.append((b"Content-Type", b"application/json"))
        self.reason: bytes = _phrase(self.status) if reason is None else _wire_bytes("reason", reason)
        self.latency: float = float(latency)
        self._failure_kind: FailureKind | None = None
        self._failure = ""

    @classmethod
    def from_file(
        cls,
        path: str | PathLike[str],
        status: int = 200,
        headers: HeaderPairs = (),
        *,
        content_type: str | None = None,
        latency: float = 0.0,
    ) -> Answer:
        """
        Return an answer whose body is the content of a file, which is read now.

        Args:
            path: The file.
            status: As for `Answer`.
            headers: As for `Answer`.
            content_type: The `Content-Type`, unless the headers give one; by default what the file's name says.
            latency: As for `Answer`.

        Raises:
            OSError: The file cannot be read.
        """
        from mimetypes import guess_type
        from pathlib import Path

        if not isinstance(path, (str, PathLike)):
            raise ArgumentTypeError(f"path has to be the path of a file, not {path!r:.80}")
        answer = cls(status, headers, Path(path).read_bytes(), latency=latency)
        known = content_type or guess_type(str(path))[0]
        if known is not None and not any(name.lower() == b"content-type" for name, _ in answer.headers):
            answer.headers.append((b"Content-Type", _wire_bytes("content_type", known)))
        return answer

    @classmethod
    def broken(
        cls, status: int | None = None, headers: HeaderPairs = (), body: bytes | str = b"", *, latency: float = 0.0
    ) -> Answer:
        """
        Return an answer whose connection breaks: at once, or after the head and this body if there is a status.
        """
        answer = cls(200 if status is None else status, headers, body, latency=latency)
        answer._failure_kind = None if status is not None else FailureKind.CONNECTION_FAILED
        answer._failure = "the scripted server broke the connection"
        return answer

    @classmethod
    def stalled(
        cls,
        status: int | None = None,
        headers: HeaderPairs = (),
        body: bytes | str = b"",
        *,
        latency: float = STALLED_SECONDS,
    ) -> Answer:
        """
        Return an answer that never ends: nothing is sent, or only the head and this body if there is a status.
        """
        answer = cls(200 if status is None else status, headers, body, latency=latency)
        answer._failure_kind = None if status is not None else FailureKind.TIMED_OUT
        answer._failure = "the scripted server stalled"
        return answer

    def __repr__(self) -> str:
        if self._failure:
            return f"<Answer {self._failure}>"
        return f"<Answer {self.status} {self.headers!r}, {len(self.body)} bytes>"

    def respond(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Return what a browser gets for *request*.
        """
        if self._failure_kind is not None:
            fault = Fault.EMPTY if self._failure_kind is FailureKind.CONNECTION_FAILED else None
            return TransportFailure(self._failure_kind, self._failure, elapsed=self.latency, fault=fault)
        body = b"" if request.method == b"HEAD" else self.body
        failure = self._failure or None
        return HTTPResponse(
            self.status, self.reason, HeaderList(self.headers), body, failure, elapsed=self.latency, raw_lines=True
        )


if TYPE_CHECKING:
    Responder = Answer | Callable[[HTTPRequest], Answer]


class UnscriptedRequests(AssertionError):  # noqa: N818 - it is what a test meets
    """
    A strict server got requests that no key matches, or was never asked what is scripted.
    """

    __module__ = "browsercors"  # where its users find it


class ScriptedServer(NamedOtherwise):
    """
    A server of scripted answers.

    Args:
        answers: A mapping. A key is `"/path"` or `"METHOD /path"`, both with or without a `?query`, or `"*"` or
            `"METHOD *"` for any path. A value is an `Answer`, a function that takes the request and returns one, or a
            list of these: one for each request, and the last one repeats. The most exact key wins: one with a query
            before one without, then one with a method before one without.
        default: The answer to a request that no key matches; 404 by default.
        keep: How many requests `received` keeps, the newest ones. None keeps all.
        strict: Whether a request that no key matches raises `UnscriptedRequests` when the browser is closed, at the end
            of a test. Until then the page gets the default.

    Attributes:
        unscripted: The requests that no key matched.
    """

    _habits = "SERVER_HABITS"

    def __init__(
        self,
        answers: Mapping[str, Responder | Sequence[Responder]] | None = None,
        *,
        default: Responder | None = None,
        keep: int | None = None,
        strict: bool = False,
    ) -> None:
        if not isinstance(strict, bool):
            raise ArgumentTypeError(f"strict has to be True or False, not {strict!r:.80}")
        if keep is not None and (not _is_whole_number(keep) or not 0 <= keep <= sys.maxsize):
            raise ValueError(f"keep has to be None or a number of requests, not {keep!r:.80}")
        if answers is not None and not isinstance(answers, Mapping):
            raise ArgumentTypeError(
                f"answers has to be a mapping, such as {{'/items': Answer(200)}}, not {answers!r:.80}"
            )
        self._scripts: dict[tuple[str, str], _Script] = {}
        self._default = _Script("default", [Answer(404) if default is None else default])
        self._received: deque[HTTPRequest] = deque(maxlen=keep)
        self._strict = strict
        self.unscripted: list[HTTPRequest] = []
        for key, responders in (answers or {}).items():
            method, path = _parse_key(key)
            self._scripts[method, path] = _Script(key, _listed(responders))

    def __repr__(self) -> str:
        keys = ", ".join(f"{method} {path}".strip() for method, path in self._scripts)
        return f"<ScriptedServer {keys or 'without answers'}>"

    @property
    def received(self) -> list[HTTPRequest]:
        """
        The requests received, in order.
        """
        return list(self._received)

    @property
    def may_open_sockets(self) -> bool:
        """
        Whether some answer takes the handshake of a WebSocket, or may: a function decides when it is asked.
        """
        responders = (each for script in (self._default, *self._scripts.values()) for each in script.responders)
        return any(not isinstance(each, Answer) or each.takes_handshakes for each in responders)

    def on(self, path: str, *answers: Responder, method: str | None = None) -> ScriptedServer:
        """
        Answer requests for *path*, as in the keys of `answers`, with these one after the other. Return this server.
        """
        if method is not None and not is_header_name(str(method).encode("utf-8")):
            raise ValueError(f"method has to be a method such as 'PUT', not {method!r}")
        if method is not None and " " in path:
            raise ValueError(f"path has to be '/path' or '*' when method is given, not {path!r}")
        key = path if method is None else f"{method} {path}"
        self._scripts[_parse_key(key)] = _Script(key, list(answers))
        return self

    def reset(self) -> None:
        """
        Forget the requests received, and begin every list of answers again.
        """
        self._received.clear()
        self.unscripted.clear()
        for script in (*self._scripts.values(), self._default):
            script.hits = 0

    def send(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Keep the request and answer it.
        """
        self._received.append(request)
        script = self._find(request)
        if script is self._default:
            self.unscripted.append(request)
        return script.next(request).respond(request)

    async def send_async(self, request: HTTPRequest) -> HTTPResponse | TransportFailure:
        """
        Do the same.
        """
        return self.send(request)

    def assert_all_scripted(self) -> None:
        """
        Assert that every request so far was scripted.

        Raises:
            UnscriptedRequests: Some were not; the message has them, what is scripted, and what is near.
        """
        __tracebackhide__ = True
        if self.unscripted:
            lines = [f"  {_shown(request)}{self._near(request)}" for request in self.unscripted]
            raise UnscriptedRequests("\n".join(["These requests were not scripted:", *lines, self._known()]))

    def assert_all_asked(self) -> None:
        """
        Assert that every key was asked, as often as it has answers.

        Raises:
            UnscriptedRequests: Some were not; the message has them, and the requests that came.
        """
        __tracebackhide__ = True
        missing = [
            f"  {script.key}: {script.hits} of {len(script.responders)} answers were given"
            for script in self._scripts.values()
            if script.hits < len(script.responders)
        ]
        if missing:
            came = ", ".join(map(_shown, self._received)) or "none"
            raise UnscriptedRequests("\n".join(["These answers were not asked for:", *missing, f"Requests: {came}"]))

    def close(self) -> None:
        """
        Keep the requests received. A strict server says now what was not scripted, once.

        Raises:
            UnscriptedRequests: It is strict, and got requests that no key matches.
        """
        if self._strict:
            try:
                self.assert_all_scripted()
            finally:
                self.unscripted.clear()

    async def aclose(self) -> None:
        """
        Do the same.
        """
        self.close()

    def _known(self) -> str:
        return f"Scripted: {', '.join(script.key for script in self._scripts.values()) or 'nothing'}"

    def _near(self, request: HTTPRequest) -> str:
        import difflib

        keys = [script.key for script in self._scripts.values()]
        method, target = request.method.decode("latin-1"), request.url.target
        others = [key for key in keys if key.endswith(f" {request.url.path}")]
        close = (difflib.get_close_matches(text, keys, n=1) for text in (f"{method} {target}", target))
        found = others or next(filter(None, close), [])
        return f" (near: {found[0]})" if found else ""

    def _find(self, request: HTTPRequest) -> _Script:
        scripts = self._scripts
        method = request.method.decode("latin-1")
        url = request.url
        paths = (url.path, "*") if url.query is None else (url.target, url.path, "*")
        for path in paths:
            script = scripts.get((method, path)) or scripts.get(("", path))
            if script is not None:
                return script
        return self._default


class _Script:
    """
    The answers for one key, and how many were given.
    """

    __slots__ = ("hits", "key", "responders")

    def __init__(self, key: str, responders: list[Responder]) -> None:
        if not responders:
            raise ValueError(f"answers for {key!r} have to be one or more, not none")
        for responder in responders:
            if not isinstance(responder, Answer) and not callable(responder):
                raise TypeError(
                    f"the answer for {key!r} has to be an Answer, a function that takes the request and returns one, "
                    f"or a list of these, not {responder!r}"
                )
        self.key = key
        self.responders = responders
        self.hits = 0

    def next(self, request: HTTPRequest) -> Answer:
        """
        Return the answer whose turn it is.
        """
        responder = self.responders[min(self.hits, len(self.responders) - 1)]
        self.hits += 1
        if isinstance(responder, Answer):
            return responder
        answer = responder(request)
        if not isinstance(answer, Answer):
            raise TypeError(f"the function that answers {self.key!r} has to return an Answer, not {answer!r}")
        return answer


def _parse_key(key: str) -> tuple[str, str]:
    """
    Return the method (empty for any) and the path of a key.
    """
    right = "'/path', 'METHOD /path', '*' or 'METHOD *'"
    if not isinstance(key, str):
        raise TypeError(f"a key of answers has to be a str of the form {right}, not {key!r}")
    method, blank, path = key.rpartition(" ")
    if not (path.startswith("/") or path == "*") or (blank and not is_header_name(method.encode("utf-8"))):
        raise ValueError(f"a key of answers has to be of the form {right}, not {key!r}")
    return method, path


def _listed(responders: Responder | Sequence[Responder]) -> list[Responder]:
    if isinstance(responders, Sequence):
        return list(responders)
    return [responders]


def _shown(request: HTTPRequest) -> str:
    return f"{request.method.decode('latin-1')} {request.url.href}"


def _is_whole_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _header_pairs(headers: HeaderPairs) -> list[tuple[bytes, bytes]]:
    if not isinstance(headers, Iterable) or isinstance(headers, (str, bytes)):
        raise ArgumentTypeError(f"headers has to be a mapping or (name, value) pairs, not {headers!r:.80}")
    pairs = []
    for pair in headers.items() if isinstance(headers, Mapping) else headers:
        try:
            name, value = pair
        except (TypeError, ValueError):
            raise TypeError(f"headers has to be a mapping or hold (name, value) pairs, not {pair!r}") from None
        pairs.append((_wire_bytes("a header name", name), _wire_bytes("a header value", value)))
    return pairs


def _wire_bytes(what: str, value: str | bytes) -> bytes:
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str):
        raise TypeError(f"{what} has to be str or bytes, not {value!r}")
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        raise ValueError(f"{what} has to be latin-1, not {value!r}; give other bytes as bytes") from None


def _phrase(status: int) -> bytes:
    from http import HTTPStatus

    try:
        return HTTPStatus(status).phrase.encode("ascii")
    except ValueError:
        return b""
