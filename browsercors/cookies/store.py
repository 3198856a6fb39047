"""
Cookies: what `Set-Cookie` may store, and what `Cookie` sends.

The algorithms have the names under which Fetch calls them, those of the layered cookies draft. Where that draft and
RFC 6265bis differ, browsers and we follow RFC 6265bis.
https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html
"""

from __future__ import annotations

import heapq
import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.cookies.cookie import (
    CONTROL_CHARACTER,
    MAXIMUM_PAIR_LENGTH,
    SAME_SITE_NAMES,
    Cookie,
    CookieKey,
    CookieOutcome,
    CookieRefusal,
    SameSiteMode,
    SetCookieResult,
)
from browsercors.cookies.matching import default_path, domain_matches, domains_matched_by, path_matches
from browsercors.rules.cookies import CookieRules, SameSite
from browsercors.values.arguments import ArgumentValueError, checked_number_of_seconds, checked_text
from browsercors.values.records import Record
from browsercors.values.sites import Sites, is_ip_address
from browsercors.values.trustworthiness import is_potentially_trustworthy_url
from browsercors.values.urls import URL, parse_url

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

__all__ = ["CookieStore"]

CookiesByDomain = dict[str, dict[CookieKey, Cookie]]
# NB: a name of its own, since Python 3.11 takes four times as long to find a member in its enumeration.
UNSET: Final = SameSite.UNSET
NO_COOKIES: Final[Mapping[CookieKey, Cookie]] = MappingProxyType({})

ASKERS_KEPT: Final = 256
LONGEST_HOST_KEPT: Final = 255
"""For how many kinds of requests it is remembered which cookies they may get, and for hosts of how many characters."""


