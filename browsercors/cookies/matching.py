"""
Which cookies belong to a request: domain-matching and path-matching.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from browsercors.cookies.cookie import MAXIMUM_ATTRIBUTE_LENGTH
from browsercors.values.sites import is_ip_address

__all__ = ["default_path", "domain_matches", "domains_matched_by", "path_matches"]

LONGEST_REMEMBERED_HOST: Final = 255


def domain_matches(host: str, domain: str) -> bool:
    """
    Whether *host* domain-matches *domain*: it is the domain or a host name below it.

    https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#name-domain-matching
    """
    return host == domain or (host.endswith(f".{domain}") and not is_ip_address(host))


def domains_matched_by(host: str) -> tuple[str, ...]:
    """
    Return the domains that *host* domain-matches, itself first.
    """
    # NB: the hosts of a test are few and short, and asked about with every request.
    return _remembered_domains(host) if len(host) <= LONGEST_REMEMBERED_HOST else _domains(host)


def _domains(host: str) -> tuple[str, ...]:
    domains = [host]
    if not is_ip_address(host):
        # NB: a `Domain` attribute has at most so many bytes, so what is longer need not be looked up.
        position = host.find(".", max(0, len(host) - MAXIMUM_ATTRIBUTE_LENGTH - 1))
        while position >= 0:
            domains.append(host[position + 1 :])
            position = host.find(".", position + 1)
    return tuple(domains)


_remembered_domains = lru_cache(maxsize=1024)(_domains)


def default_path(path: str) -> str:
    """
    Return the default-path of a cookie: what stands before the last slash of the URL's path.

    https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#name-paths-and-path-match
    """
    return path[: path.rfind("/")] or "/" if path.startswith("/") else "/"


def path_matches(path: str, cookie_path: str) -> bool:
    """
    Whether the request path *path* path-matches *cookie_path*: they are equal, or it is below that.

    https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#name-paths-and-path-match
    """
    return cookie_path == "/" or (
        path.startswith(cookie_path)
        and (len(path) == len(cookie_path) or cookie_path.endswith("/") or path[len(cookie_path)] == "/")
    )
