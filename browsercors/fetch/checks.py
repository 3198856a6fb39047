"""
The checks on a response: CORS check and TAO check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.values.findings import Algorithm, Finding, Reason
from browsercors.values.requests import Request, RequestMode, ResponseTainting
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from browsercors.values.headers import HeaderList

__all__ = ["cors_check", "tao_check"]

CORS_CHECK: Final[Algorithm] = Algorithm("CORS check", "https://fetch.spec.whatwg.org/#concept-cors-check")
TAO_CHECK: Final[Algorithm] = Algorithm("TAO check", "https://fetch.spec.whatwg.org/#concept-tao-check")


# NB: names of their own, since Python 3.11 takes four times as long to find a member in its enumeration.
BASIC: Final = ResponseTainting.BASIC
NAVIGATE: Final = RequestMode.NAVIGATE

# NB: made once, since each says the same of every response.
TIMING_FAILED_BEFORE: Final = TAO_CHECK.noted("2", allowed=False)
TIMING_ALLOWED: Final = TAO_CHECK.noted("5", allowed=True)
TIMING_OF_NAVIGATION: Final = TAO_CHECK.noted("6", allowed=False)
TIMING_OF_SAME_ORIGIN: Final = TAO_CHECK.noted("7", allowed=True)
TIMING_OF_CROSS_ORIGIN: Final = TAO_CHECK.noted("8", allowed=False)


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


def _timing_origins(headers: HeaderList) -> list[str] | None:
    return headers.get_decode_and_split(b"timing-allow-origin")


def tao_check(request: Request, headers: HeaderList) -> Finding:
    """
    Perform a TAO check: may the page see timing details of this response?

    Returns:
        The finding: the step which decided, and whether the details are `allowed`. Nothing is blocked by it.

    https://fetch.spec.whatwg.org/#concept-tao-check
    """
    # 1.-2. Once failed in a redirect chain, failed for good.
    if request.timing_allow_failed:
        return TIMING_FAILED_BEFORE

    # 3.-5. The wildcard or the request's origin in the list pass.
    values = headers.derived(_timing_origins)
    if values is not None and ("*" in values or request.byte_serialized_origin().decode("ascii") in values):
        return TIMING_ALLOWED

    # 6. A navigation to another origin fails.
    if request.mode is NAVIGATE and not request.current_url.origin.same_origin(request.origin):
        return TIMING_OF_NAVIGATION

    # 7. The page's own origin needs no header.
    # 8. Others do.
    if request.response_tainting is BASIC:
        return TIMING_OF_SAME_ORIGIN
    return TIMING_OF_CROSS_ORIGIN