@attrs.define(eq=False, repr=False)
class CookieStore(Record):
    """
    A cookie store on a simulated clock.

    Callers pass the time as *now*, in seconds since the Unix epoch. A *partition* names a part of the store that shares
    nothing with the others, as browsers keep it for frames of other sites; None names the common part.

    Attributes:
        rules: How browsers differ.
        sites: Knows the public suffixes, which no cookie can be set for.
    """

    rules: CookieRules = attrs.field(factory=CookieRules)
    sites: Sites = attrs.field(factory=Sites)
    _partitions: dict[Hashable | None, CookiesByDomain] = attrs.field(factory=dict, init=False, repr=False)
    _size: int = attrs.field(default=0, init=False, repr=False)
    _next_number: int = attrs.field(default=0, init=False, repr=False)
    _next_expiry: float = attrs.field(default=math.inf, init=False, repr=False)
    # NB: how many secure cookies of a name there are, since most insecure cookies shadow none of them.
    _secure_names: dict[bytes, int] = attrs.field(factory=dict, init=False, repr=False)
    # NB: a heap of all cookies by their eviction order when they were put there, which may be too early by now, but
    # never too late; None until there are too many for the first time.
    _longest_unused: list[tuple[float, int, int, Cookie]] | None = attrs.field(default=None, init=False, repr=False)
    # NB: which cookies a kind of request may get, whatever its path, until the store changes: most never do.
    _candidates: dict[tuple[Hashable, ...], list[Cookie]] = attrs.field(factory=dict, init=False, repr=False)

    def __iter__(self) -> Iterator[Cookie]:
        """
        Iterate over all cookies, oldest first; expired ones may be among them until the store is next used.
        """
        return iter(sorted(self._all(), key=lambda cookie: cookie.age_order))

    def __len__(self) -> int:
        return self._size

    def clear(self) -> None:
        """
        Forget all cookies.
        """
        self._partitions.clear()
        self._candidates.clear()
        self._size = 0
        self._next_expiry = math.inf
        self._secure_names.clear()
        self._longest_unused = None

    def clear_site(self, domain: str) -> None:
        """
        Forget the cookies of a host and of all hosts below it.

        Args:
            domain: A registrable domain, or a host that has none.
        """
        below = f".{domain}"
        for cookie in list(self._all()):
            if cookie.domain == domain or cookie.domain.endswith(below):
                self._remove(cookie)

    def clear_host(self, host: str) -> None:
        """
        Forget the cookies of a host, and not those of the domain above it.
        """
        for cookie in list(self._all()):
            if cookie.domain == host:
                self._remove(cookie)

    def store(
        self,
        set_cookie_value: bytes,
        url: URL,
        *,
        now: float,
        same_site_allowed: bool = True,
        partition: Hashable | None = None,
        top_level_site: Hashable | None = None,
    ) -> SetCookieResult:
        """
        Parse and store a cookie.

        Args:
            set_cookie_value: The value of one `Set-Cookie` header.
            url: Where it came from.
            now: The time.
            same_site_allowed: Whether the request was same-site, so that strict and lax cookies can be set.
            partition: Which part of the store it goes to.
            top_level_site: The part for cookies that are `Partitioned`, where the browser keeps them apart.

        https://httpwg.org/http-extensions/draft-ietf-httpbis-layered-cookies.html#name-parse-and-store-a-cookie
        """
        # 1.-2. Parse it.
        # NB: many a test sets no cookie.
        from browsercors.cookies.set_cookie import parse_a_cookie

        parsed = parse_a_cookie(set_cookie_value, now=now, rules=self.rules)
        if isinstance(parsed, CookieRefusal):
            return _refused(parsed)

        # 3. Store it.
        domain = self._domain_of(parsed.domain, url.host)
        if isinstance(domain, CookieRefusal):
            return _refused(domain)
        path = default_path(url.path) if parsed.path is None else parsed.path
        # PROFILE: Chromium keeps partitioned cookies with the site of the page, its own site included.
        if parsed.partitioned and self.rules.keeps_partitioned_cookies_apart:
            if not parsed.secure:
                return _refused(CookieRefusal.PARTITIONED_NEEDS_SECURE)
            partition = top_level_site
        cookie = Cookie(
            name=parsed.name,
            value=parsed.value,
            domain=domain or url.host,
            host_only=not domain,
            path=path,
            secure=parsed.secure,
            http_only=parsed.http_only,
            same_site=parsed.same_site,
            creation_time=now,
            expiry_time=parsed.expiry_time,
            last_access_time=now,
            partition=partition,
        )
        refusal = self._connection_refusal(cookie, url, same_site_allowed=same_site_allowed) or self._attribute_refusal(
            cookie, has_path=parsed.path is not None
        )
        return self._insert(cookie, now) if refusal is None else _refused(refusal)

    def retrieve(
        self,
        url: URL,
        *,
        now: float,
        same_site: SameSiteMode = SameSiteMode.STRICT_OR_LESS,
        partition: Hashable | None = None,
        top_level_site: Hashable | None = None,
    ) -> list[Cookie]:
        """
        Retrieve the cookies for a request, in the order of the `Cookie` header.

        Args:
            url: Where the request goes.
            now: The time.
            same_site: How far the request is same-site; what its method has to do with that is in it already.
            partition: Which part of the store is asked.
            top_level_site: The part with the page's `Partitioned` cookies, which is asked as well.

        https://httpwg.org/http-extensions/draft-ietf-httpbis-layered-cookies.html#name-retrieve-cookies
        """
        if not self._partitions:
            return []
        if now >= self._next_expiry:
            self._remove_expired_cookies(now)

        # 2.-3. Collect the cookies that domain, path, security and same-site mode allow, and sort them.
        key = (url.host, self._is_secure(url), same_site, partition, top_level_site)
        candidates = self._candidates.get(key)
        if candidates is None:
            candidates = self._candidates_for(*key)
            if len(url.host) <= LONGEST_HOST_KEPT:
                if len(self._candidates) >= ASKERS_KEPT:
                    self._candidates.clear()
                self._candidates[key] = candidates
        path = url.path
        cookies = [cookie for cookie in candidates if cookie.path == "/" or path_matches(path, cookie.path)]
        # 4. Remember that they were used.
        for cookie in cookies:
            cookie.last_access_time = now
        # 5. Return them.
        return cookies

    def _candidates_for(
        self,
        host: str,
        is_secure: bool,
        same_site: SameSiteMode,
        partition: Hashable | None,
        top_level_site: Hashable | None,
    ) -> list[Cookie]:
        """
        Return the cookies for requests to a host, whatever their path, in the order of the `Cookie` header.
        """
        partitions = self._partitions
        parts = [partitions[partition]] if partition in partitions else []
        if self.rules.keeps_partitioned_cookies_apart and top_level_site != partition and top_level_site in partitions:
            parts.append(partitions[top_level_site])
        allowed = same_site.allowed
        unset_is = self.rules.default_same_site
        cookies = [
            cookie
            for by_domain in parts
            for domain in domains_matched_by(host)
            for cookie in by_domain.get(domain, NO_COOKIES).values()
            if (not cookie.host_only or domain == host)
            and (is_secure or not cookie.secure)
            and (unset_is if cookie.same_site is UNSET else cookie.same_site) in allowed
        ]
        cookies.sort(key=lambda cookie: cookie.sending_order)
        # PROFILE: of one path, WebKitGTK's library sends cookies with the `Domain` of the very host first.
        if self.rules.sends_own_domain_first:
            cookies.sort(key=lambda cookie: (-len(cookie.path), cookie.host_only or cookie.domain != host))
        return cookies

    def set_cookie(
        self,
        name: str,
        value: str,
        *,
        domain: str,
        now: float,
        path: str = "/",
        secure: bool = False,
        http_only: bool = False,
        same_site: SameSite | str | None = None,
        expires: float | None = None,
        max_age: float | None = None,
        partition: Hashable | None = None,
    ) -> Cookie:
        """
        Put a cookie into the store, as a test that starts with a session does.

        Args:
            name: The name; text beyond ASCII is UTF-8 encoded.
            value: The value, likewise.
            domain: `example.com` for this host only, `.example.com` for its subdomains as well.
            now: The time.
            path: Which paths get it.
            secure: Whether only secure requests get it.
            http_only: Whether scripts do not see it.
            same_site: "strict", "lax" or "none", in any case; None for a cookie without the attribute.
            expires: When it expires, in seconds since the Unix epoch.
            max_age: In how many seconds it expires.
            partition: Which part of the store it goes to.

        Raises:
            TypeError: A name, value, domain or path is no str, or a time is no number.
            ValueError: For a cookie that no server could have set.
        """
        checked_text("name", name, "session")
        checked_text("value", value, "abc")
        checked_text("domain", domain, "api.example.com")
        checked_text("path", path, "/")
        if expires is not None and max_age is not None:
            raise ValueError("give expires or max_age, not both")
        for argument, seconds in (("expires", expires), ("max_age", max_age)):
            if seconds is not None:
                checked_number_of_seconds(argument, seconds, least=None)
        host = _canonical_host(domain)
        if domain.startswith(".") and self.sites.is_public_suffix(host):
            raise ValueError(f"domain is a public suffix, which no cookie can be set for: {domain!r}")
        _check_texts(name, value, path)
        expiry_time = expires if max_age is None else now + max_age
        cookie = Cookie(
            name=name.encode(),
            value=value.encode(),
            domain=host,
            host_only=not domain.startswith("."),
            path=path,
            secure=secure,
            http_only=http_only,
            same_site=_same_site_named(same_site),
            creation_time=now,
            expiry_time=None if expiry_time is None else min(expiry_time, now + self.rules.age_limit),
            last_access_time=now,
            partition=partition,
        )
        refusal = self._attribute_refusal(cookie, has_path=True)
        if refusal is not None:
            raise ValueError(f"no browser would keep the cookie {name!r}: {refusal.value}")
        self._insert(cookie, now)
        return cookie

    def _all(self) -> Iterator[Cookie]:
        for by_domain in self._partitions.values():
            for cookies in by_domain.values():
                yield from cookies.values()

    def _is_secure(self, url: URL) -> bool:
        return url.scheme == "https" or (self.rules.secure_on_trustworthy_http and is_potentially_trustworthy_url(url))

    def _domain_of(self, attribute: bytes, host: str) -> str | CookieRefusal:
        """
        Return the domain of the cookie (steps 3 to 7 of storing a cookie); empty for a host-only cookie.
        """
        if not attribute:
            return ""
        # 3. It has to be ASCII: a server has to spell international names in Punycode.
        if not attribute.isascii():
            return CookieRefusal.DOMAIN_INVALID
        domain = attribute.decode("ascii")
        # 5. A public suffix can set a cookie for itself alone.
        if self.sites.is_public_suffix(domain):
            return "" if domain == host else CookieRefusal.PUBLIC_SUFFIX
        # 6.-7. The host has to be in the domain.
        return domain if domain_matches(host, domain) else CookieRefusal.DOMAIN_MISMATCH

    def _connection_refusal(self, cookie: Cookie, url: URL, *, same_site_allowed: bool) -> CookieRefusal | None:
        """
        Return why this connection may not set the cookie, or None (steps 9 to 11 of storing a cookie).

        https://httpwg.org/http-extensions/draft-ietf-httpbis-layered-cookies.html#name-store-a-cookie
        """
        # 9. NB: it came over HTTP, not from a script, so that it can be HttpOnly.
        # 10. An insecure connection sets no secure cookie, and leaves those there are alone.
        if not self._is_secure(url):
            if cookie.secure:
                return CookieRefusal.SECURE_FROM_INSECURE
            if self._shadows_a_secure_cookie(cookie):
                return CookieRefusal.SHADOWS_SECURE
        # 11. A cross-site request sets no strict or lax cookie.
        # PROFILE: without the attribute, it depends on what that counts as.
        unset_is_none = self.rules.default_same_site is SameSite.NONE
        crosses_sites = cookie.same_site is SameSite.NONE or (cookie.same_site is SameSite.UNSET and unset_is_none)
        return None if same_site_allowed or crosses_sites else CookieRefusal.CROSS_SITE

    def _shadows_a_secure_cookie(self, cookie: Cookie) -> bool:
        # NOTE: the paths are not compared both ways: a cookie for a path above the secure one's is no danger to it.
        return cookie.name in self._secure_names and any(
            old.secure
            and old.name == cookie.name
            and (domain_matches(old.domain, cookie.domain) or domain_matches(cookie.domain, old.domain))
            and path_matches(cookie.path, old.path)
            for cookies in self._partitions.get(cookie.partition, {}).values()
            for old in cookies.values()
        )

    def _attribute_refusal(self, cookie: Cookie, *, has_path: bool) -> CookieRefusal | None:
        """
        Return why the attributes of the cookie are refused, or None (steps 12 to 17 of storing a cookie).

        https://httpwg.org/http-extensions/draft-ietf-httpbis-layered-cookies.html#name-store-a-cookie
        """
        # 12. What crosses sites has to be secure.
        if cookie.same_site is SameSite.NONE and self.rules.same_site_none_requires_secure and not cookie.secure:
            return CookieRefusal.NONE_NEEDS_SECURE
        # PROFILE: WebKitGTK's library knows no prefixes.
        if not self.rules.enforces_prefixes:
            return None
        # 13. The first prefix promises Secure.
        name = cookie.name.lower()
        if name.startswith(b"__secure-") and not cookie.secure:
            return CookieRefusal.SECURE_PREFIX
        # 14. The second one promises as well that no other host and no other path has to do with it.
        # PROFILE: in Firefox that is not promised by the fourth one, which begins alike.
        is_of_http = name.startswith(b"__host-http-")
        keeps_to_host = name.startswith(b"__host-") and (not is_of_http or self.rules.host_http_prefix_keeps_to_host)
        if keeps_to_host and not (cookie.secure and cookie.host_only and has_path and cookie.path == "/"):
            return CookieRefusal.HOST_PREFIX
        # 15. The third one promises that no script has set it.
        set_by_server = cookie.secure and cookie.http_only
        if name.startswith(b"__http-") and not set_by_server:
            return CookieRefusal.HTTP_PREFIX
        # 16. The fourth one, all of that together.
        if is_of_http and not set_by_server:
            return CookieRefusal.HOST_HTTP_PREFIX
        # 17. A nameless cookie must not look like one of these to a server.
        # NB: "__Host-" begins the fourth one too.
        if not name and cookie.value.lower().startswith((b"__secure-", b"__host-", b"__http-")):
            return CookieRefusal.NAMELESS_PREFIX
        return None

    def _insert(self, cookie: Cookie, now: float) -> SetCookieResult:
        """
        Put the cookie into the store (steps 18 and 19 of storing a cookie), and collect the garbage.
        """
        # 18. It takes the place of the one with the same name, domain and path.
        old = self._remove(cookie)
        if cookie.expiry_time is not None and cookie.expiry_time <= now:
            return SetCookieResult(CookieOutcome.DELETED, None, cookie)
        if old is not None:
            cookie.creation_time = old.creation_time
            cookie.number = old.number
        else:
            cookie.number = self._next_number
            self._next_number += 1

        # 19. Insert it.
        self._candidates.clear()
        by_domain = self._partitions.setdefault(cookie.partition, {})
        by_domain.setdefault(cookie.domain, {})[cookie.key] = cookie
        self._size += 1
        if cookie.secure:
            self._secure_names[cookie.name] = self._secure_names.get(cookie.name, 0) + 1
        if self._longest_unused is not None:
            heapq.heappush(self._longest_unused, _heap_entry(cookie))
        if cookie.expiry_time is not None:
            self._next_expiry = min(self._next_expiry, cookie.expiry_time)
        self._garbage_collect_cookies(cookie, now)
        return SetCookieResult(CookieOutcome.STORED if old is None else CookieOutcome.REPLACED, None, cookie)

    def _remove(self, cookie: Cookie) -> Cookie | None:
        """
        Remove the cookie that is, or has the name, domain and path of, this one; and what it leaves empty.
        """
        by_domain = self._partitions.get(cookie.partition, {})
        cookies = by_domain.get(cookie.domain, {})
        old = cookies.pop(cookie.key, None)
        if old is not None:
            self._candidates.clear()
            self._size -= 1
            if old.secure:
                self._secure_names[old.name] -= 1
                if not self._secure_names[old.name]:
                    del self._secure_names[old.name]
            if not cookies:
                del by_domain[cookie.domain]
                if not by_domain:
                    del self._partitions[cookie.partition]
        return old

    def _garbage_collect_cookies(self, inserted: Cookie, now: float) -> None:
        """
        Make room after an insertion.

        https://httpwg.org/http-extensions/draft-ietf-httpbis-layered-cookies.html#name-garbage-collect-cookies
        """
        # 1. Expired cookies go.
        if now >= self._next_expiry:
            self._remove_expired_cookies(now)
        # 2. Of a host that has too many, insecure ones first, the longest unused one goes.
        of_host = self._partitions[inserted.partition][inserted.domain].values()
        if len(of_host) > self.rules.limit_per_host:
            self._remove(min(of_host, key=lambda cookie: (cookie.secure, *cookie.eviction_order)))
        # 3. If there are too many in all, the longest unused one goes.
        if self._size > self.rules.limit:
            self._remove(self._longest_unused_cookie())

    def _longest_unused_cookie(self) -> Cookie:
        # NB: made anew when most of it is gone, so that it stays within a bound.
        if self._longest_unused is None or len(self._longest_unused) > 2 * self._size:
            self._longest_unused = [_heap_entry(cookie) for cookie in self._all()]
            heapq.heapify(self._longest_unused)
        while True:
            first = self._longest_unused[0]
            cookie = first[-1]
            if self._partitions.get(cookie.partition, {}).get(cookie.domain, {}).get(cookie.key) is not cookie:
                heapq.heappop(self._longest_unused)
            elif first[:2] != cookie.eviction_order:
                heapq.heapreplace(self._longest_unused, _heap_entry(cookie))
            else:
                return cookie

    def _remove_expired_cookies(self, now: float) -> None:
        """
        Remove what has expired.

        https://httpwg.org/http-extensions/draft-ietf-httpbis-layered-cookies.html#name-remove-expired-cookies
        """
        next_expiry = math.inf
        for cookie in list(self._all()):
            if cookie.expiry_time is not None:
                # NB: a cookie has expired when its time has come, not when it is past, as in browsers.
                if cookie.expiry_time <= now:
                    self._remove(cookie)
                else:
                    next_expiry = min(next_expiry, cookie.expiry_time)
        self._next_expiry = next_expiry


