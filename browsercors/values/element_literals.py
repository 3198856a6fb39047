"""
The words that arguments of loads take, beside those of `literals`.

NB: a module of its own, since a page that only fetches needs none of them.
"""

from typing import Literal, TypeAlias

__all__ = [
    "ElementEvent",
    "ElementName",
    "ImageProperty",
    "ImportType",
    "MediaElement",
    "ScriptType",
    "UpdateViaCache",
    "WorkerCredentials",
]

ElementName: TypeAlias = Literal[
    "image",
    "css-image",
    "script",
    "module",
    "stylesheet",
    "css-import",
    "font",
    "media",
    "track",
    "preload",
    "modulepreload",
    "prefetch",
    "manifest",
    "event-source",
    "beacon",
    "service-worker",
    "ping",
    "worker",
    "shared-worker",
    "imported-script",
    "websocket",
]
"""What elements and style sheets load, and what scripts ask for by other means than `fetch()`."""

ElementEvent: TypeAlias = Literal["load", "error"]
"""What an element says when a load has ended."""

MediaElement: TypeAlias = Literal["audio", "video"]

ScriptType: TypeAlias = Literal["classic", "module"]

WorkerCredentials: TypeAlias = Literal["omit", "same-origin", "include"]
"""https://html.spec.whatwg.org/#workeroptions"""

ImportType: TypeAlias = Literal["json", "css"]
"""What `import(url, {with: {type: ...}})` takes."""

UpdateViaCache: TypeAlias = Literal["imports", "all", "none"]
"""Whether the script of a service worker may come from the HTTP cache: `updateViaCache`."""

ImageProperty: TypeAlias = Literal[
    "background-image",
    "border-image-source",
    "list-style-image",
    "content",
    "cursor",
    "mask-image",
    "shape-outside",
    "clip-path",
    "filter",
]
"""The properties of CSS by which style sheets load images."""
