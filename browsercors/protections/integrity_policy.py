"""
`Integrity-Policy`: a page that runs only scripts, and applies only stylesheets, whose content it has pinned.

https://w3c.github.io/webappsec-subresource-integrity/#integrity-policy-section
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from browsercors.protections.integrity import parse_metadata
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.integrity_policy import IntegrityPolicy
from browsercors.values.requests import RequestMode
from browsercors.values.urls import LOCAL_SCHEMES

if TYPE_CHECKING:
    from collections.abc import Collection

    from browsercors.values.findings import Finding
    from browsercors.values.headers import HeaderList
    from browsercors.values.requests import Request

__all__ = ["process_an_integrity_policy", "should_request_be_blocked_by_integrity_policy"]

INTEGRITY_POLICY: Final[Algorithm] = Algorithm(
    "should request be blocked by integrity policy",
    "https://w3c.github.io/webappsec-subresource-integrity/#should-request-be-blocked-by-integrity-policy-section",
)

DESTINATIONS: Final = frozenset({"script", "style"})
INTEGRITY_MODES: Final = frozenset({RequestMode.CORS, RequestMode.SAME_ORIGIN})


def process_an_integrity_policy(headers: HeaderList, name: bytes = b"integrity-policy") -> IntegrityPolicy | None:
    """
    Read `Integrity-Policy`, or `Integrity-Policy-Report-Only`.

    Args:
        headers: The headers of the page's response.
        name: The lower-case name of the header.

    Returns:
        The policy; None without the header, and if it cannot be read.

    https://w3c.github.io/webappsec-subresource-integrity/#processing-an-integrity-policy
    """
    value = headers.get(name)
    if value is None:
        return None
    # NB: hardly any page has the header.
    import http_sf

    # 1.-2. Get the dictionary.
    try:
        dictionary = cast("dict[str, Any]", http_sf.parse(value, tltype="dictionary"))
    except ValueError:
        return None
    # 3.-6. Read its three members, and return them.
    sources = _tokens(dictionary, "sources")
    destinations = _tokens(dictionary, "blocked-destinations") or ()
    return IntegrityPolicy(
        blocked_destinations=DESTINATIONS.intersection(destinations),
        has_inline_source=sources is None or "inline" in sources,
        endpoints=_tokens(dictionary, "endpoints") or (),
    )


def _tokens(dictionary: dict[str, Any], name: str) -> tuple[str, ...] | None:
    """
    Return the inner list of tokens that a member is; None if it does not exist, and none if it is something else.
    """
    if name not in dictionary:
        return None
    value = dictionary[name][0]
    # NB: a token is a str as well, but of a class of its own.
    return tuple(str(item[0]) for item in value if type(item[0]) is not str) if isinstance(value, list) else ()


def should_request_be_blocked_by_integrity_policy(
    request: Request, policy: IntegrityPolicy, supported: Collection[str]
) -> Finding | None:
    """
    Decide whether the policy of its page blocks *request*.

    Args:
        request: The request.
        policy: The page's policy; for one that only reports, the finding is what would be reported.
        supported: The destinations that the browser lets a policy block.

    Returns:
        The finding that blocks it, or None.

    https://w3c.github.io/webappsec-subresource-integrity/#should-request-be-blocked-by-integrity-policy-section
    """
    # 1.-3. What is pinned, and can be compared, is allowed.
    if request.mode in INTEGRITY_MODES and parse_metadata(request.integrity_metadata):
        return None
    # 4. So is what comes from the page itself.
    if request.current_url.scheme in LOCAL_SCHEMES:
        return None
    # 5.-15. The policy has to name the destination.
    # PROFILE: not all browsers know the header, or take it for stylesheets.
    destination = request.destination
    if not policy.has_inline_source or destination not in policy.blocked_destinations or destination not in supported:
        return None
    return INTEGRITY_POLICY.failed(
        "15",
        Reason.INTEGRITY_POLICY,
        destination=destination,
        integrity=request.integrity_metadata,
        mode=request.mode.value,
        url=request.current_url.href,
    )
