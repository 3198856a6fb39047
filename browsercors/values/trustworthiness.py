"""
Potentially trustworthy: what counts as delivered securely.

https://w3c.github.io/webappsec-secure-contexts/
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from browsercors.values.sites import is_ip_address

if TYPE_CHECKING:
    from browsercors.values.origins import Origin
    from browsercors.values.urls import URL

__all__ = [
    "is_potentially_trustworthy_origin",
    "is_potentially_trustworthy_url",
    "is_url_trustworthy_by_scheme",
]

AUTHENTICATED_SCHEMES: Final = frozenset({"https", "wss"})
INHERITING_ABOUT_PATHS: Final = frozenset({"blank", "srcdoc"})


def is_potentially_trustworthy_origin(origin: Origin) -> bool:
    """
    Whether *origin* is potentially trustworthy.

    https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
    """
    # 1. An opaque origin is not.
    if origin.scheme is None:
        return False
    # 3. One that TLS authenticates is.
    # 4.-5. One on this machine is.
    # 6. Files are.
    # 7.-8. NB: no other scheme and no configured origin is trusted.
    # 9. Anything else is not.
    return origin.scheme in AUTHENTICATED_SCHEMES or _is_loopback(origin.host) or origin.scheme == "file"


def is_potentially_trustworthy_url(url: URL) -> bool:
    """
    Whether *url* is potentially trustworthy.

    https://w3c.github.io/webappsec-secure-contexts/#is-url-trustworthy
    """
    # 1.-2. What inherits from its creator is.
    # 3. Otherwise the origin decides.
    return is_url_trustworthy_by_scheme(url) or is_potentially_trustworthy_origin(url.origin)


def is_url_trustworthy_by_scheme(url: URL) -> bool:
    """
    Whether *url* is trustworthy whatever its host: a loopback address earns it nothing.

    PROFILE: mixed content in WebKit; see `browsercors.protections.mixed_content`.
    """
    scheme = url.scheme
    return (
        scheme in AUTHENTICATED_SCHEMES
        # NB: the standard trusts the origin of a file; the URL Standard makes it opaque. Browsers trust the URL.
        or scheme in {"data", "file"}
        or (scheme == "about" and url.path in INHERITING_ABOUT_PATHS)
        or (scheme == "blob" and url.origin.scheme in AUTHENTICATED_SCHEMES)
    )


@lru_cache(maxsize=1024)
def _is_loopback(host: str) -> bool:
    """
    Whether *host* is 127.0.0.0/8, ::1 or a localhost name, which no resolver is asked for.
    """
    if is_ip_address(host):
        return host == "[::1]" or host.startswith("127.")
    name = host.removesuffix(".")
    return name == "localhost" or name.endswith(".localhost")
