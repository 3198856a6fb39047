"""
What elements and style sheets load, as topics: each with the elements whose requests are shown with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from browsercors.pasted.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LOAD_TOPICS", "SHOWN_LOADS", "ShownLoad"]


class ShownLoad(NamedTuple):
    """
    A load whose request is shown.

    Attributes:
        method: The method of `Page` that begins it.
        body: The first bytes of something that it can use.
        content_type: Its type.
        attributes: What the method is called with.
    """

    method: str
    body: str
    content_type: str
    attributes: Mapping[str, Any] = {}

    def with_attributes(self, **attributes: Any) -> ShownLoad:
        """
        Return the same load with more attributes.
        """
        return self._replace(attributes={**self.attributes, **attributes})


IMAGE: Final = ShownLoad("image", "GIF89a, small", "image/gif")
SCRIPT: Final = ShownLoad("script", "", "text/javascript")
SHEET: Final = ShownLoad("stylesheet", "", "text/css")
FONT: Final = ShownLoad("font", "ttcf", "font/collection")
VIDEO: Final = ShownLoad("media", "OggS\0", "video/ogg", {"element": "video"})
TRACK: Final = ShownLoad("track", "WEBVTT", "text/vtt")
PRELOADS: Final = (
    FONT._replace(method="preload", attributes={"as_": "font"}),
    IMAGE._replace(method="preload", attributes={"as_": "image"}),
    ShownLoad("preload", "", "text/plain", {"as_": "fetch"}),
)
MODULEPRELOAD: Final = ShownLoad("modulepreload", "", "text/javascript")
PREFETCH: Final = ShownLoad("prefetch", "", "text/html")
MANIFEST: Final = ShownLoad("manifest", "{}", "application/manifest+json")


def _by_crossorigin(load: ShownLoad) -> tuple[ShownLoad, ...]:
    return (
        load,
        load.with_attributes(crossorigin="anonymous"),
        load.with_attributes(crossorigin="use-credentials"),
    )


SHOWN_LOADS: Final[Mapping[str, tuple[ShownLoad, ...]]] = {
    "image": (*_by_crossorigin(IMAGE), IMAGE.with_attributes(css_property="background-image"),
              IMAGE.with_attributes(css_property="mask-image")),
    "canvas": _by_crossorigin(IMAGE),
    "script": _by_crossorigin(SCRIPT),
    "module": (SCRIPT.with_attributes(type="module"),
               SCRIPT.with_attributes(type="module", crossorigin="use-credentials")),
    "stylesheet": _by_crossorigin(SHEET),
    "font": (FONT,),
    "video": _by_crossorigin(VIDEO),
    "track": (TRACK, TRACK.with_attributes(crossorigin="anonymous")),
    "preload": tuple(
        load.with_attributes(crossorigin=crossorigin) for load in PRELOADS for crossorigin in (None, "anonymous")
    ),
    "modulepreload": (MODULEPRELOAD,),
    "prefetch": (PREFETCH,),
    "manifest": (MANIFEST, MANIFEST.with_attributes(crossorigin="use-credentials")),
    "crossorigin": (*_by_crossorigin(IMAGE), FONT, SCRIPT.with_attributes(type="module")),
}  # fmt: skip
"""The loads that are shown with a topic, by its name."""

LOAD_TOPICS: Final = (
    Topic(
        name="image",
        meaning="Images of other origins are shown without CORS. Only a page that reads their pixels needs CORS. The "
        "status does not matter, if the body is an image.",
        remedy="To read the pixels on a canvas, write crossorigin on the element, and let the server allow the page.",
        source="https://html.spec.whatwg.org/#the-img-element",
        codes=("tainted-canvas", "content-not-usable", "opaque-response-blocked", "cross-origin-resource-policy"),
        aliases=("img", "<img>", "images", "background-image", "mask-image"),
    ),
    Topic(
        name="canvas",
        meaning="An image or a video of another origin that was loaded without CORS taints a canvas: its pixels cannot "
        "be read by getImageData(), toBlob(), toDataURL() or WebGL.",
        remedy='Load the image with crossorigin="anonymous", set before src, and let its server send '
        "Access-Control-Allow-Origin. A copy that was cached without that header has to go.",
        source="https://html.spec.whatwg.org/#security-with-canvas-elements",
        codes=("tainted-canvas", "cached-response"),
        aliases=("webgl", "todataurl", "toblob", "getimagedata", "<canvas>", "createimagebitmap"),
    ),
    Topic(
        name="script",
        meaning="Classic scripts of other origins run without CORS, but the page is told nothing of their errors. "
        "Integrity needs CORS as well.",
        remedy='Write crossorigin="anonymous" to see errors and to use integrity, and let the server allow the page.',
        source="https://html.spec.whatwg.org/#the-script-element",
        codes=("muted-errors", "nosniff", "mime-type-blocked", "integrity-mismatch", "status-not-ok"),
        aliases=("<script>", "scripts", "classic script"),
    ),
    Topic(
        name="module",
        meaning="Modules are always loaded with CORS, and so is what they import. They need the right media type.",
        remedy="Let the server of the module allow the page, and send text/javascript. Pages of file: URLs can load "
        "none: serve them over http.",
        source="https://html.spec.whatwg.org/#fetch-a-single-module-script",
        codes=("allow-origin-missing", "mime-type-blocked", "scheme-not-supported"),
        aliases=("type=module", "module script", "es module", "import", "import()"),
    ),
    Topic(
        name="stylesheet",
        meaning="Style sheets of other origins are applied without CORS, but no script may read their rules.",
        remedy='Write crossorigin="anonymous" on the link to read cssRules, and let the server allow the page.',
        source="https://html.spec.whatwg.org/#link-type-stylesheet",
        codes=("rules-not-readable", "mime-type-blocked", "nosniff", "status-not-ok"),
        aliases=("style", "style sheet", "stylesheets", "css", "cssrules", "@import"),
    ),
    Topic(
        name="font",
        meaning="Fonts are always loaded with CORS, and without cookies for other origins. WebKitGTK alone does not.",
        remedy="Let the server of the font send Access-Control-Allow-Origin: *. A preload of it needs crossorigin.",
        source="https://drafts.csswg.org/css-fonts-4/#font-fetching-requirements",
        codes=("allow-origin-missing", "font-needs-cors", "preload-not-used", "content-not-usable"),
        aliases=("fonts", "webfont", "web font", "@font-face", "font-face", "woff", "woff2"),
    ),
    Topic(
        name="video",
        meaning="Audio and video of other origins play without CORS; they taint a canvas, and Web Audio hears silence.",
        remedy='Write crossorigin="anonymous" on the element where frames or sound are read.',
        source="https://html.spec.whatwg.org/#media-elements",
        codes=("tainted-canvas", "content-not-usable"),
        aliases=("audio", "media", "<video>", "<audio>", "web audio"),
    ),
    Topic(
        name="track",
        meaning="A track comes from the page's own origin, unless the media element around it has crossorigin.",
        remedy="Write crossorigin on the <video>, and let the server of the track allow the page.",
        source="https://html.spec.whatwg.org/#the-track-element",
        codes=("same-origin-mode", "allow-origin-missing"),
        aliases=("<track>", "subtitles", "captions", "webvtt", "vtt"),
    ),
    Topic(
        name="preload",
        meaning="A preload serves a later load only if both ask alike: the same URL, as, crossorigin and integrity.",
        remedy="Repeat the crossorigin of what uses it. Fonts and fetch() need it, images and classic scripts do not "
        "unless they have it themselves.",
        source="https://html.spec.whatwg.org/#link-type-preload",
        codes=("preload-not-used", "load-not-supported"),
        aliases=("rel=preload", "link preload", "preloads", "preloaded-twice", "loaded twice"),
    ),
    Topic(
        name="modulepreload",
        meaning="A module that is loaded for later, always with CORS.",
        source="https://html.spec.whatwg.org/#link-type-modulepreload",
        codes=("allow-origin-missing", "mime-type-blocked"),
        aliases=("rel=modulepreload",),
    ),
    Topic(
        name="prefetch",
        meaning="Something that is loaded for the next page. Chromium and Firefox do it; WebKit does not.",
        source="https://html.spec.whatwg.org/#link-type-prefetch",
        codes=("load-not-supported",),
        aliases=("rel=prefetch", "sec-purpose"),
    ),
    Topic(
        name="manifest",
        meaning="The manifest of a web application is loaded with CORS, and without cookies.",
        remedy='If it needs cookies, write crossorigin="use-credentials" on its link.',
        source="https://html.spec.whatwg.org/#link-type-manifest",
        codes=("allow-origin-missing", "load-not-supported"),
        aliases=("rel=manifest", "webmanifest", "manifest.json"),
    ),
    Topic(
        name="worker",
        meaning="The script of a worker comes from the page's own origin, which no header can change. What the worker "
        "asks for itself is under the Content-Security-Policy that came with that script.",
        remedy="Serve the script from the page's own origin, or start a worker from a blob that runs importScripts().",
        source="https://html.spec.whatwg.org/#dom-worker",
        codes=("same-origin-mode", "mime-type-blocked", "content-security-policy", "shared-worker-mismatch"),
        aliases=("web worker", "webworker", "workers", "new worker()", "sharedworker", "shared worker", "worker-src"),
    ),
    Topic(
        name="importscripts",
        meaning="importScripts() in a classic worker asks without CORS, from any origin, and with cookies. Unlike "
        "<script> it runs nothing that is not sent as JavaScript.",
        remedy="Have the server send text/javascript. A module worker has import in its place, which needs CORS.",
        source="https://html.spec.whatwg.org/#dom-workerglobalscope-importscripts",
        codes=("mime-type-blocked", "status-not-ok", "content-security-policy", "muted-errors"),
        aliases=("importscripts()", "import scripts"),
    ),
    Topic(
        name="crossorigin",
        meaning="The attribute by which an element asks with CORS: anonymous sends no cookies to other origins, "
        "use-credentials does. An empty value, and any other, is anonymous.",
        remedy="With the attribute the server has to allow the page, or the element fires error. Without it the page "
        "may not look into what it has loaded.",
        source="https://html.spec.whatwg.org/#cors-settings-attributes",
        codes=("tainted-canvas", "muted-errors", "rules-not-readable", "allow-origin-missing"),
        aliases=("crossorigin attribute", "crossorigin=anonymous", "anonymous", "use-credentials"),
    ),
    Topic(
        name="opaque-response-blocking",
        meaning="The page loaded something without CORS, as <img> and <script> do, that is no image, media, script or "
        "style sheet, such as JSON or an HTML error page. The browser keeps it out of the page's process.",
        remedy="Look at what the URL really answers: an error page is likely. Data is loaded by fetch(), with CORS.",
        source="https://github.com/annevk/orb",
        codes=("opaque-response-blocked", "content-not-usable", "nosniff"),
        aliases=("orb", "corb", "cross-origin-read-blocking"),
    ),
    Topic(
        name="muted-script-error",
        meaning="An error in a script of another origin that was loaded without CORS: its details are kept from the "
        "page.",
        remedy='Load the script with crossorigin="anonymous", and let its server send Access-Control-Allow-Origin.',
        source="https://html.spec.whatwg.org/#muted-errors",
        codes=("muted-errors",),
        aliases=("script error",),
    ),
    Topic(
        name="timing-allow-origin",
        meaning="The response header by which a server lets pages of other origins see how long its response took and "
        "how large it was (Resource Timing). Every response of a redirect chain needs it. It has nothing to do with "
        "reading the response.",
        remedy="Send Timing-Allow-Origin: * for public files, or the page's origin, in the same case and without a "
        "slash at the end.",
        source="https://w3c.github.io/resource-timing/#sec-timing-allow-origin",
        aliases=("tao", "resource timing", "performanceresourcetiming"),
    ),
)
