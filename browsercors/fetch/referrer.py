"""
Referrer Policy: what the `Referer` header tells a server about the page.

https://w3c.github.io/webappsec-referrer-policy/
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, get_args

from browsercors.values.headers import Failure, extract_list_values
from browsercors.values.literals import ReferrerPolicy
from browsercors.values.trustworthiness import is_potentially_trustworthy_url
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.values.headers import HeaderList
    from browsercors.values.urls import URL

__all__ = [
    "DEFAULT_REFERRER_POLICY",
    "REFERRER_POLICIES",
    "determine_requests_referrer",
    "parse_a_referrer_policy_from_a_referrer_policy_header",
    "set_requests_referrer_policy_on_redirect",
    "strip_url_for_use_as_a_referrer",
]

# https://w3c.github.io/webappsec-referrer-policy/#referrer-policies
REFERRER_POLICIES: Final[frozenset[str]] = frozenset(get_args(ReferrerPolicy))
DEFAULT_REFERRER_POLICY: Final = "strict-origin-when-cross-origin"

LONGEST_REFERRER: Final = 4096


def parse_a_referrer_policy_from_a_referrer_policy_header(headers: HeaderList) -> str:
    """
    Read the `Referrer-Policy` header: the last policy that is known, or the empty string.

    https://w3c.github.io/webappsec-referrer-policy/#parse-referrer-policy-from-header
    """
    # 1. Extract the tokens; a malformed header has none.
    value = headers.get(b"referrer-policy")
    if value is None:
        return ""
    tokens = extract_list_values(value)
    # 2.-3. The last known one wins, so that new policies can stand behind old ones.
    policy = ""
    for token in () if isinstance(tokens, Failure) else tokens:
        # NB: in any case: the grammar's literals are case-insensitive, and so are browsers.
        candidate = token.decode("ascii").lower()
        if candidate in REFERRER_POLICIES:
            policy = candidate
    # 4. Return it.
    return policy


def set_requests_referrer_policy_on_redirect(policy: str, headers: HeaderList) -> str:
    """
    Return the policy of a request whose policy was *policy*, after a redirect with these headers.

    https://w3c.github.io/webappsec-referrer-policy/#set-requests-referrer-policy-on-redirect
    """
    # 1.-2. A policy in the header replaces the request's.
    return parse_a_referrer_policy_from_a_referrer_policy_header(headers) or policy


def determine_requests_referrer(
    policy: str,
    referrer_source: URL | None,
    current_url: URL,
    *,
    is_trustworthy: Callable[[URL], bool] = is_potentially_trustworthy_url,
) -> str | None:
    """
    Determine a request's referrer.

    Args:
        policy: The request's referrer policy, not empty.
        referrer_source: The page's URL, or the one that the request names instead; None for an opaque origin.
        current_url: Where the request goes.
        is_trustworthy: Whether a URL is potentially trustworthy.

    Returns:
        The value of the `Referer` header, or None for no referrer.

    https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer
    """
    # 1.-3. NB: the caller found policy and source. An opaque origin has no source.
    if referrer_source is None:
        return None
    # 4.-8. NB: remembered by origin: a page that fetches a thousand URLs of a server asks the same thing each time.
    return _referrer(
        policy, referrer_source.href, current_url.origin.serialized, is_trustworthy(current_url), is_trustworthy
    )


@lru_cache(maxsize=1024)
def _referrer(
    policy: str,
    source: str,
    current_origin: str,
    current_is_trustworthy: bool,
    is_trustworthy: Callable[[URL], bool],
) -> str | None:
    assert policy in REFERRER_POLICIES, policy
    assert policy, "fetching replaces the empty policy by the page's"

    referrer_source = parse_url(source)
    assert referrer_source is not None, "a serialised URL parses"

    # 4.-5. Strip the source, wholly and to its origin.
    referrer_url = strip_url_for_use_as_a_referrer(referrer_source)
    referrer_origin = strip_url_for_use_as_a_referrer(referrer_source, origin_only=True)
    if referrer_url is None or policy == "no-referrer":
        return None

    # 6. What is too long is cut to the origin.
    # 7. NB: nothing else is altered.
    if len(referrer_url) > LONGEST_REFERRER:
        referrer_url = referrer_origin

    # 8. Execute the policy: may it be sent at all, and how much of it?
    # NB: an opaque origin is serialised as `null`, which no URL with a referrer is.
    same_origin = referrer_source.origin.serialized == current_origin
    downgrade = is_trustworthy(referrer_source) and not current_is_trustworthy
    if policy == "unsafe-url":
        return referrer_url
    if policy == "origin":
        return referrer_origin
    if policy == "strict-origin":
        return None if downgrade else referrer_origin
    if policy == "no-referrer-when-downgrade":
        return None if downgrade else referrer_url
    if same_origin:
        return referrer_url
    if policy == "same-origin" or (policy == "strict-origin-when-cross-origin" and downgrade):
        return None
    return referrer_origin


def strip_url_for_use_as_a_referrer(url: URL, *, origin_only: bool = False) -> str | None:
    """
    Strip *url* for use as a referrer: without user name, password and fragment.

    Args:
        url: The URL.
        origin_only: Whether path and query go as well.

    Returns:
        The serialised URL, or None for no referrer.

    https://w3c.github.io/webappsec-referrer-policy/#strip-url
    """
    # 2. A local scheme (`about`, `blob`, `data`) gives no referrer.
    # NB: the standard would send file and other URLs; all browsers send those of HTTP(S) only.
    if not url.is_http:
        return None
    # 3.-7. What remains is the origin with path and query.
    # NB: the blank path of the origin is serialised as a slash.
    return f"{url.origin.serialized}/" if origin_only else f"{url.origin.serialized}{url.target}"
