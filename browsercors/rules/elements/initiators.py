"""
How browsers differ in what elements and style sheets ask for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.rules.elements.channels import ChannelRules
from browsercors.rules.elements.request_setup import CORS_WITHOUT_COOKIES
from browsercors.rules.elements.service_workers import ServiceWorkerRules
from browsercors.rules.elements.websockets import WebSocketRules
from browsercors.rules.elements.workers import WorkerRules
from browsercors.values.records import Rules
from browsercors.values.requests import CredentialsMode, RequestMode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from browsercors.rules.elements.preloads import PreloadRules
    from browsercors.rules.elements.request_setup import RequestSetup
    from browsercors.values.findings import Reason
    from browsercors.values.requests import Request

__all__ = ["InitiatorRules"]

OF_WORKERS: Final = frozenset({"worker", "worker-import"})
"""What the scripts of workers, and what these import, have as their initiator."""


@attrs.frozen(eq=False, repr=False)
class InitiatorRules(Rules):
    """
    What elements and style sheets ask for.

    Attributes:
        accept: The `Accept` of requests, by what names them best: their initiator (such as "prefetch") or their
            destination. All others accept anything.
        accept_with_cors: The `Accept` of those that use CORS, where it is another one.
        headers: What requests have beside the usual headers, found as `accept` is, or by initiator and destination.
        preloads: What is preloaded, and what is served from it.
        channels: What EventSource and beacons do.
        service_workers: What service workers see and do.
        workers: What workers do.
        sockets: What WebSockets do.
        dropped_headers: The names, in lower case, of usual headers that requests do not have, found as `headers` is.
        media_looks_again: Whether audio and video that cannot be played is asked for once more.
        css_images: How the images of CSS are asked for, by property; those of other properties are not.
        font: How fonts are asked for.
        sends_origin_to_own_origin: Whether elements that use CORS send `Origin` to the page's own origin as well.
        sends_no_origin_to_own_origin: The destinations and initiators for which they do not.
        without_referrer: The destinations whose requests have no referrer.
        media_headers: What the first request of audio and video has beside the usual headers.
        track_without_cors: Whether a track of another origin is asked for although its media element has no
            `crossorigin`. The standard lets such a track fail.
        manifest_credentials: How a manifest is asked for without `crossorigin`.
        never_mixed_content: The destinations that an https page may load over http.
        not_loaded: The loads that the browser does nothing for, by their names in a `PageCall`.
        nested_referrer_is_page: Whether the referrer of what a style sheet or a module loads is the page, and not the
            sheet or the module.
        json_module_destination: The destination of a module that is imported as JSON.
        refuses_credentials_in_urls_of: The loads that are not asked for if their URL has a user name or a password, and
            they do not use CORS.
        asks_again_for_failed_modules: Whether a module that could not be loaded is asked for again when it is imported
            once more.
        remembered_module_failures: The reasons for which it is not.
        remembers_refused_modules: Whether that holds for what was refused before it was asked for, too.
        keeps_sheets: Whether a style sheet that a page has is never asked for again, if it is wanted in the same way.
        is_muted: Whether the errors of a classic script are muted, by the request and the type of the response.
        mutes_thrown_errors: Whether that holds for an `Error` that such a script throws, and not only for syntax errors
            and for other things that it throws.
    """

    accept: Mapping[str, bytes]
    css_images: Mapping[str, RequestSetup]
    is_muted: Callable[[Request, str], bool]
    preloads: PreloadRules
    channels: ChannelRules = attrs.field(factory=ChannelRules)
    service_workers: ServiceWorkerRules = attrs.field(factory=ServiceWorkerRules)
    workers: WorkerRules = attrs.field(factory=WorkerRules)
    sockets: WebSocketRules = attrs.field(factory=WebSocketRules)
    accept_with_cors: Mapping[str, bytes] = attrs.field(factory=dict)
    headers: Mapping[str, tuple[tuple[bytes, bytes], ...]] = attrs.field(factory=dict)
    dropped_headers: Mapping[str, frozenset[bytes]] = attrs.field(factory=dict)
    media_looks_again: bool = False
    font: RequestSetup = CORS_WITHOUT_COOKIES
    sends_origin_to_own_origin: bool = False
    sends_no_origin_to_own_origin: frozenset[str] = frozenset()
    without_referrer: frozenset[str] = frozenset()
    media_headers: tuple[tuple[bytes, bytes], ...] = ((b"Range", b"bytes=0-"),)
    track_without_cors: bool = False
    manifest_credentials: CredentialsMode = CredentialsMode.SAME_ORIGIN
    never_mixed_content: frozenset[str] = frozenset()
    not_loaded: frozenset[str] = frozenset()
    nested_referrer_is_page: bool = False
    json_module_destination: str = "json"
    refuses_credentials_in_urls_of: frozenset[str] = frozenset()
    asks_again_for_failed_modules: bool = False
    remembered_module_failures: frozenset[Reason] = frozenset()
    remembers_refused_modules: bool = True
    keeps_sheets: bool = False
    mutes_thrown_errors: bool = True

    def accept_of(self, request: Request) -> bytes:
        """
        Return the `Accept` of a request that the page gave none.
        """
        if request.mode is RequestMode.CORS and request.initiator in self.accept_with_cors:
            return self.accept_with_cors[request.initiator]
        return self.accept.get(request.initiator, self.accept.get(request.destination, b"*/*"))

    def headers_of(self, request: Request) -> tuple[tuple[bytes, bytes], ...]:
        """
        Return what a request has beside the usual headers.
        """
        of_both = self.headers.get(f"{request.initiator} {request.destination}")
        if of_both is not None:
            return of_both
        return self.headers.get(request.initiator, self.headers.get(request.destination, ()))

    def dropped_of(self, request: Request) -> frozenset[bytes]:
        """
        Return the names, in lower case, of usual headers that a request does not have.
        """
        if request.initiator in OF_WORKERS:
            return self.workers.dropped_headers
        return self.dropped_headers.get(request.initiator, frozenset())

    def shows_origin_to_own(self, request: Request) -> bool:
        """
        Whether a load of the page's own origin that uses CORS has an `Origin`.
        """
        # NB: an EventSource asks as `fetch()` does.
        is_of_element = request.initiator != "eventsource"
        is_without = not self.sends_no_origin_to_own_origin.isdisjoint((request.destination, request.initiator))
        return self.sends_origin_to_own_origin and is_of_element and not is_without
