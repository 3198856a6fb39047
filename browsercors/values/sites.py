"""
Sites: which hosts belong together by the Public Suffix List.

https://html.spec.whatwg.org/#sites
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from browsercors.values.arguments import checked_texts

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

    from browsercors.values.origins import Origin

__all__ = ["Sites", "is_ip_address"]

REMEMBERED_HOSTS: Final = 4096
LONGEST_REMEMBERED: Final = 255


def is_ip_address(host: str) -> bool:
    """
    Whether *host*, as the URL Standard serialises it, is an IP address and no domain.

    NB: the URL parser makes an IPv4 address of every host whose last label is a number, or fails.
    """
    if host.startswith("["):
        return True
    last_label = host[host.rfind(".") + 1 :]
    return last_label.isascii() and last_label.isdigit()


class Sites:
    """
    The questions about sites, answered by one Public Suffix List.

    Args:
        public_suffix_list: None for the list of the installed `publicsuffixlist` package, which is read when first
            needed; a `publicsuffixlist.PublicSuffixList`; or the text of a list, whole or in lines.
        ignores_schemes: Whether http and https of one registrable domain are the same site.
    """

    __slots__ = ("_distances", "_ignores_schemes", "_list", "_registrable_domains", "_source")

    def __init__(
        self, public_suffix_list: PublicSuffixList | Iterable[str] | None = None, *, ignores_schemes: bool = False
    ) -> None:
        self._ignores_schemes = ignores_schemes
        self._source: str | None = None
        self._list: PublicSuffixList | None = None
        if isinstance(public_suffix_list, str):
            self._source = public_suffix_list
        elif isinstance(public_suffix_list, Iterable) and not isinstance(public_suffix_list, bytes):
            lines = checked_texts("public_suffix_list", public_suffix_list, "com")
            self._source = "\n".join(line.rstrip("\r\n") for line in lines)
        elif public_suffix_list is None or hasattr(public_suffix_list, "privatesuffix"):
            # NB: recognized by its method, since its class would have to be imported.
            self._list = public_suffix_list
        else:
            raise TypeError(
                f"public_suffix_list has to be a publicsuffixlist.PublicSuffixList, the text or the lines of a list, "
                f"or None, not {type(public_suffix_list).__name__}"
            )
        # NB: the answers; emptied when full, which costs less than finding the oldest one.
        self._registrable_domains, self._distances = (
            ({}, {}) if self._list is not None else _answers(self._source, ignores_schemes)
        )

    def __repr__(self) -> str:
        return "<Sites>"

    def __reduce__(self) -> tuple[Any, ...]:
        # NB: what it has worked out is worked out again, and the list of the installed package is not copied.
        source = self._source if self._source is not None else self._list
        return _sites_of, (source, self._ignores_schemes)

    def registrable_domain(self, host: str) -> str | None:
        """
        Return the registrable domain of *host*: its public suffix and one label more.

        Returns:
            None for an IP address and for a public suffix itself.

        https://url.spec.whatwg.org/#host-registrable-domain
        """
        try:
            return self._registrable_domains[host]
        except KeyError:
            registrable_domain = self._find_registrable_domain(host)
        if len(host) <= LONGEST_REMEMBERED:
            if len(self._registrable_domains) >= REMEMBERED_HOSTS:
                self._registrable_domains.clear()
            self._registrable_domains[host] = registrable_domain
        return registrable_domain

    def listed_registrable_domain(self, host: str) -> str | None:
        """
        Return the registrable domain of *host* if the list itself names its public suffix; None for `app.test`.
        """
        if is_ip_address(host):
            return None
        found = self._public_suffix_list().privatesuffix(host, accept_unknown=False)
        return None if found is None else str(found)

    def is_public_suffix(self, host: str) -> bool:
        """
        Whether *host* is a public suffix (https://url.spec.whatwg.org/#host-public-suffix), as `co.uk` is.
        """
        return not is_ip_address(host) and self._public_suffix_list().is_public(host)

    def obtain_a_site(self, origin: Origin) -> str | Origin:
        """
        Obtain a site: the scheme with the registrable domain, or with the host if there is none.

        https://html.spec.whatwg.org/#obtain-a-site
        """
        # 1. An opaque origin is its own site.
        if origin.scheme is None:
            return origin
        # 2.-3. Otherwise the site is the scheme with the registrable domain or the host.
        return f"{origin.scheme}://{self.registrable_domain(origin.host) or origin.host}"

    def distance(self, a: Origin, b: Origin) -> str:
        """
        Return the relation of the two: "same-origin", "same-site" or "cross-site".
        """
        # NB: a page requests the same few origins again and again, and each request needs the relation.
        key = (a.serialized, b.serialized)
        distance = self._distances.get(key)
        if distance is None or a.scheme is None or b.scheme is None:
            # PROFILE: Firefox takes http and https of one site for the same site.
            if a.same_origin(b):
                distance = "same-origin"
            elif (a.scheme == b.scheme or self._ignores_schemes) and self.schemelessly_same_site(a, b):
                distance = "same-site"
            else:
                distance = "cross-site"
            if len(a.host) + len(b.host) <= 2 * LONGEST_REMEMBERED:
                if len(self._distances) >= REMEMBERED_HOSTS:
                    self._distances.clear()
                self._distances[key] = distance
        return distance

    def same_site(self, a: Origin, b: Origin) -> bool:
        """
        Whether the two are same site (https://html.spec.whatwg.org/#same-site): scheme and site are the same.
        """
        return self.distance(a, b) != "cross-site"

    def schemelessly_same_site(self, a: Origin, b: Origin) -> bool:
        """
        Whether the two are schemelessly same site (https://html.spec.whatwg.org/#schemelessly-same-site).
        """
        # 1. The same opaque origin is.
        if a is b:
            return True
        # 3. Two opaque origins, or an opaque one and another, are not.
        if a.scheme is None or b.scheme is None:
            return False
        # 2. Tuple origins are if the hosts are equal or have the same registrable domain.
        if a.host == b.host:
            return True
        registrable_domain = self.registrable_domain(a.host)
        return registrable_domain is not None and registrable_domain == self.registrable_domain(b.host)

    def _find_registrable_domain(self, host: str) -> str | None:
        # 1. Only domains have one.
        if is_ip_address(host):
            return None
        # 2.-3. A public suffix has none; the private section of the list counts, and an unknown last label is one.
        registrable_domain = self._public_suffix_list().privatesuffix(host)
        if registrable_domain is None:
            return None
        # 4. A trailing dot is part of the answer: `example.com.` is another site than `example.com`.
        return f"{registrable_domain}." if host.endswith(".") else registrable_domain

    def _public_suffix_list(self) -> PublicSuffixList:
        if self._list is None:
            self._list = _read_list(self._source)
        return self._list


@lru_cache(maxsize=8)
def _answers(
    source: str | None,  # noqa: ARG001 - the key
    ignores_schemes: bool,  # noqa: ARG001
) -> tuple[dict[str, str | None], dict[tuple[str, str], str]]:
    """
    Return the registrable domains by host, and the distances of origins, as far as they were asked of this list.

    NB: each test has its own browser, and all ask for the same few hosts.
    """
    return {}, {}


@lru_cache(maxsize=4)
def _read_list(source: str | None) -> PublicSuffixList:
    """
    Read a list, or that of the installed package.

    NB: imported and read late, since many tests never ask about sites. Kept, since reading it takes longer than a
    thousand fetches, and each test has its own browser.
    """
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(source)


def _sites_of(source: PublicSuffixList | str | None, ignores_schemes: bool) -> Sites:
    return Sites(source, ignores_schemes=ignores_schemes)
