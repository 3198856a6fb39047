"""
Reading application/x-www-form-urlencoded: what a query says.

https://url.spec.whatwg.org/#application/x-www-form-urlencoded
"""

from __future__ import annotations

from browsercors.values.formats.data_urls import percent_decode

__all__ = ["urlencoded_parser"]


def urlencoded_parser(data: bytes) -> list[tuple[str, str]]:
    """
    Parse `application/x-www-form-urlencoded` (https://url.spec.whatwg.org/#concept-urlencoded-parser).
    """
    pairs = []
    for sequence in data.replace(b"+", b" ").split(b"&"):
        if sequence:
            name, _, value = sequence.partition(b"=")
            pairs.append((_utf8_decode_without_bom(name), _utf8_decode_without_bom(value)))
    return pairs


def _utf8_decode_without_bom(data: bytes) -> str:
    return percent_decode(data).decode("utf-8", "replace")
