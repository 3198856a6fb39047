"""
What the responses said that a fix changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.explain.fixes.proof import request_key
from browsercors.explain.words.reasons import ALLOW_CREDENTIALS, ALLOW_ORIGIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.explain.fixes.proof import FinishedFetch, Proof, RequestKey

__all__ = ["headers_before", "said_more_than_once"]


def headers_before(original: FinishedFetch, key: RequestKey) -> list[Mapping[str, str]]:
    """
    Return the headers of each changed response; for a preflight, if need be, of one for another method.
    """
    recorded: dict[RequestKey, list[Mapping[str, str]]] = {}
    for answer in original.answers:
        recorded.setdefault(request_key(answer), []).append(answer.response_headers)
    same_url = (headers for other, headers in recorded.items() if key.is_preflight and other[::2] == key[::2])
    return recorded.get(key) or next(same_url, None) or [{}]


def said_more_than_once(fetch: FinishedFetch, proof: Proof) -> list[str]:
    """
    Return the headers that one response has in several lines, where one of them would do.
    """
    found: dict[str, None] = {}
    for key, change in proof.changes.items():
        for name, value in change.headers.items():
            for before in headers_before(fetch, key):
                values = [line.strip() for line in before.get(name, "").split(",")]
                if name in {ALLOW_ORIGIN, ALLOW_CREDENTIALS} and len(values) > 1 and value in values:
                    found[name] = None
    return list(found)
