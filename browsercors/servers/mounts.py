"""
Mounts: which server answers for which origin.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from browsercors.servers.server import is_server
from browsercors.servers.time_limits import DEFAULT_SECONDS, checked_seconds
from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError
from browsercors.values.expressions import compiled_late
from browsercors.values.urls import URL, parse_url, text_of_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from browsercors.servers.applications.event_loop import EventLoopThread
    from browsercors.servers.server import Server
    from browsercors.values.address_spaces import AddressSpace
    from browsercors.values.literals import Forwarded, Interface
    from browsercors.values.origins import Origin

__all__ = ["Mounts", "make_server"]

ORIGIN_PATTERN = compiled_late(
    r"(?P<scheme>https?)://(?P<host>\*|\*\.[^*/?#@]+?|[^*/?#@]+?)(?P<port>:\*|:[0-9]+)?/?\Z", re.IGNORECASE
)

LEFT_BEHIND: Final[Any] = "a server of another process"
"""Stands for a server in a copy: a result that is pickled takes no application along."""

FOUND_ORIGINS: Final = 4096
"""How many look-ups of patterns and of the fallback are remembered."""


def make_server(
    target: Any,
    *,
    interface: Interface | None = None,
    raise_app_exceptions: bool = False,
    timeout: float | None = DEFAULT_SECONDS,
    verify: bool | str = True,
    forwarded: Forwarded = True,
    loop_thread: Callable[[], EventLoopThread] | None = None,
) -> Server:
    """
    Return a server for *target*: a WSGI or ASGI application or its name, a live server or its URL, or a server already.

    Args:
        target: What answers.
        interface: "wsgi" or "asgi", for an application whose interface cannot be detected.
        raise_app_exceptions: Raise in the caller what an application raises, instead of simulating a 500.
        timeout: Seconds for a whole exchange, and for an application's start-up and shutdown; None for no limit.
        verify: Whether a live server's certificate is checked, or the path of a file of certificate authorities.
        forwarded: Whether a live http server that answers for an https origin is told so, as in `LiveServer`.
        loop_thread: Returns the thread in which ASGI applications run for a sync browser; by default each has its own.

    Raises:
        TypeError: It is none of these, or its interface cannot be detected.
        ValueError: The URL or *interface* is wrong.
    """
    if interface not in (None, "wsgi", "asgi"):
        raise ArgumentValueError(f"interface has to be 'wsgi', 'asgi' or None, not {interface!r}")
    if timeout is not None and timeout != DEFAULT_SECONDS:
        checked_seconds("timeout", timeout)
    # NB: a function is an application, and nothing else; most targets are functions.
    is_function = isinstance(target, FunctionType)
    if isinstance(target, str):
        target = _named_application(target)
    elif not is_function and not is_server(target):
        target = text_of_url(target)
        if not callable(target) and not isinstance(target, (str, URL)):
            from browsercors.servers.applications.recognise import url_of_server

            target = url_of_server(target) or target
    if isinstance(target, (str, URL)):
        if interface is not None:
            raise ArgumentValueError(
                f"interface={interface!r} is for applications, but target is the URL {str(target)!r}"
            )
        from browsercors.servers.live.live import LiveServer

        seconds = threading.TIMEOUT_MAX if timeout is None else timeout
        return LiveServer(str(target), timeout=seconds, verify=verify, forwarded=forwarded)
    if interface is None:
        if not is_function and is_server(target):
            server: Server = target
            return server
        from browsercors.servers.applications.interfaces import detect_interface
        from browsercors.servers.applications.recognise import check_is_application

        check_is_application(target)
        interface = detect_interface(target)
    elif not callable(target):
        raise ArgumentTypeError(f"target has to be an application, which is callable, not {target!r}")
    if interface == "wsgi":
        from browsercors.servers.applications.wsgi import WSGIServer

        return WSGIServer(target, raise_app_exceptions=raise_app_exceptions, timeout=timeout)

    from browsercors.servers.applications.asgi import ASGIServer
    from browsercors.servers.applications.interfaces import is_double_callable, to_single_callable

    app = to_single_callable(target) if is_double_callable(target) else target
    thread = None if loop_thread is None else loop_thread()
    return ASGIServer(app, raise_app_exceptions=raise_app_exceptions, timeout=timeout, loop_thread=thread)


def _named_application(name: str) -> Any:
    """
    Return what `module:attribute` or `module:factory()` names, or the URL that the text is.

    Raises:
        ArgumentValueError: There is nothing of that name, or it raised.
    """
    if "://" in name or ":" not in name or name.partition(":")[2][:1].isdigit():
        return name
    from browsercors.servers.named_applications import ApplicationFailed, NoSuchApplication, find_application

    try:
        return find_application(name).make()
    except (NoSuchApplication, ApplicationFailed) as error:
        raise ArgumentValueError(f"target: {error}") from None


class _Pattern(NamedTuple):
    """
    A pattern of origins.

    Attributes:
        host: The whole host, or its end from the first dot on; empty for any host.
        is_suffix: Whether one or more labels come before it.
        port: As in `Origin`; "*" for any.
    """

    scheme: str
    host: str
    is_suffix: bool
    port: int | Literal["*"] | None


class Mounts:
    """
    The servers of a browser, by origin.

    An origin is mounted exactly (`https://api.example.com`), by a pattern, or by the fallback `*`; the exact one wins,
    then the most specific pattern. In a pattern `*.` stands for one or more labels at the front of the host
    (`https://*.example.com` is not `https://example.com`), `*` alone for any host, `:*` for any port; the scheme is
    always exact, and so is a port that is not given (the default one).
    """

    def __init__(self) -> None:
        self._shared_thread: EventLoopThread | None = None
        self._exact: dict[str, Server] = {}
        self._patterns: dict[_Pattern, Server] = {}
        self._longest_suffix = 0
        self._fallback: Server | None = None
        # NB: what was stated, by the place in `_exact` or `_patterns`, or "*".
        self._address_spaces: dict[str | _Pattern, AddressSpace] = {}
        # NB: results of `find`, by serialised origin, until a mount changes them.
        self._found: dict[str, Server | None] = {}
        # NB: by the id of the target, which is kept in the entry so that its id stays its own.
        self._made: dict[int, list[tuple[object, tuple[object, ...], Server]]] = {}
        self._servers: dict[int, Server] = {}

    def __getstate__(self) -> dict[str, object]:
        # NB: servers stay in their process. What goes along with a result is where they stand.
        return {
            **vars(self),
            "_shared_thread": None,
            "_exact": dict.fromkeys(self._exact, LEFT_BEHIND),
            "_patterns": dict.fromkeys(self._patterns, LEFT_BEHIND),
            "_fallback": LEFT_BEHIND if self._fallback is not None else None,
            "_found": {},
            "_made": {},
            "_servers": {},
        }

    def __repr__(self) -> str:
        mounted = [*self._exact, *self._patterns, *(["*"] if self._fallback else [])]
        return f"<Mounts {len(mounted)} origins and patterns>"

    def mount(
        self,
        origin: str,
        target: Any,
        *,
        interface: Interface | None = None,
        raise_app_exceptions: bool = False,
        timeout: float | None = DEFAULT_SECONDS,
        verify: bool | str = True,
        forwarded: Forwarded = True,
        address_space: AddressSpace | None = None,
    ) -> Server:
        """
        Let *target* answer for *origin*, in place of what was mounted there before; return its server.

        A target that is mounted again with the same options keeps its server: an application starts once.

        Args:
            origin: An http(s) origin, a pattern of origins, or `*`.
            target: As in `make_server`.
            interface: As in `make_server`.
            raise_app_exceptions: As in `make_server`.
            timeout: As in `make_server`.
            verify: As in `make_server`.
            forwarded: As in `make_server`.
            address_space: Where it stands, to pages; None for where the host of the origin says.

        Raises:
            ValueError: The origin, or one of the options, is wrong.
            TypeError: The target is not an application, a URL or a server, or its interface cannot be detected.
        """
        place = _parse_mount(origin)
        options = (interface, raise_app_exceptions, timeout, verify, forwarded)
        server = self._made_for(target, options)
        if server is None:
            server = make_server(
                target,
                interface=interface,
                raise_app_exceptions=raise_app_exceptions,
                timeout=timeout,
                verify=verify,
                forwarded=forwarded,
                loop_thread=self._loop_thread,
            )
            self._made.setdefault(id(target), []).append((target, options, server))
            self._servers.setdefault(id(server), server)
        if address_space is not None:
            self._address_spaces[place] = address_space
        elif self._address_spaces:
            self._address_spaces.pop(place, None)
        if isinstance(place, str) and place != "*":
            self._exact[place] = server
            self._found.pop(place, None)
            return server
        if isinstance(place, _Pattern):
            self._patterns[place] = server
            self._longest_suffix = max(self._longest_suffix, len(place.host))
        else:
            self._fallback = server
        self._found.clear()
        return server

    def find(self, origin: Origin) -> Server | None:
        """
        Return the server that answers for *origin*, or None.
        """
        try:
            return self._found[origin.serialized]
        except KeyError:
            return self._search(origin)

    def stated_address_space(self, origin: Origin) -> AddressSpace | None:
        """
        Return where the mount that answers for *origin* says that it stands; None if it says nothing.
        """
        if not self._address_spaces:
            return None
        place = next((each for each in self._places_of(origin) if self._mounted_at(each) is not None), None)
        return None if place is None else self._address_spaces.get(place)

    @property
    def has_started(self) -> bool:
        """
        Whether an application was started, and waits for its shutdown.
        """
        return any(getattr(server, "is_started", False) for server in self._servers.values())

    def close(self) -> None:
        """
        Close all servers that were ever mounted, the last one first; then raise the first error, if there was one.
        """
        errors: list[Exception] = []
        for server in reversed(self._servers.values()):
            try:
                server.close()
            except Exception as error:  # noqa: BLE001 - the others have to be closed too
                errors.append(error)
        if self._shared_thread is not None:
            self._shared_thread.close()
        if errors:
            raise errors[0]

    async def aclose(self) -> None:
        """
        Do what `close` does, in the running loop.
        """
        errors: list[Exception] = []
        for server in reversed(self._servers.values()):
            try:
                await server.aclose()
            except Exception as error:  # noqa: BLE001 - the others have to be closed too
                errors.append(error)
        if self._shared_thread is not None:
            self._shared_thread.close()
        if errors:
            raise errors[0]

    def _loop_thread(self) -> EventLoopThread:
        """
        Return the thread that all ASGI applications of a sync browser share.
        """
        if self._shared_thread is None:
            # NB: imported late, since neither importing a browser nor WSGI needs it.
            from browsercors.servers.applications.event_loop import EventLoopThread

            self._shared_thread = EventLoopThread()
        return self._shared_thread

    def _made_for(self, target: object, options: tuple[object, ...]) -> Server | None:
        for _, made_options, server in self._made.get(id(target), ()):
            if made_options == options:
                return server
        return None

    def _search(self, origin: Origin) -> Server | None:
        server = self._exact.get(origin.serialized)
        if server is None:
            servers = (self._mounted_at(place) for place in self._places_of(origin))
            server = next((server for server in servers if server is not None), None)
        if len(self._found) >= FOUND_ORIGINS:
            self._found.clear()
        self._found[origin.serialized] = server
        return server

    def _places_of(self, origin: Origin) -> Iterator[str | _Pattern]:
        """
        Yield each place at which a server for *origin* may be mounted, the most specific one first.
        """
        yield origin.serialized
        scheme = origin.scheme
        if scheme in ("http", "https"):
            if self._patterns:
                yield from self._patterns_of(scheme, origin.host, origin.port)
            yield "*"

    def _mounted_at(self, place: str | _Pattern) -> Server | None:
        if isinstance(place, str):
            return self._fallback if place == "*" else self._exact.get(place)
        return self._patterns.get(place)

    def _patterns_of(self, scheme: str, host: str, port: int | None) -> Iterator[_Pattern]:
        """
        Yield the patterns that match such an origin, the most specific one first.

        A whole host is more specific than part of one, a longer part than a shorter one, a port than any port.
        """
        yield _Pattern(scheme, host, False, "*")
        # NB: a host may be a megabyte of dots; parts longer than any mounted one need no look-up.
        dot = host.find(".", max(1, len(host) - self._longest_suffix))
        while dot > 0:
            yield _Pattern(scheme, host[dot:], True, port)
            yield _Pattern(scheme, host[dot:], True, "*")
            dot = host.find(".", dot + 1)
        yield _Pattern(scheme, "", True, port)
        yield _Pattern(scheme, "", True, "*")


def _parse_mount(origin: str) -> str | _Pattern:
    """
    Return the serialised origin, the pattern, or "*".
    """
    if origin == "*":
        return "*"
    right = "an http(s) origin such as 'https://api.example.com', 'https://*.example.com', 'http://localhost:*' or '*'"
    if not isinstance(origin, str):
        raise ArgumentTypeError(f"origin has to be {right}, not {origin!r}")
    place = _parsed_mount(origin)
    if place is None:
        path = ", without a path" if ORIGIN_PATTERN.match(origin.strip()) is None else ""
        raise ArgumentValueError(f"origin has to be {right}{path}, not {origin!r}")
    return place


# NB: a test suite mounts the same few origins in each test.
@lru_cache(maxsize=1024)
def _parsed_mount(origin: str) -> str | _Pattern | None:
    match = ORIGIN_PATTERN.match(origin.strip())
    if match is None:
        return None
    any_port = match["port"] == ":*"
    is_suffix = match["host"].startswith("*")
    host = match["host"].removeprefix("*").removeprefix(".")
    url = parse_url(f"{match['scheme']}://{host or 'any'}{'' if any_port else match['port'] or ''}")
    if url is None:
        return None
    if not any_port and not is_suffix:
        return url.origin.serialized
    suffix = f".{url.host}" if host else ""
    return _Pattern(url.scheme, suffix if is_suffix else url.host, is_suffix, "*" if any_port else url.port)
