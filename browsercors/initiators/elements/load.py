"""
Loads: from what an element says to what the page can see of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from browsercors.fetch.effects import OpenSocket, SendRequest
from browsercors.fetch.loads.preloads import remember_preload
from browsercors.fetch.main_fetch import fetch
from browsercors.initiators.elements.beacon import create_beacon_request, process_beacon, refuse_beacon
from browsercors.initiators.elements.event_source import create_event_source_request, process_event_stream
from browsercors.initiators.elements.font import create_font_request, process_font
from browsercors.initiators.elements.image import create_css_image_request, create_image_request, process_image
from browsercors.initiators.elements.media import (
    create_media_request,
    create_track_request,
    process_media,
    process_track,
)
from browsercors.initiators.elements.ping import create_ping_request, process_ping
from browsercors.initiators.elements.potential_cors import INVALID_URL, check_crossorigin
from browsercors.initiators.elements.preload import (
    create_manifest_request,
    create_modulepreload_request,
    create_prefetch_request,
    create_preload_request,
    process_manifest,
    process_preload,
)
from browsercors.initiators.elements.script import (
    RESOLVE,
    create_module_request,
    create_script_request,
    process_module,
    process_script,
)
from browsercors.initiators.elements.service_worker import (
    create_service_worker_request,
    process_service_worker_script,
    refuse_registration,
)
from browsercors.initiators.elements.stylesheet import (
    create_css_import_request,
    create_stylesheet_request,
    process_stylesheet,
)
from browsercors.initiators.elements.websocket import create_websocket_request, process_handshake
from browsercors.initiators.elements.worker import (
    create_imported_script_request,
    create_worker_request,
    process_imported_script,
    process_worker,
    refuse_worker,
)
from browsercors.rules.elements.request_setup import CORS_WITHOUT_COOKIES
from browsercors.values.findings import Algorithm, Reason, failure_among
from browsercors.values.formats.mime_groups import CSS, FONT, IMAGE, JAVASCRIPT, SVG
from browsercors.values.formats.mime_types import parse_mime_type
from browsercors.values.requests import RequestMode
from browsercors.values.responses import FilteredResponse, Response, network_error

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from browsercors.fetch.effects import Fetching
    from browsercors.initiators.page_call import PageCall, PageFetchParams
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.element_literals import ElementName
    from browsercors.values.findings import Finding
    from browsercors.values.formats.mime_groups import TypeGroup
    from browsercors.values.requests import Environment, Request

__all__ = [
    "ELEMENTS",
    "Begin",
    "Element",
    "Load",
    "Loading",
    "create_element_request",
    "is_supported",
    "load",
    "load_one",
]


ELEMENT_LOAD: Final[Algorithm] = Algorithm(
    "what an element asks for", "https://html.spec.whatwg.org/#create-a-potential-cors-request"
)


TYPES_OF_PRELOADS: Final[Mapping[str, TypeGroup]] = {"font": FONT, "image": IMAGE, "script": JAVASCRIPT, "style": CSS}
"""The types that a preload may state; of other destinations any type will do."""


GIVE_THE_PAGE: Final = frozenset({"event-source", "beacon", "worker", "shared-worker", "imported-script", "websocket"})
"""Whose empty URL is that of the page: they are no elements."""


class Element(NamedTuple):
    """
    One way to load something.

    Attributes:
        create: Makes the request.
        process: Returns why the element has no use for a response; None if it has.
    """

    create: Callable[..., Request]
    process: Callable[[PageFetchParams, Response], Finding | None]


ELEMENTS: Final[Mapping[ElementName, Element]] = {
    "image": Element(create_image_request, process_image),
    "css-image": Element(create_css_image_request, process_image),
    "script": Element(create_script_request, process_script),
    "module": Element(create_module_request, process_module),
    "stylesheet": Element(create_stylesheet_request, process_stylesheet),
    "css-import": Element(create_css_import_request, process_stylesheet),
    "font": Element(create_font_request, process_font),
    "media": Element(create_media_request, process_media),
    "track": Element(create_track_request, process_track),
    "preload": Element(create_preload_request, process_preload),
    "modulepreload": Element(create_modulepreload_request, process_module),
    "prefetch": Element(create_prefetch_request, process_preload),
    "manifest": Element(create_manifest_request, process_manifest),
    "event-source": Element(create_event_source_request, process_event_stream),
    "beacon": Element(create_beacon_request, process_beacon),
    "service-worker": Element(create_service_worker_request, process_service_worker_script),
    "ping": Element(create_ping_request, process_ping),
    "worker": Element(create_worker_request, process_worker),
    "shared-worker": Element(create_worker_request, process_worker),
    "imported-script": Element(create_imported_script_request, process_imported_script),
    "websocket": Element(create_websocket_request, process_handshake),
}
"""All ways by the name that a `PageCall` has for them."""


REFUSALS: Final[Mapping[str, Callable[[PageFetchParams], Finding | None]]] = {
    "beacon": refuse_beacon,
    "worker": refuse_worker,
    "shared-worker": refuse_worker,
    "service-worker": refuse_registration,
}
"""What some ways say before they ask for anything."""


class Load(NamedTuple):
    """
    A load that has ended.

    Attributes:
        params: The fetch.
        response: What the element got; a network error if it has no use for it.
        children: What was loaded because of it, in order.
    """

    params: PageFetchParams
    response: FilteredResponse | Response
    children: tuple[Load, ...] = ()

    @property
    def fires_load(self) -> bool:
        """
        Whether the element fires `load`: what it loads, and all that this loads in turn, has not failed.
        """
        has_failed = self.response.is_network_error or self.response.body_failure is not None
        is_loaded = not has_failed or bool(self.params.findings[-1].evidence.get("fires_load"))
        # PROFILE: Chromium and WebKit tell a sheet nothing of what its imports import.
        rules = self.params.user_agent.profile.elements
        if self.params.element_call.api == "css-import" and not rules.sheets_fail_with_nested_imports:
            return is_loaded
        return is_loaded and all(child.fires_load for child in self.children if child.is_needed)

    @property
    def is_needed(self) -> bool:
        """
        Whether what leads to it fails without it; a font and a later part of media are not needed.
        """
        return self.params.element_call.api in {"module", "css-import"}


Begin: TypeAlias = "Callable[[PageCall], PageFetchParams]"
Loading: TypeAlias = "Generator[PageFetchParams, FilteredResponse | Response, Load]"
"""Yields each fetch that has to be run, and is sent its response."""


def create_element_request(environment: Environment, profile: BrowserProfile, call: PageCall) -> Request:
    """
    Make the request of an element.

    Raises:
        FetchTypeError: Its URL is no str, or JavaScript would throw for what it says.
        TypeError: An attribute has the wrong type.
    """
    options: Mapping[str, Any] = call.options if call.body is None else {**call.options, "data": call.body}
    request = ELEMENTS[call.api].create(environment, profile, call.url, **options)  # type: ignore[index]
    # PROFILE: Firefox shows no page to where tracks are.
    if request.destination in profile.initiators.without_referrer:
        request.referrer = None
    return request


def load(params: PageFetchParams) -> Fetching[FilteredResponse | Response]:
    """
    Fetch what an element asks for, and let the element look at it.

    Returns:
        What the element got; a network error if it fires `error`.
    """
    refusal = _refusal(params)
    if refusal is not None:
        params.findings.append(refusal)
        return network_error()
    opening = _opening if params.request.mode is RequestMode.WEBSOCKET else fetch
    memory = params.memory
    # NB: a beacon counts for the limit of all others as soon as it is taken on.
    # PROFILE: Firefox has no limit, and counts none of them.
    has_limit = params.user_agent.profile.initiators.channels.beacon_limit is not None
    is_counted = has_limit and params.request.initiator == "beacon"
    size = len(params.request.body or b"") if is_counted else 0
    if memory is not None and size:
        memory.keepalive_bytes += size
    try:
        came = response = yield from opening(params)
    finally:
        if memory is not None and size:
            memory.keepalive_bytes -= size
    if isinstance(response, FilteredResponse):
        response = _processed(params, response)
    if params.request.initiator == "preload" and params.preload is None:
        # NB: an error status fails the preload, and not what reads it: `fetch()` is given what came.
        is_error_page = response is not came and params.findings[-1].reason is Reason.STATUS_NOT_OK
        _remember(params, response, came if is_error_page else response)
    return response


def _opening(params: PageFetchParams) -> Fetching[FilteredResponse | Response]:
    """
    Fetch what opens a WebSocket: whoever answers may keep the connection (HTTP-network fetch, step 7).
    """
    interim = params.user_agent.profile.initiators.sockets.interim
    # NB: the service-workers mode of such a request is "none".
    params.service_worker = None
    fetching = fetch(params)
    reply: Any = None  # what starts a generator
    while True:
        try:
            effect = fetching.send(reply)
        except StopIteration as stop:
            response: FilteredResponse | Response = stop.value
            return response
        assert isinstance(effect, SendRequest), "nobody else is asked"
        reply = yield OpenSocket(effect.http_request, interim)


def _processed(params: PageFetchParams, response: FilteredResponse) -> FilteredResponse | Response:
    """
    Return what the element makes of a response: a network error if it has no use for it.
    """
    finding = ELEMENTS[params.element_call.api].process(params, response.internal_response)  # type: ignore[index]
    if finding is None:
        return response
    params.findings.append(finding)
    return network_error()


def _refusal(params: PageFetchParams) -> Finding | None:
    """
    Return why an element asks for nothing at all; None if it asks.
    """
    request, rules = params.request, params.user_agent.profile.initiators
    url = request.url_list[0]
    call = params.element_call
    name, options = call.api, call.options
    if options.get("is_specifier") and url is INVALID_URL:
        return RESOLVE.failed("12", Reason.URL_INVALID, url=call.url)
    # NB: an empty attribute is not the URL of the page; only `srcset` may stand in for it.
    if url is INVALID_URL or (not call.url and name not in GIVE_THE_PAGE and not options.get("srcset")):
        return ELEMENT_LOAD.failed("1", Reason.URL_INVALID, url=call.url)
    # PROFILE: Chromium refuses passwords in the URLs of images.
    if (
        url.includes_credentials
        and name in rules.refuses_credentials_in_urls_of
        and request.mode is RequestMode.NO_CORS
    ):
        return ELEMENT_LOAD.failed("2", Reason.URL_WITH_CREDENTIALS, url=url.href)
    # PROFILE: WebKit's event sources are http and https URLs only.
    if name == "event-source" and url.scheme == "data" and not rules.channels.event_source_reads_data_urls:
        return ELEMENT_LOAD.failed("2", Reason.SCHEME_NOT_SUPPORTED, scheme=url.scheme)
    # PROFILE: no browser does everything that `<link>` can say.
    if not is_supported(params.user_agent.profile, call):
        detail = options.get("as_") or options.get("css_property") or options.get("kind") or ""
        return ELEMENT_LOAD.failed("3", Reason.LOAD_NOT_SUPPORTED, what=name, detail=detail)
    if name == "ping" and not url.is_http:
        return ELEMENT_LOAD.failed("3", Reason.SCHEME_NOT_SUPPORTED, scheme=url.scheme)
    own = REFUSALS.get(name)
    return None if own is None else own(params)


def is_supported(profile: BrowserProfile, call: PageCall) -> bool:
    """
    Whether a browser does anything for what an element says.
    """
    rules, name = profile.initiators, call.api
    options: Mapping[str, Any] = call.options
    if name == "preload":
        return rules.preloads.destination_of(options.get("as_", "")) is not None and _is_type_known(profile, options)
    if name == "modulepreload":
        return rules.preloads.module_kind(options.get("as_", "")) is not None
    if name == "css-image":
        return options["css_property"] in rules.css_images
    if name == "module":
        return options.get("kind", "script") in profile.elements.module_types
    return name not in rules.not_loaded


def _remember(
    params: PageFetchParams, response: FilteredResponse | Response, came: FilteredResponse | Response
) -> None:
    """
    Let later loads use what was preloaded.
    """
    rules, options = params.user_agent.profile.initiators.preloads, params.element_call.options
    # PROFILE: what could not be preloaded may fail once more for what would use it.
    if response.is_network_error and not rules.remembers_failure(params.request, failure_among(params.findings)[1]):
        return
    # PROFILE: Firefox asks for a font as fonts are asked for, but does not use it where the attribute says otherwise.
    is_font = params.request.destination == "font"
    if is_font and rules.font is CORS_WITHOUT_COOKIES and check_crossorigin(options.get("crossorigin")) is not False:
        return
    params.preload = remember_preload(params, came)


def _is_type_known(profile: BrowserProfile, options: Mapping[str, Any]) -> bool:
    """
    Whether a browser has any use for the type that a preload states.
    """
    if not options.get("type"):
        return True
    stated = parse_mime_type(options["type"])
    known = TYPES_OF_PRELOADS.get(profile.initiators.preloads.destination_of(options.get("as_", "")) or "")
    if stated is None or known is None:
        return known is None
    is_image = stated.type == "image" and (SVG.has(stated) or stated.essence in profile.elements.image_formats)
    return is_image if known is IMAGE else known.has(stated)


def load_one(begin: Begin, call: PageCall) -> Loading:
    """
    Load one thing that loads nothing else.
    """
    params = begin(call)
    response = yield params
    return Load(params, response)
