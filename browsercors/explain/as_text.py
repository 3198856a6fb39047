"""
A verdict in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from browsercors.fetch.findings import Block
    from browsercors.fetch.timeline import Exchange, RememberedPreflight

__all__ = ["describe_block", "describe_opaque"]


def describe_opaque(type_: str) -> str:
    return type_


def describe_block(block: Block, page_origin: str, timeline: list[Exchange | RememberedPreflight]) -> str:
    return block.reason.value
