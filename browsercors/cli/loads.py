"""
`browsercors explain --as image`: what an element of the page loads, in the place of a fetch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from browsercors.cli.arguments import body_of
from browsercors.cli.exit_status import bad_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from browsercors.browser.loads import LoadResult
    from browsercors.browser.page import Page
    from browsercors.values.urls import URL

    TextParameter = click.ParamType[str]
else:
    # NB: older versions of click have no type argument there.
    TextParameter = click.ParamType

__all__ = [
    "CROSSORIGIN",
    "ELEMENTS",
    "Element",
    "ElementKind",
    "load_of_page",
    "refuse_attributes_of_elements",
]


class Element(NamedTuple):
    """
    What `--as` may say.

    Attributes:
        method: The method of `Page` that loads it.
        attributes: What it is called with.
        takes: The options that it may have beside `--referrer-policy`.
    """

    method: str
    attributes: Mapping[str, str] = {}
    takes: tuple[str, ...] = ("crossorigin",)


BOTH: Final = ("crossorigin", "integrity")
PRELOADABLE: Final = ("font", "image", "script", "style", "fetch", "track", "worker")
ELEMENTS: Final[Mapping[str, Element]] = {
    "image": Element("image"),
    "css-image": Element("image", {"css_property": "background-image"}, ()),
    "script": Element("script", takes=BOTH),
    "module": Element("script", {"type": "module"}, BOTH),
    "stylesheet": Element("stylesheet", takes=BOTH),
    "font": Element("font", takes=()),
    "audio": Element("media", {"element": "audio"}),
    "video": Element("media", {"element": "video"}),
    "track": Element("track"),
    "manifest": Element("manifest"),
    "event-source": Element("event_source", takes=()),
    "beacon": Element("beacon", takes=()),
    "ping": Element("ping", takes=()),
    "prefetch": Element("prefetch"),
    "modulepreload": Element("modulepreload", takes=BOTH),
    "worker": Element("worker", takes=()),
    "module-worker": Element("worker", {"type": "module"}, ()),
    "shared-worker": Element("shared_worker", takes=()),
    **{f"preload-{kind}": Element("preload", {"as_": kind}, BOTH) for kind in PRELOADABLE},
}
"""What a page can load, by the words of `--as`."""

CHANNELS: Final = frozenset({"event-source", "beacon", "ping"})
"""What is no element, and asks in a way of its own."""

WITH_REFERRER_POLICY: Final = frozenset(ELEMENTS) - {
    *CHANNELS,
    *("css-image", "font", "audio", "video", "track", "manifest", "worker", "module-worker", "shared-worker"),
}

OTHER_NAMES: Final[Mapping[str, str]] = {
    "css": "stylesheet",
    "event_source": "event-source",
    "eventsource": "event-source",
    "img": "image",
    "javascript": "script",
    "js": "script",
    "link": "stylesheet",
    "sendbeacon": "beacon",
    "sse": "event-source",
    "sharedworker": "shared-worker",
    "style": "stylesheet",
    "type=module": "module",
    "webfont": "font",
}
"""What people write, and what is meant."""

HINTS: Final[Mapping[str, str]] = {
    "canvas": "a canvas loads nothing; give image, and see whether its pixels can be read",
    "document": "navigations are not simulated",
    "fetch": "leave --as out for fetch()",
    "iframe": "frames are not simulated",
    "media": "give audio or video",
    "object": "<object> and <embed> are not simulated",
    "preload": f"say what is preloaded: {', '.join(f'preload-{kind}' for kind in PRELOADABLE)}",
    "importscripts": "give script, which is asked for in the same way",
    "xhr": "leave --as out, and give --xhr",
}
"""What to do about words that name no load here."""

CROSSORIGIN: Final = ("anonymous", "use-credentials")

OF_FETCH: Final[Mapping[str, str]] = {
    "mode": "elements ask with mode cors if they have --crossorigin anonymous, and with no-cors without",
    "credentials": "elements ask with credentials if they have --crossorigin use-credentials, and without CORS",
    "cache": "elements have no cache mode",
    "redirect": "elements follow redirects",
    "xhr": "a request is made by an element or by XMLHttpRequest; leave out one of them",
    "headers": "elements set no headers; leave --as out for a request that does",
    "data": "elements send no body; leave --as out for a request that does",
    "data_json": "elements send no body; leave --as out for a request that does",
}
"""The options that are of scripts, and what elements have in their place."""


OF_CHANNELS: Final[Mapping[str, Mapping[str, str]]] = {
    "event-source": {
        "credentials": "",
        "mode": "an event source asks with mode cors",
        "cache": "an event source stores nothing",
        "headers": "an event source sets no headers but Last-Event-ID",
        "data": "an event source sends no body",
        "data_json": "an event source sends no body",
    },
    "beacon": {
        "data": "",
        "data_json": "",
        "credentials": "a beacon is always sent with credentials",
        "mode": "the type of the data decides: cors for --data-json, no-cors for --data",
        "headers": "a beacon sets no headers but the type of its data",
    },
    "ping": {
        "credentials": "a ping is always sent with credentials",
        "mode": "a ping is sent with mode no-cors",
        "headers": "a ping sets headers of its own",
        "data": "the body of a ping is PING",
        "data_json": "the body of a ping is PING",
    },
}
"""What differs for what is no element; empty for an option that it has."""

OPTIONS: Final[Mapping[str, str]] = {"headers": "header", "data_json": "data-json"}
"""How an option is written that has another name in Python."""


class ElementKind(TextParameter):
    """
    What a page loads, as HTML, CSS and developer tools call it.
    """

    name = "element"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """
        Return the word of `ELEMENTS`; click reports a wrong one, and what to give for it.
        """
        word = str(value).lower().strip("<>")
        word = OTHER_NAMES.get(word, word)
        if word not in ELEMENTS:
            hint = f"{HINTS[word]}; " if word in HINTS else ""
            self.fail(
                f"{value!r} is nothing that a page loads here: {hint}give one of {', '.join(ELEMENTS)}", param, ctx
            )
        return word


def refuse_attributes_of_elements(options: Mapping[str, Any]) -> None:
    """
    Refuse the attributes of elements where a script asks.

    Raises:
        click.BadParameter: One of them was given.
    """
    for name in BOTH:
        if options[name] is not None:
            raise bad_value(
                f"--{name}", "it is an attribute of elements; say which one, such as --as image or --as script"
            )


def load_of_page(page: Page, url: URL, options: Mapping[str, Any]) -> Callable[[], LoadResult]:
    """
    Return the load that the page begins.

    Raises:
        click.BadParameter: An option is none of this element.
    """
    kind = options["as_"]
    element = ELEMENTS[kind]
    # NB: what a recorded request has beside its URL, the browser has set.
    if options["pasted"] is None:
        method = "POST" if kind in ("beacon", "ping") else "GET"
        if options["method"] not in (None, method):
            what = "elements ask" if kind not in CHANNELS else f"--as {kind} asks"
            raise bad_value("--request", f"{what} by {method}, not by {options['method']}")
        for name, instead in {**OF_FETCH, **OF_CHANNELS.get(kind, {})}.items():
            if options[name] and instead and not (name == "credentials" and options["pasted_cookies"]):
                raise bad_value(f"--{OPTIONS.get(name, name)}", f"with --as {kind}, {instead}")
    for name in BOTH:
        if options[name] is not None and name not in element.takes:
            raise bad_value(f"--{name}", f"{kind} has no such attribute")
    given = {name: options[name] for name in BOTH if options[name] is not None}
    if options["referrer_policy"] is not None and options["pasted"] is None:
        if kind not in WITH_REFERRER_POLICY:
            raise bad_value("--referrer-policy", f"{kind} has no such attribute")
        given["referrer_policy"] = options["referrer_policy"]
    if kind == "event-source":
        return lambda: _first_event(page, url, with_credentials=options["credentials"] == "include")
    if kind == "beacon":
        data = body_of(dict(options))
        return lambda: page.beacon(url.href, data)
    load: Callable[..., LoadResult] = getattr(page, element.method)
    return lambda: load(url.href, **element.attributes, **given)


def _first_event(page: Page, url: URL, *, with_credentials: bool) -> LoadResult:
    """
    Listen to an event source up to its first event.
    """
    with page.event_source(url.href, with_credentials=with_credentials) as source:
        source.next()
        return source.connections[-1]
