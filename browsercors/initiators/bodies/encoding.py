"""
Text as bytes: UTF-8 as Web IDL's USVString has it.
"""

from __future__ import annotations

__all__ = ["utf8_encode"]


def utf8_encode(text: str) -> bytes:
    """
    UTF-8 encode *text* as JavaScript's scalar value strings are: a surrogate without its partner becomes U+FFFD.

    https://infra.spec.whatwg.org/#javascript-string-convert
    """
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode("utf-8")
