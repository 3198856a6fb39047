"""
What `<link>` fetches for later: preload, modulepreload, prefetch and manifest.

https://html.spec.whatwg.org/#link-type-preload
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.initiators.elements.image import process_image
from browsercors.initiators.elements.potential_cors import (
    CREDENTIALS_MODES,
    check_crossorigin,
    create_potential_cors_request,
    element_request,
)
from browsercors.initiators.elements.script import create_module_request
from browsercors.initiators.elements.stylesheet import process_stylesheet
from browsercors.initiators.elements.usable import status_not_ok
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.requests import RequestMode
from browsercors.values.responses import is_ok_status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.findings import Finding
    from browsercors.values.requests import Environment, Request
    from browsercors.values.responses import Response

__all__ = [
    "create_manifest_request",
    "create_modulepreload_request",
    "create_prefetch_request",
    "create_preload_request",
    "process_manifest",
    "process_preload",
]

PRELOAD: Final[Algorithm] = Algorithm("preload", "https://html.spec.whatwg.org/#preload")
LOOKS: Final[Mapping[str, Callable[[PageFetchParams, Response], Finding | None]]] = {
    "image": process_image,
    "style": process_stylesheet,
}
"""How it is looked at what was preloaded, by destination."""

PROCESS_THE_MANIFEST: Final[Algorithm] = Algorithm(
    "process a linked manifest", "https://html.spec.whatwg.org/#link-type-manifest"
)


def create_preload_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
    as_: str = "",
    type: str = "",  # noqa: A002 - what the attribute is called
    crossorigin: str | None = None,
    integrity: str = "",
    nonce: str = "",
    referrer_policy: str = "",
) -> Request:
    """
    Make the request of a `<link rel=preload>`.

    Args:
        environment: The page.
        profile: The browser.
        url: The `href` attribute.
        as_: The `as` attribute.
        type: The attribute; what it says was looked at before.
        crossorigin: The attribute; None for none.
        integrity: The attribute.
        nonce: The attribute.
        referrer_policy: The `referrerpolicy` attribute.

    Raises:
        FetchTypeError: The URL is no str.
        TypeError: An attribute has the wrong type.
    """
    rules = profile.initiators.preloads
    request = create_potential_cors_request(
        environment,
        url,
        rules.destination_of(as_) or "",
        crossorigin,
        initiator_type="link",
        referrer_policy=referrer_policy,
        # PROFILE: WebKit checks the integrity of what uses it.
        integrity="" if rules.ignores_integrity else integrity,
        nonce=nonce,
    )
    # PROFILE: Firefox asks for a font as fonts are asked for, whatever the attribute says.
    if (
        as_.lower() == "font"
        and rules.font is not None
        and (crossorigin is None or rules.font.mode is RequestMode.CORS)
    ):
        request.mode, request.credentials_mode = rules.font.mode, rules.font.credentials_mode
    request.initiator = "preload"
    return request


def create_modulepreload_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
    as_: str = "",
    crossorigin: str | None = None,
    integrity: str = "",
    nonce: str = "",
    referrer_policy: str = "",
) -> Request:
    """
    Make the request of a `<link rel=modulepreload>`; the arguments are those of `create_preload_request`.

    https://html.spec.whatwg.org/#link-type-modulepreload

    Raises:
        FetchTypeError: The URL is no str.
        TypeError: An attribute has the wrong type.
    """
    # NB: it is the request of the module, which the preload then serves.
    request = create_module_request(
        environment,
        profile,
        url,
        crossorigin=crossorigin,
        integrity=integrity,
        nonce=nonce,
        referrer_policy=referrer_policy,
        kind=profile.initiators.preloads.module_kind(as_) or "script",
    )
    request.initiator_type = "link"
    request.initiator = "modulepreload"
    return request


def create_prefetch_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
    crossorigin: str | None = None,
    referrer_policy: str = "",
) -> Request:
    """
    Make the request of a `<link rel=prefetch>` (https://html.spec.whatwg.org/#link-type-prefetch).

    Raises:
        FetchTypeError: The URL is no str.
        TypeError: An attribute has the wrong type.
    """
    request = create_potential_cors_request(
        environment, url, "", crossorigin, initiator_type="link", referrer_policy=referrer_policy
    )
    request.initiator = "prefetch"
    return request


def create_manifest_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
    crossorigin: str | None = None,
) -> Request:
    """
    Make the request of a `<link rel=manifest>` (https://html.spec.whatwg.org/#link-type-manifest).

    Raises:
        FetchTypeError: The URL is no str.
        TypeError: The attribute has the wrong type.
    """
    # PROFILE: Chromium leaves credentials out even where the page's own origin is asked.
    with_credentials = check_crossorigin(crossorigin)
    credentials_mode = CREDENTIALS_MODES[True] if with_credentials else profile.initiators.manifest_credentials
    request = element_request(environment, url, "manifest", RequestMode.CORS, credentials_mode, initiator_type="link")
    request.initiator = "manifest"
    return request


def process_preload(params: PageFetchParams, response: Response) -> Finding | None:
    """
    Look at the status of what came; only what uses it looks at the rest.

    Returns:
        Why the element fires `error`; None if it fires `load`.
    """
    # PROFILE: browsers want most things to be there.
    rules, request = params.user_agent.profile.initiators.preloads, params.request
    kind = "prefetch" if request.initiator == "prefetch" else request.destination
    if kind in rules.needs_ok_status and not is_ok_status(response.status):
        return PRELOAD.failed("14", Reason.STATUS_NOT_OK, status=response.status)
    # PROFILE: and images to be images; Firefox looks at the type of style sheets as well.
    look = LOOKS.get(kind) if kind in rules.looked_at else None
    return None if look is None else look(params, response)


def process_manifest(params: PageFetchParams, response: Response) -> Finding | None:
    """
    Look whether a manifest came; what is in it is not read.

    Returns:
        Why it is not used; None if it is.
    """
    return status_not_ok(params, PROCESS_THE_MANIFEST, "6", response)
