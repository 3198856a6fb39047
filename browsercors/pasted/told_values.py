"""
What a line tells of an Access-Control-Allow-Origin with several values: whether two layers add it, or one sends a list.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.pasted.told_case import Case

__all__ = ["SEVERAL_VALUES", "is_said_twice", "of_several_values"]

QUOTES: Final = str.maketrans(dict.fromkeys('\u2018\u2019\u201a\u201b\u201c\u201d\u201e"`', "'"))


def of_several_values(case: Case) -> Iterable[str]:
    """
    Say where the values come from.
    """
    match = SEVERAL_VALUES.search(case.line.translate(QUOTES))
    if match is None:
        return
    if is_said_twice(match[1]):
        yield (
            f"The header came as {match[1]}: two layers add it, such as the application and a proxy or web server in "
            "front of it, or a CORS middleware and a line of one's own. Take it away from one of them."
        )
    else:
        yield (
            f"The header came as {match[1]}, and it may hold one origin alone. Let the server look up the request's "
            "Origin in its list, and send back that one, with Vary: Origin. Or are there two lines? Then two layers "
            "add it."
        )


SEVERAL_VALUES: Final = re.compile(r"header contains multiple values '([^']{3,1000})'")
"""What Chromium writes of a header with commas in it, or with several lines, which it joins."""


def is_said_twice(value: str) -> bool:
    """
    Whether *value* is of two layers: a list that somebody wrote holds no origin twice, and no * beside another.
    """
    values = [part.strip() for part in value.split(",")]
    return len(set(values)) < len(values) or "*" in values
