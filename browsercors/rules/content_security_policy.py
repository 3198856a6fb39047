"""
How browsers differ in comparing URLs with the sources of a Content Security Policy.
"""

from __future__ import annotations

import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.values.records import Rules, quick

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ContentSecurityPolicyRules", "PortUpgrade"]

# https://w3c.github.io/webappsec-csp/#match-schemes
SCHEMES_OF_THE_STANDARD: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "http": frozenset({"https"}),
        "ws": frozenset({"wss", "http", "https"}),
        "wss": frozenset({"https"}),
    }
)


@quick
class PortUpgrade(enum.Enum):
    """
    When port 80, as a source states it, also matches port 443 of a URL that goes over TLS.
    """

    NEVER = "never"
    WITH_SCHEME = "with the scheme"
    """If the source, or the page if it has no scheme, is of http."""

    ALWAYS = "always"


@attrs.frozen(eq=False, repr=False)
class ContentSecurityPolicyRules(Rules):
    """
    Content Security Policy.

    Attributes:
        schemes: Which schemes of URLs a scheme that a source states matches, beside itself.
        port_80: When port 80, as a source states it, also matches port 443 of a URL that goes over TLS.
        reads_ports_as_numbers: Whether port 08000 in a source is port 8000.
        ignores_query_in_path: Whether a source such as `https://example.com/x?q` counts without its query; otherwise
            it is no source.
        decodes_whole_paths: Whether `%2F` in a path stands for a slash.
        wildcards_need_scheme: Whether `*:8000` is no source, since a `*` with a port has to have a scheme.
        self_is_the_pages_origin: Whether a page with an opaque origin that has inherited its policy has no `'self'`.
        self_matches_blobs: Whether `'self'` matches the page's own `blob:` URLs.
        wildcard_schemes: The schemes beside those of HTTP that `*` matches, by the directive that has it.
        default_decides_on_prefetches: Whether `default-src` has to list a prefetch; otherwise any directive will do.
        compares_socket_urls: Whether a WebSocket's URL is compared with its own scheme; otherwise the URL of its
            handshake, which is http or https.
        judges_before_upgrade: Whether the http URL is compared, where `upgrade-insecure-requests` makes it https.
    """

    schemes: Mapping[str, frozenset[str]] = attrs.field(default=SCHEMES_OF_THE_STANDARD)
    port_80: PortUpgrade = PortUpgrade.NEVER
    reads_ports_as_numbers: bool = True
    ignores_query_in_path: bool = False
    decodes_whole_paths: bool = False
    wildcards_need_scheme: bool = False
    self_is_the_pages_origin: bool = False
    self_matches_blobs: bool = True
    wildcard_schemes: Mapping[str, frozenset[str]] = attrs.field(factory=dict)
    default_decides_on_prefetches: bool = False
    judges_before_upgrade: bool = False
    compares_socket_urls: bool = False
