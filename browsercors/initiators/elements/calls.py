"""
What a page says of an element, checked, as the call that makes a load of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, get_args

from browsercors.initiators.elements.potential_cors import check_crossorigin
from browsercors.initiators.page_call import PageCall
from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError
from browsercors.values.element_literals import ImageProperty, ImportType, MediaElement, ScriptType, WorkerCredentials
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.initiators.elements.potential_cors import Sheet
    from browsercors.values.element_literals import ElementName
    from browsercors.values.formats.javascript_imports import ModuleKind

__all__ = [
    "checked_seek_to",
    "element_call",
    "image_call",
    "import_call",
    "in_sheet",
    "media_call",
    "script_call",
    "worker_call",
]

LARGEST_PLACE: Final = 2**63 - 1

MODULE_KINDS: Final[Mapping[str, ModuleKind]] = {"json": "json", "css": "style"}

EXAMPLES: Final[Mapping[str, str]] = {
    "as_": "'font'",
    "integrity": "'sha256-...'",
    "nonce": "the nonce of the element",
    "referrer_policy": "'no-referrer'",
    "srcset": "'small.png 1x, large.png 2x'",
    "type": "'image/webp'",
}
"""The attributes that are text, and empty if they are missing."""


def element_call(name: ElementName, url: str, attributes: Mapping[str, Any]) -> PageCall:
    """
    Make the call of an element.

    Args:
        name: What is loaded.
        url: As the page gives it.
        attributes: The attributes of the element; those that have their default are left out.

    Raises:
        TypeError: An attribute has the wrong type.
    """
    check_crossorigin(attributes.get("crossorigin"))
    for text, example in EXAMPLES.items():
        value = attributes.get(text, "")
        if not isinstance(value, str):
            raise ArgumentTypeError(f"{text} has to be a str such as {example}, not {value!r}")
    # NB: an empty `crossorigin` is not the same as none.
    given = {
        each: value
        for each, value in attributes.items()
        if value is not None and (value != "" or each == "crossorigin")
    }
    return PageCall(name, url, "GET", None, None, given)


def image_call(
    url: str, css_property: ImageProperty | None, sheet: Sheet | None, attributes: Mapping[str, Any]
) -> PageCall:
    """
    Make the call of an image.

    Raises:
        TypeError: An attribute has the wrong type.
        ValueError: *css_property* is no property that loads images, or is given together with an attribute.
    """
    if css_property is None and sheet is None:
        return element_call("image", url, attributes)
    if css_property is None:
        css_property = "background-image"
    _check_one_of("css_property", css_property, get_args(ImageProperty))
    given = [each for each, value in attributes.items() if value is not None and value != ""]
    if given:
        raise ArgumentValueError(f"an image of CSS has no attributes: leave out css_property= or {given[0]}=")
    return in_sheet("css-image", url, sheet, {"css_property": css_property})


def in_sheet(name: ElementName, url: str, sheet: Sheet | None, options: Mapping[str, Any]) -> PageCall:
    """
    Make the call of something in a style sheet, to which its URL is relative; None for a sheet in the page itself.
    """
    if sheet is None or not isinstance(url, str):
        return element_call(name, url, options)
    absolute = parse_url(url, sheet.url)
    return element_call(name, url if absolute is None else absolute.href, {**options, "sheet": sheet})


def script_call(url: str, kind: ScriptType, attributes: Mapping[str, Any]) -> PageCall:
    """
    Make the call of a script.

    Raises:
        TypeError: An attribute has the wrong type.
        ValueError: *kind* is neither "classic" nor "module".
    """
    _check_one_of("type", kind, get_args(ScriptType))
    return element_call("script" if kind == "classic" else "module", url, attributes)


def import_call(url: str, kind: ImportType | None) -> PageCall:
    """
    Make the call of a dynamic `import()`.

    Raises:
        ValueError: *kind* is no type that a module is imported as.
    """
    if kind is not None:
        _check_one_of("type", kind, get_args(ImportType))
    imported = {} if kind is None else {"kind": MODULE_KINDS[kind]}
    return PageCall("module", url, "GET", None, None, {"is_specifier": True, **imported})


def worker_call(url: str, kind: ScriptType, credentials: WorkerCredentials, name: str, *, shared: bool) -> PageCall:
    """
    Make the call by which a page starts a worker.

    Raises:
        TypeError: *name* is no str.
        ValueError: *kind* or *credentials* is none of its values.
    """
    _check_one_of("type", kind, get_args(ScriptType))
    _check_one_of("credentials", credentials, get_args(WorkerCredentials))
    if not isinstance(name, str):
        raise ArgumentTypeError(f"name has to be a str such as 'sums', not {name!r:.80}")
    options = {"type": kind, "credentials": credentials, "destination": "sharedworker" if shared else "worker"}
    return PageCall("shared-worker" if shared else "worker", url, "GET", None, None, {**options, "name": name})


def media_call(url: str, element: MediaElement, attributes: Mapping[str, Any]) -> PageCall:
    """
    Make the call of an `<audio>` or a `<video>`.

    Raises:
        TypeError: An attribute has the wrong type.
        ValueError: *element* is neither of them.
    """
    _check_one_of("element", element, get_args(MediaElement))
    return element_call("media", url, {"element": element, **attributes})


def checked_seek_to(seek_to: Iterable[int]) -> tuple[int, ...]:
    """
    Return the bytes at which later requests of media begin.

    Raises:
        TypeError: It is no list, or something in it is no number of bytes.
        ValueError: Such a number is negative, or no file is that long.
    """
    right = "seek_to has to be a list of numbers of bytes such as [65536]"
    if not isinstance(seek_to, Iterable) or isinstance(seek_to, (str, bytes)):
        raise ArgumentTypeError(f"{right}, not {seek_to!r:.80}")
    places = tuple(seek_to)
    for place in places:
        if not isinstance(place, int) or isinstance(place, bool):
            raise ArgumentTypeError(f"{right}, not of {place!r:.80}")
        if not 0 <= place <= LARGEST_PLACE:
            raise ArgumentValueError(f"{right}, each at least 0 and less than 2**63, not of {place!r:.80}")
    return places


def _check_one_of(argument: str, value: object, values: tuple[str, ...]) -> None:
    if value not in values:
        raise ArgumentValueError(f"{argument} has to be one of {', '.join(map(repr, values))}, not {value!r}")
