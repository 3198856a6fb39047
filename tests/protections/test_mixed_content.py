"""
Mixed content.
"""

from __future__ import annotations

import pytest

from browsercors.engines.registry import profile_named
from browsercors.protections.mixed_content import (
    MixedContentVerdict,
    should_fetching_request_be_blocked_as_mixed_content,
    should_response_to_request_be_blocked_as_mixed_content,
    trust_of,
    upgrade_a_mixed_content_request,
)
from browsercors.values.trustworthiness import is_url_trustworthy_by_scheme
from browsercors.values.urls import URL, parse_url


def parsed(text: str) -> URL:
    url = parse_url(text)
    assert url is not None
    return url


UPGRADE_CASES = [
    # URL, page prohibits, destination, initiator, upgraded
    ("http://example.com/a?b#c", True, "image", "", "https://example.com/a?b#c"),
    ("http://example.com/", True, "audio", "", "https://example.com/"),
    ("http://example.com/", True, "video", "imageset", "https://example.com/"),
    ("http://example.com:8080/", True, "image", "", "https://example.com:8080/"),
    ("http://example.com:443/", True, "image", "", "https://example.com/"),
    ("https://example.com/", True, "image", "", "https://example.com/"),
    ("http://localhost/", True, "image", "", "http://localhost/"),
    ("http://192.0.2.1/", True, "image", "", "http://192.0.2.1/"),
    ("http://[2001:db8::1]/", True, "image", "", "http://[2001:db8::1]/"),
    ("http://example.com/", False, "image", "", "http://example.com/"),
    ("http://example.com/", True, "", "", "http://example.com/"),
    ("http://example.com/", True, "script", "", "http://example.com/"),
    ("http://example.com/", True, "image", "imageset", "http://example.com/"),
    ("ftp://example.com/", True, "image", "", "ftp://example.com/"),
]


@pytest.mark.parametrize(("text", "prohibits", "destination", "initiator", "expected"), UPGRADE_CASES)
def test_images_audio_and_video_are_upgraded(
    text: str, prohibits: bool, destination: str, initiator: str, expected: str
) -> None:
    url = parsed(text)
    upgraded = upgrade_a_mixed_content_request(
        url, page_prohibits_mixed_content=prohibits, destination=destination, initiator=initiator
    )

    assert expected == upgraded.href
    assert (upgraded is url) == (expected == text)


LOOPBACK_CASES = [
    # browser,  destination, trusted?
    ("chromium", "", True),
    ("chromium", "image", True),
    ("webkit", "", False),
    ("webkit", "script", False),
    ("webkit", "image", True),
    ("webkit", "audio", True),
]


@pytest.mark.parametrize("text", ["http://127.0.0.1:8000/", "http://[::1]/", "http://localhost/"])
@pytest.mark.parametrize(("browser", "destination", "expected"), LOOPBACK_CASES)
def test_webkit_trusts_this_machine_for_what_it_shows_alone(
    browser: str, destination: str, expected: bool, text: str
) -> None:
    assert expected is trust_of(profile_named(browser), destination)(parsed(text))


BLOCK_CASES = [
    # URL, page prohibits, top-level navigation, verdict
    ("http://example.com/", False, False, MixedContentVerdict.PAGE_DOES_NOT_RESTRICT),
    ("https://example.com/", True, False, MixedContentVerdict.URL_IS_TRUSTWORTHY),
    ("http://localhost:8000/", True, False, MixedContentVerdict.URL_IS_TRUSTWORTHY),
    ("http://127.0.0.1:8000/", True, False, MixedContentVerdict.URL_IS_TRUSTWORTHY),
    ("data:,", True, False, MixedContentVerdict.URL_IS_TRUSTWORTHY),
    ("http://example.com/", True, True, MixedContentVerdict.TOP_LEVEL_NAVIGATION),
    ("http://example.com/", True, False, MixedContentVerdict.BLOCKED),
]


@pytest.mark.parametrize(("text", "prohibits", "navigation", "expected"), BLOCK_CASES)
def test_a_secure_page_fetches_nothing_insecure(
    text: str, prohibits: bool, navigation: bool, expected: MixedContentVerdict
) -> None:
    url = parsed(text)
    of_request = should_fetching_request_be_blocked_as_mixed_content(
        url, page_prohibits_mixed_content=prohibits, is_top_level_navigation=navigation
    )
    of_response = should_response_to_request_be_blocked_as_mixed_content(
        url, page_prohibits_mixed_content=prohibits, is_top_level_navigation=navigation
    )

    assert expected is of_request
    assert expected is of_response
    assert of_request.is_blocked == (expected is MixedContentVerdict.BLOCKED)


def test_a_browser_can_distrust_its_own_machine() -> None:
    verdict = should_fetching_request_be_blocked_as_mixed_content(
        parsed("http://localhost:8000/"),
        page_prohibits_mixed_content=True,
        is_trustworthy=is_url_trustworthy_by_scheme,
    )

    assert verdict is MixedContentVerdict.BLOCKED
    upgraded = upgrade_a_mixed_content_request(
        parsed("http://a.localhost:8000/"),
        page_prohibits_mixed_content=True,
        destination="image",
        is_trustworthy=is_url_trustworthy_by_scheme,
    )
    assert upgraded.href == "https://a.localhost:8000/"
