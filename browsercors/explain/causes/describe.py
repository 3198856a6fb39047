"""
A sign in words: by which response a row of the table is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.words.sanitise import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.explain.causes.sign import Sign

__all__ = ["described"]

ANSWERED: Final = {"preflight": "a response to a preflight", "request": "a response", "any": "a response"}


def described(sign: Sign) -> str:
    """
    Return what a response has to be like to show a sign, in one sentence.
    """
    return f"{ANSWERED[sign.when]} {', '.join(_parts(sign))}."


def _parts(sign: Sign) -> Iterable[str]:
    if sign.host:
        yield f"of {_either(sign.host)}{sign.path}"
    elif sign.path:
        yield f"of a path that begins with {sign.path}"
    if sign.status:
        yield f"with the status {_either(str(status) for status in sign.status)}"
    if sign.reason:
        yield f"with the reason phrase {sign.reason}"
    if sign.location:
        yield f"that redirects to {_either(sign.location)}"
    lines = [f"{name}: {value}".rstrip(": ") for name, value in (*sign.exactly, *sign.headers)]
    if lines:
        yield f"with {' and '.join(dict.fromkeys(lines))}"
    if sign.without:
        yield f"without {_either(sign.without)}"
    if sign.begins:
        yield f"whose body begins with {shown(sign.begins.strip())}"
    if sign.body:
        yield f"whose body has {_either(shown(literal.strip()) for literal in sign.body)}"
    if sign.failed:
        yield f"where the browser finds {_either(sign.failed)}"
    if sign.is_empty:
        yield "with an empty body"


def _either(texts: Iterable[str]) -> str:
    *first, last = texts
    return f"{', '.join(first)} or {last}" if first else last
