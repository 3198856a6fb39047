"""
The record of everything in which browsers differ.

The standard is the base case: `browsercors.engines.standard.profile` fills every field with what the standard says, and
each browser evolves that value. A field is a limit, a table, or a whole sub-algorithm with the signature given here. No
algorithm asks which browser it plays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from browsercors.rules.console import ConsoleRules
from browsercors.rules.recordings import RecordingRules
from browsercors.values.records import Rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.rules.cookies import CookieRules
    from browsercors.rules.failures import FailedFetch, Identifier
    from browsercors.rules.http_cache import HTTPCacheRules
    from browsercors.rules.preflight import PreflightCacheRules, PreflightRules
    from browsercors.rules.redirects import RedirectRules
    from browsercors.rules.requests import RequestRules, Safelist
    from browsercors.rules.responses import ResponseRules
    from browsercors.rules.wire import WireRules
    from browsercors.values.findings import Finding
    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites
    from browsercors.values.urls import URL

__all__ = ["BrowserProfile"]


@attrs.frozen(eq=False, repr=False)
class BrowserProfile(Rules):
    """
    A browser engine, as data.

    Attributes:
        name: The short name: "standard", "chromium", "firefox", "webkit".
        label: How it is called in a sentence: "Chromium", "the standard".
        version: What its facts were observed on.
        safelist: Which request headers need no preflight.
        requests: What becomes of what the page says.
        preflight: What a preflight says, and what its answer has to stand.
        preflight_cache: How long and for whom answers are remembered.
        http_cache: The browser's own HTTP cache.
        redirects: Following redirects.
        responses: Reading responses, and what pages see of them.
        wire: What the browser adds to requests.
        preflight_wire: What it adds to preflights.
        cookies: Storing cookies.
        referrer_source: The URL of which the page's referrers are made; None for none.
        referrer: The `Referer` for a policy, a source and a destination; None for none.
        is_trustworthy: Which URLs are no mixed content.
        origin_obeys_referrer_policy: Whether the referrer policy can turn `Origin` into `null` outside of CORS.
        partitions_third_party_cookies: Whether cookies of other sites are kept apart by top-level site.
        opaque_origins_are_cross_site: Whether pages of opaque origin send no SameSite cookies anywhere.
        redirects_hide_cookies: Whether a request that came by way of another site goes without SameSite cookies.
        redirects_refuse_cookies: Whether its response may set none.
        refuses_cookies_of: Whether the cookies of a response are refused because it is that of a third party.
        answers_proxy_challenges: Whether a 407 without a proxy is an ordinary response.
        identifier: What the browser calls a failure; None where it keeps silent.
        console: What its console says.
        recordings: How its developer tools write HAR files.
        loads_special_hosts: Whether it was seen to load pages of hosts with characters such as `{` or `$`; False where
            nobody looked.
    """

    name: str
    label: str
    version: str
    safelist: Safelist
    requests: RequestRules
    preflight: PreflightRules
    preflight_cache: PreflightCacheRules
    http_cache: HTTPCacheRules
    redirects: RedirectRules
    responses: ResponseRules
    wire: WireRules
    preflight_wire: WireRules
    cookies: CookieRules
    referrer_source: Callable[[Request], URL | None]
    referrer: Callable[[str, URL | None, URL, Sites], str | None]
    is_trustworthy: Callable[[URL], bool]
    identifier: Callable[[Finding, FailedFetch], Identifier | None]
    refuses_cookies_of: Callable[[Request, Sites], bool]
    origin_obeys_referrer_policy: bool = True
    partitions_third_party_cookies: bool = False
    opaque_origins_are_cross_site: bool = True
    redirects_hide_cookies: bool = True
    redirects_refuse_cookies: bool = True
    answers_proxy_challenges: bool = False
    console: ConsoleRules = attrs.field(factory=ConsoleRules)
    recordings: RecordingRules = attrs.field(factory=RecordingRules)
    loads_special_hosts: bool = False

    def evolve(self, **changes: object) -> BrowserProfile:
        """
        Return a copy with some fields changed; a group of rules is changed with `attrs.evolve`.
        """
        return attrs.evolve(self, **changes)  # type: ignore[arg-type]
