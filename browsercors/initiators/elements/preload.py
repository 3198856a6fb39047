"""
What `<link>` fetches for later: preload, modulepreload, prefetch and manifest.

https://html.spec.whatwg.org/#link-type-preload
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.initiators.elements.potential_cors import (
    CREDENTIALS_MODES,
    check_crossorigin,
    create_potential_cors_request,
    element_request,
)
from browsercors.initiators.elements.usable import status_not_ok
from browsercors.values.findings import Algorithm
from browsercors.values.requests import RequestMode

if TYPE_CHECKING:
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

PROCESS_THE_MANIFEST: Final[Algorithm] = Algorithm(
    "process a linked manifest", "https://html.spec.whatwg.org/#link-type-manifest"
)


def create_preload_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
    as_: str,
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
        as_: The `as` attribute; one that the browser preloads.
        crossorigin: The attribute; None for none.
        integrity: The attribute.
        nonce: The attribute.
        referrer_policy: The `referrerpolicy` attribute.

    Raises:
        FetchTypeError: The URL is no str.
        TypeError: An attribute has the wrong type.
    """
    rules = profile.initiators
    request = create_potential_cors_request(
        environment,
        url,
        rules.preloadable.get(as_, ""),
        crossorigin,
        initiator_type="link",
        referrer_policy=referrer_policy,
    )
    # PROFILE: Firefox asks for a font as fonts are asked for, whatever the attribute says.
    if as_ == "font" and crossorigin is None and rules.preloaded_font is not None:
        request.mode, request.credentials_mode = rules.preloaded_font.mode, rules.preloaded_font.credentials_mode
    request.initiator = "preload"
    request.integrity_metadata = integrity
    request.cryptographic_nonce = nonce
    return request


def create_modulepreload_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
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
    request = element_request(
        environment,
        url,
        "script",
        RequestMode.CORS,
        CREDENTIALS_MODES[bool(check_crossorigin(crossorigin))],
        initiator_type="link",
        policy=referrer_policy,
    )
    request.initiator = "modulepreload"
    request.integrity_metadata = integrity
    request.cryptographic_nonce = nonce
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
    Take what came as it is; only what uses it looks at it.
    """
    return None


def process_manifest(params: PageFetchParams, response: Response) -> Finding | None:
    """
    Look whether a manifest came; what is in it is not read.

    Returns:
        Why it is not used; None if it is.
    """
    return status_not_ok(PROCESS_THE_MANIFEST, "6", response)
