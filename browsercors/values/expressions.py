"""
Regular expressions that are compiled when they are first used.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

__all__ = ["compiled_late"]


class _CompiledLate:
    """
    A pattern that is compiled when it is first used.
    """

    def __init__(self, expression: str | bytes, flags: int) -> None:
        self._expression = expression
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(self._expression, self._flags), name)
        vars(self)[name] = value
        return value

    def __reduce__(self) -> tuple[Any, ...]:
        # NB: a copy is the compiled pattern itself.
        return re.compile, (self._expression, self._flags)

    def __repr__(self) -> str:
        return f"compiled_late({self._expression!r})"


def compiled_late(expression: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """
    Return a pattern like that of `re.compile`, compiled when it is first used.

    NB: there are some forty of them in what a fetch may come to, it takes few, and to compile them took a fifth of the
    time of importing a browser.
    """
    return cast("re.Pattern[AnyStr]", _CompiledLate(expression, flags))
