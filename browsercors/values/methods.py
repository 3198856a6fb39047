"""
Request methods.

https://fetch.spec.whatwg.org/#methods
"""

from __future__ import annotations

from typing import Final

__all__ = ["is_cors_safelisted_method", "is_forbidden_method", "normalize_method"]

CORS_SAFELISTED_METHODS: Final = frozenset({b"GET", b"HEAD", b"POST"})
FORBIDDEN_METHODS: Final = frozenset({b"CONNECT", b"TRACE", b"TRACK"})
NORMALIZED_METHODS: Final = frozenset({b"DELETE", b"GET", b"HEAD", b"OPTIONS", b"POST", b"PUT"})


def is_cors_safelisted_method(method: bytes) -> bool:
    """
    Whether *method* is a CORS-safelisted method (https://fetch.spec.whatwg.org/#cors-safelisted-method).
    """
    return method in CORS_SAFELISTED_METHODS


def is_forbidden_method(method: bytes) -> bool:
    """
    Whether *method* is a forbidden method (https://fetch.spec.whatwg.org/#forbidden-method).
    """
    return method.upper() in FORBIDDEN_METHODS


def normalize_method(method: bytes) -> bytes:
    """
    Upper-case six well-known methods and leave all others, `patch` among them, as they are.

    https://fetch.spec.whatwg.org/#concept-method-normalize
    """
    upper = method.upper()
    return upper if upper in NORMALIZED_METHODS else method
