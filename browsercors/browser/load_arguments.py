"""
Which attributes each load of a page takes, and what is meant by a name that is close to one.
"""

from __future__ import annotations

import difflib
import inspect
from typing import TYPE_CHECKING, Any, Final, TypedDict, cast, get_args

from browsercors.browser.page_loads import PageLoads
from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError
from browsercors.values.literals import LoadName

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from browsercors.initiators.bodies.extract import BodyInit
    from browsercors.values.element_literals import (
        ImageProperty,
        ImportType,
        MediaElement,
        ScriptType,
        WorkerCredentials,
    )

__all__ = ["LOADS", "NEEDED", "LoadAttributes", "check_load"]


class LoadAttributes(TypedDict, total=False):
    """
    The attributes of loads, as the methods of a page have them; each load takes some.
    """

    crossorigin: str | None
    type: ScriptType | ImportType | None
    as_: str
    css_property: ImageProperty | None
    element: MediaElement
    srcset: str
    integrity: str
    nonce: str
    referrer_policy: str
    with_credentials: bool
    data: BodyInit | None
    to: str
    credentials: WorkerCredentials
    name: str


NO_ATTRIBUTES: Final = frozenset({"self", "url", "seek_to", "stylesheet", "reconnections", "protocols"})
"""The parameters that say where something is loaded, what comes after it, or what is spoken there."""

LOADS: Final[Mapping[LoadName, tuple[str, ...]]] = {
    name: tuple(each for each in inspect.signature(getattr(PageLoads, name)).parameters if each not in NO_ATTRIBUTES)
    for name in get_args(LoadName)
}
"""The attributes that each load takes, by the method of the page that loads it."""

NEEDED: Final[Mapping[LoadName, str]] = {"preload": "as_"}
"""The attributes without which a load is none; a test holds them against the methods."""

SAID: Final[Mapping[str, str]] = {
    "audio": "'media', with element='audio'",
    "importscripts": "'import_scripts'",
    "sharedworker": "'shared_worker'",
    "web worker": "'worker'",
    "webworker": "'worker'",
    "background-image": "'image', with css_property='background-image'",
    "a": "'ping', for its ping attribute",
    "css": "'stylesheet'",
    "events": "'event_source'",
    "img": "'image'",
    "import": "'import_module', or 'stylesheet' for an @import",
    "js": "'script'",
    "link": "what its rel says: 'stylesheet', 'preload', 'modulepreload', 'prefetch' or 'manifest'",
    "mask-image": "'image', with css_property='mask-image'",
    "module": "'script', with type='module'",
    "picture": "'image'",
    "send_beacon": "'beacon'",
    "sendbeacon": "'beacon'",
    "sse": "'event_source'",
    "style": "'stylesheet'",
    "video": "'media'",
}
"""What people say, in lower case, and what it is called here."""

SCRIPTS: Final = frozenset({"fetch", "xhr", "xmlhttprequest"})


def check_load(name: Any, attributes: Collection[str], loads: Mapping[LoadName, tuple[str, ...]] = LOADS) -> None:
    """
    Look whether there is a load of that name, and whether it takes these attributes.

    Args:
        name: The name.
        attributes: What it is given.
        loads: The attributes that each load takes.

    Raises:
        ValueError: There is no such load.
        TypeError: It takes no such attribute, or one is missing. What is close is named.
    """
    if not isinstance(name, str) or name not in loads:
        raise ArgumentValueError(f"initiator has to be {_listed(loads)}, not {name!r}{_meant(name)}")
    checked = cast("LoadName", name)
    known = loads[checked]
    for attribute in attributes:
        if attribute not in known:
            near = _closest(attribute, known)
            hint = f"; did you mean {near}?" if near else ""
            taken = f"its attributes are {', '.join(known)}" if known else "it has none"
            raise ArgumentTypeError(f"{name} has no attribute {attribute!r}; {taken}{hint}")
    needed = NEEDED.get(checked)
    if needed is not None and needed not in attributes:
        raise ArgumentTypeError(f"{name} needs the attribute {needed}=, such as {needed}='font'")


def _meant(name: object) -> str:
    if not isinstance(name, str):
        return ""
    said = name.strip().lower()
    if said in SCRIPTS:
        return "; for what a script sends there are classify() and preflight_request()"
    meant = SAID.get(said) or _closest(name, LOADS)
    return f"; did you mean {meant}?" if meant else ""


def _closest(name: str, known: Iterable[str]) -> str:
    """
    Return the name that *name* is close to, quoted; empty if there is none.
    """
    spelled = {each.strip("_").replace("_", ""): each for each in known}
    said = name.lower().replace("_", "").replace("-", "")
    near = difflib.get_close_matches(said, spelled, n=1)
    return repr(spelled[near[0]]) if near else ""


def _listed(names: Iterable[str]) -> str:
    *before, last = map(repr, names)
    return f"{', '.join(before)} or {last}"
