"""
What a topic is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from browsercors.explain.causes.sign import Sign

__all__ = ["Topic"]


@attrs.frozen(kw_only=True)
class Topic:
    """
    Something to be explained that is not a reason of a block.

    Attributes:
        name: Its name.
        meaning: What it is.
        remedy: What to do about it; empty where there is nothing to do.
        source: Where that is from.
        is_simulated: Whether a simulated page meets it.
        codes: The codes whose pages say more.
        aliases: What else people call it.
        signs: The rows of the table of causes that are about it.
    """

    name: str
    meaning: str
    remedy: str = ""
    source: str = ""
    is_simulated: bool = True
    codes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    signs: tuple[Sign, ...] = ()
