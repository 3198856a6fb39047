"""
The words that arguments take, as types: a type checker knows them all, and refuses any other.

What `fetch()` takes is named as in the Fetch standard's Web IDL. At run time each argument is checked where it is used.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

__all__ = [
    "AddressSpaceName",
    "BrowserName",
    "Forwarded",
    "Interface",
    "LoadName",
    "OnChallenge",
    "PermissionName",
    "ReferrerPolicy",
    "RequestCache",
    "RequestCredentials",
    "RequestDuplex",
    "RequestMode",
    "RequestPriority",
    "RequestRedirect",
    "SameSite",
    "SharedCacheName",
    "TargetAddressSpace",
]

BrowserName: TypeAlias = Literal["chromium", "firefox", "webkit", "standard", "chromium-pna"]
"""The browsers that can be simulated; the last one as it was with Private Network Access."""

RequestMode: TypeAlias = Literal["cors", "no-cors", "same-origin"]
"""https://fetch.spec.whatwg.org/#requestmode, without "navigate", for which `fetch()` throws."""

RequestCredentials: TypeAlias = Literal["omit", "same-origin", "include"]
"""https://fetch.spec.whatwg.org/#requestcredentials"""

RequestCache: TypeAlias = Literal["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"]
"""https://fetch.spec.whatwg.org/#requestcache"""

RequestRedirect: TypeAlias = Literal["follow", "error", "manual"]
"""https://fetch.spec.whatwg.org/#requestredirect"""

RequestDuplex: TypeAlias = Literal["half"]
RequestPriority: TypeAlias = Literal["high", "low", "auto"]
"""https://fetch.spec.whatwg.org/#enumdef-requestduplex"""

ReferrerPolicy: TypeAlias = Literal[
    "",
    "no-referrer",
    "no-referrer-when-downgrade",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
]
"""https://w3c.github.io/webappsec-referrer-policy/#enumdef-referrerpolicy"""

LoadName: TypeAlias = Literal[
    "image",
    "script",
    "import_module",
    "stylesheet",
    "font",
    "media",
    "track",
    "preload",
    "modulepreload",
    "prefetch",
    "manifest",
    "event_source",
    "beacon",
    "ping",
    "worker",
    "shared_worker",
    "websocket",
]
"""What a page loads, opens or sends beside `fetch()`: the methods of a page that load it."""

AddressSpaceName: TypeAlias = Literal["loopback", "local", "public"]
"""https://wicg.github.io/local-network-access/#enumdef-ipaddressspace"""

TargetAddressSpace: TypeAlias = Literal["loopback", "local", "public", "private", "unknown"]
"""What Chromium knows as `targetAddressSpace`: "private" is an older name of "local", "unknown" declares nothing."""

PermissionName: TypeAlias = Literal["local-network", "loopback-network", "local-network-access"]
"""What a visitor can allow a page; the last one is both of the others."""

SameSite: TypeAlias = Literal["strict", "lax", "none"]
"""What a cookie's attribute `SameSite` says."""

Interface: TypeAlias = Literal["wsgi", "asgi"]
"""How an application is called."""

Forwarded: TypeAlias = bool | Literal["rfc7239"]
"""How a server behind TLS is told so: by `X-Forwarded-*`, by nothing, or by `Forwarded`."""

OnChallenge: TypeAlias = Literal["cancel", "wait"]
"""Where the browser asks the visitor for a password: the fetch goes on as after "Cancel", or never ends."""

SharedCacheName: TypeAlias = Literal["nginx", "varnish", "squid", "cloudfront", "standard", "cdn-with-options"]
"""The caches that `SharedCache.like` knows."""