def _heap_entry(cookie: Cookie) -> tuple[float, int, int, Cookie]:
    # NB: with an id, since a cookie that has gone may have the number of the one that replaced it.
    return *cookie.eviction_order, id(cookie), cookie


def _refused(refusal: CookieRefusal) -> SetCookieResult:
    return SetCookieResult(CookieOutcome.REFUSED, refusal, None)


def _canonical_host(domain: str) -> str:
    """
    Return the host of a `domain` argument as URLs have it.
    """
    host = domain.removeprefix(".")
    url = parse_url(f"http://{host}/")
    is_host = url is not None and url.href == f"http://{url.host}/" and not host.endswith((":80", ":"))
    if url is None or not is_host or (host != domain and is_ip_address(url.host)):
        raise ValueError(
            f"domain has to be a host like 'example.com' or, with its subdomains, '.example.com': {domain!r}"
        )
    return url.host


def _check_texts(name: str, value: str, path: str) -> None:
    """
    Raise for what no `Set-Cookie` could say.
    """
    if not path.startswith("/"):
        raise ValueError(f"path has to begin with a slash: {path!r}")
    for argument, text, forbidden in (("name", name, ";="), ("value", value, ";"), ("path", path, ";")):
        if CONTROL_CHARACTER.search(text.encode()) is not None or any(character in text for character in forbidden):
            raise ValueError(f"{argument} cannot hold control characters or any of {forbidden!r}: {text!r}")
        if text != text.strip("\t "):
            raise ValueError(f"{argument} cannot begin or end with a space: {text!r}")
    if not 1 <= len(f"{name}{value}".encode()) <= MAXIMUM_PAIR_LENGTH:
        raise ValueError(f"name and value of a cookie have 1 to {MAXIMUM_PAIR_LENGTH} bytes together: {name!r}")


def _same_site_named(same_site: SameSite | str | None) -> SameSite:
    if isinstance(same_site, SameSite):
        return same_site
    if same_site is None:
        return SameSite.UNSET
    named = SAME_SITE_NAMES.get(same_site.lower().encode("utf-8", "replace")) if isinstance(same_site, str) else None
    if named is None:
        raise ArgumentValueError(f"same_site has to be 'strict', 'lax', 'none' or None: {same_site!r:.80}")
    return named
