"""
The record of everything in which browsers differ.

The standard is the base case: `browsercors.engines.standard.profile` fills every field with what the standard says, and
each browser evolves that value. A field is a limit, a table, or a whole sub-algorithm with the signature given here. No
algorithm asks which browser it plays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.rules.clear_site_data import ClearSiteDataRules
from browsercors.rules.console import ConsoleRules
from browsercors.rules.content_security_policy import ContentSecurityPolicyRules
from browsercors.rules.local_network_access import PRIVATE_NETWORK_PREFLIGHTS, PrivateNetworkPreflight
from browsercors.rules.recordings import RecordingRules
from browsercors.rules.upgrades import UpgradeRules
from browsercors.values.arguments import ArgumentValueError
from browsercors.values.records import Rules
from browsercors.values.transport import STRICT

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.rules.authentication import AuthenticationRules
    from browsercors.rules.cookies import CookieRules
    from browsercors.rules.elements.elements import ElementRules
    from browsercors.rules.elements.initiators import InitiatorRules
    from browsercors.rules.elements.loads import LoadRules
    from browsercors.rules.elements.opaque_response_blocking import OpaqueResponseBlockingRules
    from browsercors.rules.elements.timing import TimingRules
    from browsercors.rules.failures import FailedFetch, Identifier
    from browsercors.rules.http_cache import HTTPCacheRules
    from browsercors.rules.local_network_access import LocalNetworkAccessRules
    from browsercors.rules.preflight import PreflightCacheRules, PreflightRules
    from browsercors.rules.redirects import RedirectRules
    from browsercors.rules.requests import RequestRules
    from browsercors.rules.responses import ResponseRules
    from browsercors.rules.safelist import Safelist
    from browsercors.rules.wire import WireRules
    from browsercors.values.findings import Finding
    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites
    from browsercors.values.transport import Transport
    from browsercors.values.urls import URL

__all__ = ["LOADS", "BrowserProfile"]

LOADS: Final = ("initiators", "opaque_response_blocking", "elements", "timing")
"""The groups of rules that are made when they are needed."""


@attrs.frozen(eq=False, repr=False)
class BrowserProfile(Rules):
    """
    A browser engine, as data.

    Attributes:
        name: The short name: "standard", "chromium", "firefox", "webkit".
        label: The name to use in a sentence: "Chromium", "the standard".
        version: The newest version on which its facts were observed.
        recorded_on: The day of the newest recording of it, as `YYYY-MM-DD`; empty if it was never recorded.
        safelist: Which request headers need no preflight.
        requests: How the page's arguments become a request.
        preflight: What a preflight asks, and how its response is checked.
        preflight_cache: What the preflight cache remembers, and for how long.
        http_cache: The browser's own HTTP cache.
        redirects: Following redirects.
        responses: Reading responses, and what pages see of them.
        wire: What the browser adds to requests.
        preflight_wire: What it adds to preflights.
        cookies: Storing cookies.
        transport: Taking responses off the wire.
        local_network_access: Reaching this machine and private networks.
        private_network_preflight: Whether a preflight asks for consent to that, as in Private Network Access: "none",
            "warned" (what the answer lacks is only noted), or "enforced" (it blocks, as the draft wanted it).
        referrer_source: Returns the URL from which the page's referrers are made, or None.
        referrer: Returns the `Referer` for a policy, a source and a destination, or None.
        remakes_referrer: Whether the referrer after a redirect is made from the page's URL again, rather than from what
            the URL before was shown. It takes the policy of the URL before as well.
        is_trustworthy: Whether a URL is never mixed content.
        content_security_policy: How URLs are compared with the sources of a page's policy.
        upgrades: What becomes of http requests that go over TLS instead.
        clear_site_data: What `Clear-Site-Data` clears.
        origin_obeys_referrer_policy: Whether the referrer policy can turn `Origin` into `null` outside of CORS.
        sites_ignore_schemes: Whether http and https of one registrable domain are the same site.
        partitions_third_party_cookies: Whether cookies of other sites are stored by top-level site.
        same_site_looks_at_ancestors: Whether a page of opaque origin, or with a page of another site above it, sends no
            SameSite cookies. If not, the top-level page alone counts.
        is_same_site_request: Returns whether a request carries SameSite cookies, in the place of the standard's
            algorithm; None for that.
        redirects_hide_cookies: Whether a request that was redirected by another site carries no SameSite cookies.
        redirects_refuse_cookies: Whether the response to such a request may not set SameSite cookies.
        refuses_cookies_of: Whether the cookies of a response are refused because it comes from a third party.
        answers_proxy_challenges: Whether a 407 without a proxy is an ordinary response.
        identifier: Returns the browser's name for a failure; None if it has none.
        console: The messages of its console.
        make_loads: Returns the rules of `initiators`, `opaque_response_blocking`, `elements` and `timing`.
        make_authentication: Returns the rules of `authentication`.
        recordings: How its developer tools write HAR files.
        loads_special_hosts: Whether it was seen to load pages from hosts with characters such as `{` or `$`. False if
            this was not tried.
    """

    name: str
    label: str
    version: str
    recorded_on: str = attrs.field(default="", kw_only=True)
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
    local_network_access: LocalNetworkAccessRules
    referrer_source: Callable[[Request], URL | None]
    referrer: Callable[[str, URL | None, URL, Sites], str | None]
    remakes_referrer: Callable[[Request, str, Sites], bool]
    is_trustworthy: Callable[[URL], bool]
    identifier: Callable[[Finding, FailedFetch], Identifier | None]
    refuses_cookies_of: Callable[[Request, Sites], bool]
    make_loads: Callable[[], LoadRules]
    make_authentication: Callable[[], AuthenticationRules]
    origin_obeys_referrer_policy: bool = True
    sites_ignore_schemes: bool = False
    partitions_third_party_cookies: bool = False
    same_site_looks_at_ancestors: bool = True
    is_same_site_request: Callable[[Request, Sites], bool] | None = None
    redirects_hide_cookies: bool = True
    redirects_refuse_cookies: bool = True
    answers_proxy_challenges: bool = False
    transport: Transport = STRICT
    content_security_policy: ContentSecurityPolicyRules = attrs.field(factory=ContentSecurityPolicyRules)
    upgrades: UpgradeRules = attrs.field(factory=UpgradeRules)
    clear_site_data: ClearSiteDataRules = attrs.field(factory=ClearSiteDataRules)
    private_network_preflight: PrivateNetworkPreflight = "none"
    console: ConsoleRules = attrs.field(factory=ConsoleRules)
    recordings: RecordingRules = attrs.field(factory=RecordingRules)
    loads_special_hosts: bool = False

    # NB: these are made when they are needed, since many pages only fetch.
    @property
    def initiators(self) -> InitiatorRules:
        """
        What elements and style sheets ask for.
        """
        return self.make_loads().initiators

    @property
    def opaque_response_blocking(self) -> OpaqueResponseBlockingRules:
        """
        Which responses without CORS are kept from the page.
        """
        return self.make_loads().opaque_response_blocking

    @property
    def elements(self) -> ElementRules:
        """
        What elements make of responses.
        """
        return self.make_loads().elements

    @property
    def timing(self) -> TimingRules:
        """
        What Resource Timing shows.
        """
        return self.make_loads().timing

    @property
    def authentication(self) -> AuthenticationRules:
        """
        How it tells servers who the visitor is.
        """
        return self.make_authentication()

    def evolve(self, **changes: object) -> BrowserProfile:
        """
        Return a copy with some fields changed; a group of rules is changed with `attrs.evolve`.

        Raises:
            ValueError: There is no such *private_network_preflight*.
        """
        if changes.get("private_network_preflight", "none") not in PRIVATE_NETWORK_PREFLIGHTS:
            modes = ", ".join(map(repr, PRIVATE_NETWORK_PREFLIGHTS))
            wrong = changes["private_network_preflight"]
            raise ArgumentValueError(f"private_network_preflight has to be one of {modes}, not {wrong!r}")
        loads = {name: changes.pop(name) for name in LOADS if name in changes}
        if loads:
            changed = attrs.evolve(self.make_loads(), **loads)  # type: ignore[arg-type]
            changes["make_loads"] = lambda: changed
        if "authentication" in changes:
            authentication = changes.pop("authentication")
            changes["make_authentication"] = lambda: authentication
        return attrs.evolve(self, **changes)  # type: ignore[arg-type]
