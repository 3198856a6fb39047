"""
The checks on a response: CORS check, TAO check, cross-origin resource policy check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.values.findings import Algorithm, Finding, Reason
from browsercors.values.requests import Request, RequestMode, ResponseTainting
from browsercors.values.urls import URL, parse_url

if TYPE_CHECKING:
    from browsercors.values.headers import HeaderList
    from browsercors.values.sites import Sites

__all__ = ["cors_check", "cross_origin_resource_policy_check", "tao_check"]

CORS_CHECK: Final[Algorithm] = Algorithm("CORS check", "https://fetch.spec.whatwg.org/#concept-cors-check")
TAO_CHECK: Final[Algorithm] = Algorithm("TAO check", "https://fetch.spec.whatwg.org/#concept-tao-check")
CROSS_ORIGIN_RESOURCE_POLICY_CHECK: Final[Algorithm] = Algorithm(
    "cross-origin resource policy check", "https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check"
)


def cors_check(serialized_origin: bytes, headers: HeaderList, *, with_credentials: bool) -> Finding:
    """
    Perform a CORS check.

    Args:
        serialized_origin: The byte-serialized request origin.
        headers: The response's header list.
        with_credentials: Whether the request's credentials mode is "include".

    Returns:
        The finding: the step which decided, and what that step read.
    """
    # 1. Read the allowed origin.
    origin = headers.get(b"access-control-allow-origin")

    # 2. Without one, fail.
    # NOTE: absent is None; the value `null` is an ordinary value.
    if origin is None:
        return CORS_CHECK.failed("2", Reason.ALLOW_ORIGIN_MISSING, wanted=serialized_origin)

    # 3. A wildcard passes, but only without credentials.
    if not with_credentials and origin == b"*":
        return CORS_CHECK.passed("3", origin=origin)

    # 4. Otherwise it has to be the request's origin, byte for byte.
    if serialized_origin != origin:
        reason = _mismatch(origin, repeated=len(headers.get_all(b"access-control-allow-origin")) > 1)
        return CORS_CHECK.failed("4", reason, origin=origin, wanted=serialized_origin)

    # 5. Without credentials that is enough.
    if not with_credentials:
        return CORS_CHECK.passed("5", origin=origin)

    # 6. Read whether credentials are allowed.
    credentials = headers.get(b"access-control-allow-credentials")

    # 7. Exactly `true` passes.
    if credentials == b"true":
        return CORS_CHECK.passed("7", origin=origin, credentials=credentials)

    # 8. Anything else fails.
    return CORS_CHECK.failed("8", Reason.ALLOW_CREDENTIALS_NOT_TRUE, origin=origin, credentials=credentials)


def _mismatch(origin: bytes, *, repeated: bool) -> Reason:
    """
    Tell apart the ways to be a wrong origin.

    To the standard they are one failure, but the remedies differ, and so do the words in which browsers put them.
    """
    if repeated:
        return Reason.ALLOW_ORIGIN_REPEATED
    if origin == b"*":
        return Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS
    if b"," in origin:
        return Reason.ALLOW_ORIGIN_LIST
    if b" " in origin:
        return Reason.ALLOW_ORIGIN_SPACE_SEPARATED
    if origin == b"null" or parse_url(origin.decode("latin-1")) is not None:
        return Reason.ALLOW_ORIGIN_MISMATCH
    return Reason.ALLOW_ORIGIN_INVALID


def tao_check(request: Request, headers: HeaderList) -> Finding:
    """
    Perform a TAO check: may the page see timing details of this response?

    Returns:
        The finding: the step which decided, and whether the details are `allowed`. Nothing is blocked by it.

    https://fetch.spec.whatwg.org/#concept-tao-check
    """
    # 1.-2. Once failed in a redirect chain, failed for good.
    if request.timing_allow_failed:
        return TAO_CHECK.noted("2", allowed=False)

    # 3.-5. The wildcard or the request's origin in the list pass.
    values = headers.get_decode_and_split(b"timing-allow-origin")
    if values is not None and ("*" in values or request.byte_serialized_origin().decode("ascii") in values):
        return TAO_CHECK.noted("5", allowed=True)

    # 6. A navigation to another origin fails.
    if request.mode is RequestMode.NAVIGATE and not request.current_url.origin.same_origin(request.origin):
        return TAO_CHECK.noted("6", allowed=False)

    # 7. The page's own origin needs no header.
    # 8. Others do.
    if request.response_tainting is ResponseTainting.BASIC:
        return TAO_CHECK.noted("7", allowed=True)
    return TAO_CHECK.noted("8", allowed=False)


def cross_origin_resource_policy_check(request: Request, url: URL, headers: HeaderList, sites: Sites) -> Finding:
    """
    Perform a cross-origin resource policy check for an opaque response.

    NB: an embedder policy of the page is not simulated, so its value is "unsafe-none" here.

    https://fetch.spec.whatwg.org/#cross-origin-resource-policy-internal-check
    """
    # 2.-3. Read the policy; anything but the three values, two headers included, is as none.
    policy = headers.get(b"cross-origin-resource-policy")
    origin = request.origin

    # 5. Switch on the policy.
    if policy == b"same-origin":
        allowed = origin.same_origin(url.origin)
    elif policy == b"same-site":
        # NOTE: what came over TLS is shared with pages that came over TLS only.
        allowed = sites.schemelessly_same_site(origin, url.origin) and (
            origin.scheme == "https" or url.scheme != "https"
        )
    else:
        allowed = True
    if allowed:
        return CROSS_ORIGIN_RESOURCE_POLICY_CHECK.passed("5", policy=policy)
    return CROSS_ORIGIN_RESOURCE_POLICY_CHECK.failed(
        "5", Reason.CROSS_ORIGIN_RESOURCE_POLICY, policy=policy, origin=origin.byte_serialized
    )
