"""
The fetches of a service worker's own: `fetch(event.request)`, and `fetch(url, init)`.

https://fetch.spec.whatwg.org/#dom-request
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypedDict, cast

from browsercors.browser.service_workers.messages import ServiceWorkerRequest, is_of_page, request_behind
from browsercors.initiators.bodies.blob import Blob
from browsercors.initiators.header_guard import FetchTypeError
from browsercors.initiators.page_call import PageCall
from browsercors.values.arguments import ArgumentTypeError
from browsercors.values.formats.json_text import stringify_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.initiators.bodies.extract import BodyInit
    from browsercors.initiators.header_guard import HeadersInit
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.values.literals import (
        ReferrerPolicy,
        RequestCache,
        RequestCredentials,
        RequestDuplex,
        RequestMode,
        RequestPriority,
        RequestRedirect,
        TargetAddressSpace,
    )
    from browsercors.values.requests import Request

__all__ = ["OPTIONS", "OwnFetchInit", "prepare_own_fetch"]

Begin: TypeAlias = "Callable[[PageCall, Request | None], PageFetchParams]"


class OwnFetchInit(TypedDict, total=False):
    """
    The options of a worker's own `fetch()`: all that `page.fetch()` takes beside the URL.

    https://fetch.spec.whatwg.org/#requestinit
    """

    method: str
    headers: HeadersInit | None
    body: BodyInit | None
    json: object
    mode: RequestMode
    credentials: RequestCredentials
    cache: RequestCache
    redirect: RequestRedirect
    referrer: str
    referrer_policy: ReferrerPolicy
    integrity: str
    keepalive: bool
    duplex: RequestDuplex | None
    priority: RequestPriority
    window: None
    target_address_space: TargetAddressSpace | None


OPTIONS: Final = frozenset(OwnFetchInit.__annotations__)


def prepare_own_fetch(begin: Begin, resource: ServiceWorkerRequest | str, init: OwnFetchInit) -> PageFetchParams:
    """
    Begin a fetch of a worker's own.

    Args:
        begin: Begins a fetch, given the call, and the request of a page that is fetched again; None if it is none.
        resource: The request of an event, or a URL.
        init: The options of the call.

    Raises:
        FetchTypeError: What `fetch()` would throw for these arguments.
        TypeError: An option does not exist, or body and json are both given.

    https://fetch.spec.whatwg.org/#dom-request
    """
    if not init.keys() <= OPTIONS:
        # NB: imported late, since it is for mistakes.
        from browsercors.values.habits import unknown_option

        raise unknown_option("fetch", init.keys() - OPTIONS, OPTIONS)
    options = cast("dict[str, Any]", dict(init))
    if options.get("json") is not None:
        if options.get("body") is not None:
            raise ArgumentTypeError("give body= or json=, not both")
        options["body"] = Blob(stringify_json(options["json"]), "application/json")
    options.pop("json", None)
    if isinstance(resource, str):
        return begin(_call(resource, options), None)
    if not isinstance(resource, ServiceWorkerRequest):
        raise ArgumentTypeError(f"fetch() takes event.request or a URL, not {resource!r:.80}")
    return _prepare_again(begin, resource, options)


def _prepare_again(begin: Begin, resource: ServiceWorkerRequest, init: dict[str, Any]) -> PageFetchParams:
    """
    Begin a fetch of a request that was seen, with changes if *init* has any.
    """
    seen = request_behind(resource)
    # 37. Its body can be sent once.
    if seen.body is not None and "body" not in init:
        if resource.body_used:
            raise FetchTypeError("the body of the request was read before; fetch a clone() that is made beforehand")
        resource.body_used = True
    options: dict[str, Any] = {
        "method": seen.method.decode("ascii"),
        "mode": seen.mode.value,
        "credentials": seen.credentials_mode.value,
        "cache": seen.cache_mode.value,
        "redirect": seen.redirect_mode.value,
        "integrity": seen.integrity_metadata,
        "keepalive": seen.keepalive,
    }
    if init:
        # 13. NB: with any change, referrer and referrer policy are the worker's.
        options["headers"] = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in seen.header_list]
        if seen.body is not None:
            options["body"] = seen.body
        return begin(_call(seen.current_url.href, {**options, **init}), None)
    options["referrer_policy"] = seen.referrer_policy
    params = begin(_call(seen.current_url.href, options), seen if is_of_page(resource) else None)
    request = params.request
    request.header_list = seen.header_list.copy()
    request.body = seen.body
    request.referrer = seen.referrer
    # PROFILE: Chromium repeats what the standard does not copy: the preflight of upload listeners, the origin of loads.
    rules = params.user_agent.profile.initiators.service_workers
    if rules.repeats_upload_preflight:
        request.use_cors_preflight = seen.use_cors_preflight
    if rules.shows_origin_to_own(seen):
        request.header_list.append(b"Origin", seen.byte_serialized_origin())
    return params


def _call(url: str, options: dict[str, Any]) -> PageCall:
    rest = {name: value for name, value in options.items() if name not in {"method", "headers", "body"}}
    return PageCall("fetch", url, options.get("method", "GET"), options.get("headers"), options.get("body"), rest)
