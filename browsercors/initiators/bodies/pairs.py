"""
Mappings and pairs, as the constructors of forms and search parameters take them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

__all__ = ["pairs_of"]


def pairs_of(init: object, argument: str) -> Iterator[tuple[str, Any]]:
    """
    Iterate over a mapping or pairs.
    """
    if isinstance(init, Mapping):
        yield from init.items()
        return
    if isinstance(init, (str, bytes)) or not isinstance(init, Iterable):
        raise TypeError(f"{argument} has to be a mapping or pairs, not {type(init).__name__}")
    for pair in init:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise TypeError(f"{argument} has to be a mapping or pairs; this is no pair: {pair!r}")
        yield pair[0], pair[1]
