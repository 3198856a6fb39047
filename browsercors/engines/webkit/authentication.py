"""
HTTP authentication in WebKit, with libsoup below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.engines.standard.authentication import STANDARD_AUTHENTICATION, directory
from browsercors.values.requests import ResponseTainting

if TYPE_CHECKING:
    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites

__all__ = ["WEBKIT_AUTHENTICATION"]


def asks_at_home(request: Request, included: bool, _sites: Sites) -> bool:
    """
    Whether the visitor is asked: for the page's own origin only, and for no image or script of another one.
    """
    return included and request.response_tainting is ResponseTainting.BASIC


def as_latin_1(text: str) -> bytes:
    """
    Encode as ISO 8859-1, whatever the challenge asks for, and as UTF-8 what that does not have.

    Evidence: `authentication-challenges/user-utf-8`; the rest is a guess.
    """
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8")


def directory_without_slash(path: str) -> str:
    """
    Return the directory of *path* without its last slash, so that /dir is for /dirs as well.

    Evidence: `authentication-entries/path-%2fdirs%2fx`.
    """
    return directory(path).removesuffix("/") or "/"


WEBKIT_AUTHENTICATION: Final = attrs.evolve(
    STANDARD_AUTHENTICATION,
    encode=as_latin_1,
    asks_visitor=asks_at_home,
    space_of=directory_without_slash,
    states_algorithm=True,
    replaces_header=True,
    url_goes_first=True,
    hides_login=True,
)
