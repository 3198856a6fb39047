"""
How browsers differ in what a service worker sees, and in what pages get of its responses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.values.findings import Reason
from browsercors.values.formats.mime_groups import JAVASCRIPT
from browsercors.values.formats.mime_types import extract_a_mime_type
from browsercors.values.records import Rules
from browsercors.values.requests import CacheMode, RequestMode
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.rules.wire import WireRules
    from browsercors.values.headers import HeaderList
    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites
    from browsercors.values.urls import URL

__all__ = ["SECURITY_ERRORS", "ServiceWorkerRules"]

SECURITY_ERRORS: Final = frozenset(
    {Reason.SERVICE_WORKER_NOT_ALLOWED, Reason.SERVICE_WORKER_SCOPE, Reason.MIME_TYPE_BLOCKED}
)
"""For which failures the standard has one."""


def _as_after_any_redirect(request: Request) -> None:
    """
    Go on as after a redirect of the network.
    """


def _as_any_fetch(request: Request) -> None:
    """
    Send of the priority of a request that is fetched again what is sent of any.
    """


def _as_it_is(request: Request, sites: Sites) -> None:
    """
    Show a request as it is.
    """


def _allowed_path(stated: bytes | None, script: URL) -> str | None:
    """
    Return with what paths a scope may begin, by a `Service-Worker-Allowed` header; None if with nothing.

    https://w3c.github.io/ServiceWorker/#update-algorithm
    """
    longest = parse_url("./" if stated is None else stated.decode("latin-1"), script)
    return longest.path if longest is not None and longest.origin.same_origin(script.origin) else None


def _says_javascript(headers: HeaderList) -> bool:
    """
    Whether the type is that of JavaScript (https://w3c.github.io/ServiceWorker/#update-algorithm).
    """
    return JAVASCRIPT.has(extract_a_mime_type(headers))


@attrs.frozen(eq=False, repr=False)
class ServiceWorkerRules(Rules):
    """
    What service workers see and do.

    Attributes:
        shows_own_responses: Whether a page sees all headers of a response that a worker has made itself, whatever its
            URL. If not, it is filtered as what comes from the network: under CORS by `Access-Control-Expose-Headers`.
        shows_body_of_head: Whether the page sees the body that a worker gave to a HEAD.
        names_seen: The names, in lower case, of the browser's own headers that a worker sees in a request.
        own_requests_without: The names, in lower case, of usual headers that a worker's own requests do not have.
        repeats_without: The same of requests of a page that it fetches again.
        repeated_priority: Returns the `Priority` lines of such requests; None for what any request by `fetch()` has.
        change_seen: Changes a copy of a request that a worker is to see.
        bypassed_by: The cache modes whose requests go to the network at once.
        shows_conditional_as_no_store: Whether a request with a conditional header of the page has the cache mode
            "no-store" to a worker.
        shows_origin_of_loads: Whether it sees the `Origin` of a load that uses CORS.
        repeats_upload_preflight: Whether a request that is fetched again has a preflight for its upload listeners.
        go_on_after_redirect: Changes a request after a redirect that a worker made has been followed.
        checks_redirects: Whether such a redirect has to pass the CORS check where the request is under CORS.
        own_responses_forget_redirects: Whether the page does not see that such a redirect led to a response of the
            worker's own making.
        remembers_redirects: Whether the page sees that a worker has redirected the request, whatever responds then.
        taints_other_urls: Whether an image whose last URL is of another origin is tainted, whatever type its response
            has.
        preflights_what_falls_through: Whether a request that a worker lets the network respond to has a preflight.
        checks_own_resource_policy: Whether a response of the worker's own making may forbid by its
            `Cross-Origin-Resource-Policy` that a request without CORS is given it.
        is_script: Whether the headers of a response say that it is the script of a worker.
        takes_credentials: Whether the URL of a script may have credentials.
        allowed_path: Returns with what the path of a scope may begin, by the `Service-Worker-Allowed` header and the
            script; None if no scope is allowed.
        empty_scope_is_none: Whether an empty scope is as none; otherwise it is the URL of the page.
        sees_hidden_vary: Whether a cache refuses `Vary: *` of another origin that the worker does not see.
        keeps_one_response_per_url: Whether a cache keeps one response for each URL, whatever `Vary` says.
        script_cache_mode: How a script is asked for.
        script_cache_mode_of_all: How one is asked for that may come from the HTTP cache (`updateViaCache: "all"`).
        security_errors: For which failures of a registration JavaScript gets a SecurityError; for others, a TypeError.
    """

    shows_own_responses: bool = False
    shows_body_of_head: bool = False
    names_seen: frozenset[bytes] = frozenset()
    own_requests_without: frozenset[bytes] = frozenset()
    repeats_without: frozenset[bytes] = frozenset()
    repeated_priority: Callable[[Request], tuple[tuple[bytes, bytes], ...] | None] = _as_any_fetch
    change_seen: Callable[[Request, Sites], None] = _as_it_is
    bypassed_by: frozenset[CacheMode] = frozenset()
    shows_conditional_as_no_store: bool = False
    shows_origin_of_loads: bool = False
    repeats_upload_preflight: bool = False
    go_on_after_redirect: Callable[[Request], None] = _as_after_any_redirect
    checks_redirects: bool = False
    own_responses_forget_redirects: bool = False
    remembers_redirects: bool = False
    taints_other_urls: bool = False
    preflights_what_falls_through: bool = True
    checks_own_resource_policy: bool = True
    is_script: Callable[[HeaderList], bool] = _says_javascript
    takes_credentials: bool = True
    allowed_path: Callable[[bytes | None, URL], str | None] = _allowed_path
    empty_scope_is_none: bool = False
    sees_hidden_vary: bool = False
    keeps_one_response_per_url: bool = False
    script_cache_mode: CacheMode = CacheMode.NO_CACHE
    script_cache_mode_of_all: CacheMode = CacheMode.DEFAULT
    security_errors: frozenset[Reason] = SECURITY_ERRORS

    def wire_of_worker(self, wire: WireRules, repeated: Request | None) -> WireRules:
        """
        Return what the browser adds to the requests of a worker.

        Args:
            wire: What it adds to those of pages.
            repeated: The request of a page that is fetched again; None if it is none.
        """
        dropped = self.own_requests_without if repeated is None else self.repeats_without
        priority = None if repeated is None else self.repeated_priority(repeated)
        if priority is not None:
            wire = attrs.evolve(wire, fetch_extra=dict.fromkeys(wire.fetch_extra, priority))
        if not dropped:
            return wire
        extra = tuple(header for header in wire.trustworthy_extra if header[0].lower() not in dropped)
        storage_access = None if b"sec-fetch-storage-access" in dropped else wire.storage_access
        return attrs.evolve(wire, trustworthy_extra=extra, storage_access=storage_access)

    def headers_seen(self, request: Request, wire: WireRules) -> HeaderList:
        """
        Return the headers of a request as a worker sees them.
        """
        seen = request.header_list.copy()
        for name, value in wire.usual[True, True, False]:
            lower = name.lower()
            if lower in self.names_seen and lower not in seen:
                seen.append(name, value)
        if self._shows_origin(request):
            seen.append(b"Origin", request.byte_serialized_origin())
        return seen

    def shows_origin_to_own(self, request: Request) -> bool:
        """
        Whether a request that is fetched again as it was seen shows its `Origin` to its own origin.
        """
        return self._shows_origin(request) and request.current_url.origin.same_origin(request.origin)

    def _shows_origin(self, request: Request) -> bool:
        return self.shows_origin_of_loads and request.destination != "" and request.mode is RequestMode.CORS
