"""
Source expressions: whether a URL is one of those that a directive lists.

https://w3c.github.io/webappsec-csp/#matching-urls
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.rules.content_security_policy import PortUpgrade
from browsercors.values.expressions import compiled_late
from browsercors.values.sites import is_ip_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from browsercors.rules.content_security_policy import ContentSecurityPolicyRules
    from browsercors.values.origins import Origin
    from browsercors.values.urls import URL

__all__ = [
    "HostSource",
    "Matching",
    "host_part_matches",
    "is_source_expression",
    "parse_host_source",
    "path_part_matches",
    "percent_decoded",
    "port_part_matches",
    "scheme_part_matches",
    "url_matches_expression",
    "url_matches_source_list",
]

# https://w3c.github.io/webappsec-csp/#framework-directive-source-list
SCHEME_SOURCE = compiled_late(r"([A-Za-z][A-Za-z0-9+.-]*):\Z")
HOST_SOURCE = compiled_late(
    r"(?:([A-Za-z][A-Za-z0-9+.-]*)://)?"
    r"(\*|(?:\*\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.?)"
    r"(?::([0-9]+|\*))?"
    r"(/[A-Za-z0-9\-._~%!$&'()*+=:@/]*)?\Z"
)
NONCE_OR_HASH_SOURCE = compiled_late(r"'(?:nonce|sha256|sha384|sha512)-[A-Za-z0-9+/_-]+={0,2}'\Z")
NONE: Final = "'none'"
SELF: Final = "'self'"
KEYWORDS: Final = frozenset(
    {
        SELF,
        "'unsafe-inline'",
        "'unsafe-eval'",
        "'strict-dynamic'",
        "'unsafe-hashes'",
        "'report-sample'",
        "'unsafe-allow-redirects'",
        "'wasm-unsafe-eval'",
        "'trusted-types-eval'",
        "'report-sha256'",
        "'report-sha384'",
        "'report-sha512'",
        "'unsafe-webtransport-hashes'",
    }
)
DEFAULT_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}
QUERY_OR_FRAGMENT = compiled_late(r"[?#].*")
SECURE_SCHEMES: Final = frozenset({"https", "wss"})


class HostSource(NamedTuple):
    """
    A `host-source`, such as `https://*.example.com:8443/path/`.

    Attributes:
        scheme: In lower case; None where it is left out.
        host: `*`, a host in lower case, or `*.` and a host.
        port: The digits, `*`, or None where it is left out.
        path: Possibly empty.
    """

    scheme: str | None
    host: str
    port: str | None
    path: str


@lru_cache(maxsize=1024)
def parse_host_source(expression: str) -> HostSource | None:
    """
    Parse a `host-source`; None if *expression* is none.
    """
    match = HOST_SOURCE.match(expression)
    if match is None:
        return None
    scheme, host, port, path = match.groups()
    return HostSource(None if scheme is None else scheme.lower(), host.lower(), port, path or "")


def is_source_expression(expression: str) -> bool:
    """
    Whether *expression* is any of the source expressions, so that it could match something.
    """
    return (
        expression.lower() in KEYWORDS
        or SCHEME_SOURCE.match(expression) is not None
        or NONCE_OR_HASH_SOURCE.match(expression) is not None
        or parse_host_source(expression) is not None
    )


class Matching(NamedTuple):
    """
    What decides, beside URL and source, whether the two match.

    Attributes:
        origin: Where the policy came from, which is what `'self'` stands for.
        redirected: Whether the request was redirected. (The standard has the redirect count.)
        rules: How the browser compares.
    """

    origin: Origin
    redirected: bool
    rules: ContentSecurityPolicyRules


def url_matches_source_list(url: URL, source_list: Sequence[str], matching: Matching) -> bool:
    """
    Whether *url* matches one of the sources.

    https://w3c.github.io/webappsec-csp/#match-url-to-source-list
    """
    # 2. Nothing matches an empty list,
    if not source_list:
        return False
    # 3. or one that has only 'none'.
    if len(source_list) == 1 and source_list[0].lower() == NONE:
        return False
    # 4.-5. One source is enough.
    return any(url_matches_expression(url, source, matching) for source in source_list)


def url_matches_expression(url: URL, expression: str, matching: Matching) -> bool:
    """
    Whether *url* matches one source expression.

    https://w3c.github.io/webappsec-csp/#match-url-to-source-expression
    """
    # 1. `*` is for HTTP, and for what is like the page.
    if expression == "*":
        return url.is_http or url.scheme == matching.origin.scheme

    # 2. Schemes.
    scheme_source = SCHEME_SOURCE.match(expression)
    if scheme_source is not None:
        return scheme_part_matches(scheme_source[1].lower(), url.scheme, matching.rules)
    # 3. Hosts.
    # PROFILE: a query is no part of a source, and browsers ignore it.
    rules = matching.rules
    source = parse_host_source(QUERY_OR_FRAGMENT.sub("", expression) if rules.ignores_query_in_path else expression)
    if source is not None:
        return _url_matches_host_source(url, source, matching)

    # 4. The page's own origin, or what is the same over TLS.
    # 5. Anything else matches nothing.
    return expression.lower() == SELF and _url_is_of_self(url, matching)


def _url_matches_host_source(url: URL, source: HostSource, matching: Matching) -> bool:
    """
    Whether *url* matches a `host-source` (steps 2 and 3).
    """
    # 2.1., 3.2. The scheme is the page's where none is given.
    # 3.1. A URL without a host does not match.
    # 3.3.-3.5. So have host and port.
    # PROFILE: to WebKit `*:8000` is no source.
    rules = matching.rules
    if source.host == "*" and source.scheme is None and rules.wildcards_need_scheme:
        return False
    scheme = source.scheme or matching.origin.scheme
    if (
        not url.host
        or scheme is None
        or not scheme_part_matches(scheme, url.scheme, rules)
        or not host_part_matches(source.host, url.host)
        or not port_part_matches(source.port, url, scheme, rules)
    ):
        return False
    # 3.6. A path counts until the request is redirected: where a redirect leads is not the page's to learn.
    # 3.7. All matches.
    return matching.redirected or path_part_matches(source.path, url.path, rules)


def _url_is_of_self(url: URL, matching: Matching) -> bool:
    origin = matching.origin
    # 4.1. The same origin.
    # PROFILE: to browsers the origin of a `blob:` URL does not count.
    if origin.same_origin(url.origin):
        return url.scheme != "blob" or matching.rules.self_matches_blobs
    # 4.2. The same host and port, or default ports, and nothing less secure.
    if origin.is_opaque or origin.host != url.host:
        return False
    is_upgrade = url.scheme in SECURE_SCHEMES or (origin.scheme == "http" and url.scheme in {"http", "ws"})
    return is_upgrade and (url.port == origin.port)


def scheme_part_matches(stated: str, scheme: str, rules: ContentSecurityPolicyRules) -> bool:
    """
    Whether a scheme that a source states matches that of a URL: the same, or one that is more secure.

    https://w3c.github.io/webappsec-csp/#match-schemes
    """
    # PROFILE: the browsers do not agree on which schemes are more secure.
    return stated == scheme or scheme in rules.schemes.get(stated, ())


def host_part_matches(pattern: str, host: str) -> bool:
    """
    Whether a host that a source states, in lower case, matches that of a URL.

    https://w3c.github.io/webappsec-csp/#match-hosts
    """
    # 1. IP addresses do not match.
    # NB: browsers compare them as they compare names, and so do we; the standard's own note lets 127.0.0.1 match.
    # 2. `*` is any host.
    if pattern == "*":
        return True
    # 3. `*.` is for hosts below.
    if pattern.startswith("*."):
        return not is_ip_address(host) and host.endswith(pattern[1:])
    # 4.-5. Otherwise it is the host.
    return pattern == host


def port_part_matches(stated: str | None, url: URL, scheme: str, rules: ContentSecurityPolicyRules) -> bool:
    """
    Whether a port that a source of this scheme states matches that of a URL.

    https://w3c.github.io/webappsec-csp/#match-ports
    """
    # 2. `*` is any port.
    if stated == "*":
        return True
    # 3.-4. The same number, or none and none.
    # NB: numbers of any length are compared by their digits; Python makes no int of more than a few thousand.
    # PROFILE: Firefox compares the digits as they are written.
    number = None if stated is None else (stated.lstrip("0") or "0") if rules.reads_ports_as_numbers else stated
    if number == (None if url.port is None else str(url.port)):
        return True
    # 5.-6. A default port need not be written.
    if url.port is not None:
        return False
    # PROFILE: to browsers 443 is to https what 80 is to http.
    if number == "80" and url.scheme in SECURE_SCHEMES:
        return rules.port_80 is PortUpgrade.ALWAYS or (
            rules.port_80 is PortUpgrade.WITH_SCHEME and scheme not in SECURE_SCHEMES
        )
    return number == str(DEFAULT_PORTS.get(url.scheme))


def path_part_matches(stated: str, path: str, rules: ContentSecurityPolicyRules) -> bool:
    """
    Whether a path that a source states matches that of a URL: one that ends in a slash, and all below it.

    https://w3c.github.io/webappsec-csp/#match-paths
    """
    # 1.-2. No path matches any.
    if not stated or (stated == "/" and not path):
        return True
    # PROFILE: some browsers decode before they split.
    if rules.decodes_whole_paths:
        whole, other = percent_decoded(stated), percent_decoded(path)
        return other.startswith(whole) if whole.endswith(b"/") else other == whole
    # 3.-4. Split both.
    pieces, wanted = path.split("/"), stated.split("/")
    # 5.-7. All pieces have to be there; and no more, unless the last one is empty.
    is_exact = bool(wanted[-1])
    if len(wanted) > len(pieces) or (is_exact and len(wanted) != len(pieces)):
        return False
    if not is_exact:
        wanted.pop()
    # 8.-9. Compare what their escapes stand for.
    return all(percent_decoded(piece) == percent_decoded(other) for piece, other in zip(wanted, pieces, strict=False))


ESCAPE = compiled_late(rb"%([0-9A-Fa-f]{2})")


def percent_decoded(text: str) -> bytes:
    """
    Return *text* without its percent-encoding (https://url.spec.whatwg.org/#string-percent-decode).
    """
    return ESCAPE.sub(lambda match: bytes.fromhex(match[1].decode("ascii")), text.encode())
