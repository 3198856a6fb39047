"""
Mixed content: what a page that came securely may not fetch insecurely.

https://w3c.github.io/webappsec-mixed-content/
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

from browsercors.values.findings import Algorithm
from browsercors.values.records import quick
from browsercors.values.sites import is_ip_address
from browsercors.values.trustworthiness import is_potentially_trustworthy_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.urls import URL

__all__ = [
    "UPGRADE_MIXED_CONTENT",
    "MixedContentVerdict",
    "should_fetching_request_be_blocked_as_mixed_content",
    "should_response_to_request_be_blocked_as_mixed_content",
    "trust_of",
    "upgrade_a_mixed_content_request",
]

UPGRADE_MIXED_CONTENT: Final[Algorithm] = Algorithm(
    "upgrade a mixed content request to a potentially trustworthy URL, if appropriate",
    "https://w3c.github.io/webappsec-mixed-content/#upgrade-algorithm",
)

UPGRADEABLE_DESTINATIONS: Final = frozenset({"image", "audio", "video"})


@quick
class MixedContentVerdict(enum.Enum):
    """
    Whether something is blocked as mixed content, and if not, why not.
    """

    PAGE_DOES_NOT_RESTRICT = "page-does-not-restrict"
    """The page and those above it did not come securely themselves."""

    URL_IS_TRUSTWORTHY = "url-is-trustworthy"
    """The URL is potentially trustworthy: there is no mixture."""

    TOP_LEVEL_NAVIGATION = "top-level-navigation"
    """What is fetched replaces the page."""

    BLOCKED = "blocked"
    """It is mixed content."""

    @property
    def is_blocked(self) -> bool:
        """
        Whether the answer is "blocked" and not "allowed".
        """
        return self is MixedContentVerdict.BLOCKED


def trust_of(profile: BrowserProfile, destination: str) -> Callable[[URL], bool]:
    """
    Return what tells whether a URL is trustworthy, for a request with this destination.
    """
    # PROFILE: WebKit shows images, audio and video of this machine.
    if profile.upgrades.shows_loopback and destination in UPGRADEABLE_DESTINATIONS:
        return is_potentially_trustworthy_url
    return profile.is_trustworthy


def upgrade_a_mixed_content_request(
    url: URL,
    *,
    page_prohibits_mixed_content: bool,
    destination: str = "",
    initiator: str = "",
    is_trustworthy: Callable[[URL], bool] = is_potentially_trustworthy_url,
) -> URL:
    """
    Upgrade the URL of a mixed content request to `https`, if appropriate: that of an image, audio or video.

    Args:
        url: The request's current URL.
        page_prohibits_mixed_content: Whether the page "prohibits mixed security contexts".
        destination: The request's destination, such as "image".
        initiator: The request's initiator; "imageset" for `srcset` and `picture`.
        is_trustworthy: Whether a URL is potentially trustworthy; browsers do not agree on loopback addresses.

    Returns:
        The new URL, or *url* itself where nothing is upgraded.

    https://w3c.github.io/webappsec-mixed-content/#upgrade-algorithm
    """
    # 1. Leave alone what is trustworthy, has an IP address, is not restricted, or is of another kind.
    if (
        is_trustworthy(url)
        or is_ip_address(url.host)
        or not page_prohibits_mixed_content
        or destination not in UPGRADEABLE_DESTINATIONS
        or (destination == "image" and initiator == "imageset")
    ):
        return url
    # 2. Put `https` in the place of `http`; a port that is written stays.
    if url.scheme != "http":
        return url
    return url.over_tls()


def should_fetching_request_be_blocked_as_mixed_content(
    url: URL,
    *,
    page_prohibits_mixed_content: bool,
    is_top_level_navigation: bool = False,
    is_trustworthy: Callable[[URL], bool] = is_potentially_trustworthy_url,
) -> MixedContentVerdict:
    """
    Decide whether a request to *url* may proceed.

    Args:
        url: The request's current URL.
        page_prohibits_mixed_content: Whether the page "prohibits mixed security contexts".
        is_top_level_navigation: Whether the destination is "document" and no page is above the target.
        is_trustworthy: Whether a URL is potentially trustworthy; browsers do not agree on loopback addresses.

    https://w3c.github.io/webappsec-mixed-content/#should-block-fetch
    """
    # 1. Allow what is no mixed content.
    # NB: no user has allowed mixed content.
    if not page_prohibits_mixed_content:
        return MixedContentVerdict.PAGE_DOES_NOT_RESTRICT
    if is_trustworthy(url):
        return MixedContentVerdict.URL_IS_TRUSTWORTHY
    if is_top_level_navigation:
        return MixedContentVerdict.TOP_LEVEL_NAVIGATION
    # 2. Block the rest.
    return MixedContentVerdict.BLOCKED


def should_response_to_request_be_blocked_as_mixed_content(
    response_url: URL,
    *,
    page_prohibits_mixed_content: bool,
    is_top_level_navigation: bool = False,
    is_trustworthy: Callable[[URL], bool] = is_potentially_trustworthy_url,
) -> MixedContentVerdict:
    """
    Decide whether a response may be used: the steps of the request's check, applied to the response's URL.

    https://w3c.github.io/webappsec-mixed-content/#should-block-response
    """
    return should_fetching_request_be_blocked_as_mixed_content(
        response_url,
        page_prohibits_mixed_content=page_prohibits_mixed_content,
        is_top_level_navigation=is_top_level_navigation,
        is_trustworthy=is_trustworthy,
    )
