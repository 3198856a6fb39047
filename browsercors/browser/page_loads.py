"""
What a page loads by elements and style sheets.

Each method sends what the browser would send, and ends in what the page can see of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast

from browsercors.browser.channels.page_channels import PageChannels
from browsercors.browser.loads import (
    FontResult,
    ImageResult,
    ManifestResult,
    MediaResult,
    PreloadResult,
    ScriptResult,
    StylesheetResult,
    TrackResult,
)
from browsercors.browser.loads_page import naming_what_is_near
from browsercors.browser.service_workers.page import AsyncPageServiceWorkers, PageServiceWorkers
from browsercors.initiators.elements.calls import (
    checked_seek_to,
    element_call,
    image_call,
    import_call,
    in_sheet,
    media_call,
    script_call,
)
from browsercors.initiators.elements.load import load_one
from browsercors.initiators.elements.trees import (
    load_image,
    load_media,
    load_script,
    load_stylesheet,
    preload_module,
)
from browsercors.values.arguments import checked_instance

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from browsercors.browser.channels.event_source import AsyncEventSource
    from browsercors.browser.channels.websocket import AsyncWebSocket
    from browsercors.browser.workers.worker import AsyncWorker
    from browsercors.initiators.bodies.blob import Blob
    from browsercors.initiators.elements.potential_cors import Sheet
    from browsercors.values.element_literals import (
        ImageProperty,
        ImportType,
        MediaElement,
        ScriptType,
        WorkerCredentials,
    )

__all__ = ["AsyncPageLoads", "PageLoads"]

ResultT = TypeVar("ResultT")
ParametersT = ParamSpec("ParametersT")


def _sheet_of(stylesheet: StylesheetResult | None) -> Sheet | None:
    """
    Return what images and fonts show of the sheet that they stand in.

    Raises:
        ArgumentTypeError: It is no result of a style sheet.
    """
    if stylesheet is None:
        return None
    return checked_instance("stylesheet", stylesheet, StylesheetResult, "what page.stylesheet() returns").sheet


class PageLoads(PageChannels, PageServiceWorkers):
    """
    The loads of a `Page`.
    """

    @naming_what_is_near
    def image(
        self,
        url: str = "",
        *,
        crossorigin: str | None = None,
        srcset: str = "",
        referrer_policy: str = "",
        css_property: ImageProperty | None = None,
        stylesheet: StylesheetResult | None = None,
    ) -> ImageResult:
        """
        Load an image, as `<img>` does or a style sheet.

        Args:
            url: The `src` attribute: absolute, or relative to the page.
            crossorigin: The attribute: "anonymous", "use-credentials" or None for none. Browsers take any other text
                for "anonymous".
            srcset: The attribute. Of its images the one is loaded that suits a screen with one pixel to a CSS pixel,
                1,280 of them wide.
            referrer_policy: The `referrerpolicy` attribute.
            css_property: For an image of a style sheet, the property that it stands in, such as "background-image",
                "mask-image" or "shape-outside". There are no attributes then.
            stylesheet: The style sheet that it stands in, to which *url* is relative; by default the page itself.

        Raises:
            FetchTypeError: The URL is no str.
            TypeError: An argument has the wrong type.
            ValueError: *css_property* is none of these, or an attribute is given as well.

        https://html.spec.whatwg.org/#the-img-element
        """
        return self._load(
            load_image(
                self._begin,
                image_call(
                    url,
                    css_property,
                    _sheet_of(stylesheet),
                    {"crossorigin": crossorigin, "srcset": srcset, "referrer_policy": referrer_policy},
                ),
                self._available,
            ),
            ImageResult,
        )

    @naming_what_is_near
    def script(
        self,
        url: str,
        *,
        type: ScriptType = "classic",  # noqa: A002 - what the attribute is called
        crossorigin: str | None = None,
        integrity: str = "",
        nonce: str = "",
        referrer_policy: str = "",
    ) -> ScriptResult:
        """
        Load a script, as `<script src>` does.

        Args:
            url: The `src` attribute.
            type: "classic" or "module".
            crossorigin: The attribute, as for `image`.
            integrity: The attribute, such as "sha256-...".
            nonce: The attribute, which a policy of the page may ask for.
            referrer_policy: The `referrerpolicy` attribute.

        Raises:
            FetchTypeError: The URL is no str.
            TypeError: An argument has the wrong type.
            ValueError: *type* is neither "classic" nor "module".

        https://html.spec.whatwg.org/#the-script-element
        """
        return self._load(
            load_script(
                self._begin,
                script_call(
                    url,
                    type,
                    {
                        "crossorigin": crossorigin,
                        "integrity": integrity,
                        "nonce": nonce,
                        "referrer_policy": referrer_policy,
                    },
                ),
                self._own_modules(),
            ),
            ScriptResult,
        )

    @naming_what_is_near
    def import_module(self, url: str, *, type: ImportType | None = None) -> ScriptResult:  # noqa: A002 - see `script`
        """
        Import a module, as `import(url)` in a script of the page does.

        Args:
            url: Absolute, or relative to the page if it begins with `/`, `./` or `../`. Anything else is a bare
                specifier, which needs an import map: `import()` throws a TypeError, and nothing is sent.
            type: The `type` of `import(url, {with: {type: ...}})`: "json" or "css"; None for a script.

        Raises:
            FetchTypeError: The URL is no str.
            ValueError: *type* is none of these.

        https://html.spec.whatwg.org/#fetch-an-import()-module-script-graph
        """
        return self._load(load_script(self._begin, import_call(url, type), self._own_modules()), ScriptResult)

    @naming_what_is_near
    def stylesheet(
        self,
        url: str,
        *,
        crossorigin: str | None = None,
        integrity: str = "",
        nonce: str = "",
        referrer_policy: str = "",
    ) -> StylesheetResult:
        """
        Load a style sheet, as `<link rel=stylesheet>` does, with what it imports and its fonts.

        Args:
            url: The `href` attribute.
            crossorigin: The attribute, as for `image`.
            integrity: The attribute, such as "sha256-...".
            nonce: The attribute, which a policy of the page may ask for.
            referrer_policy: The `referrerpolicy` attribute.

        Raises:
            FetchTypeError: The URL is no str.
            TypeError: An argument has the wrong type.

        https://html.spec.whatwg.org/#link-type-stylesheet
        """
        return self._load(
            load_stylesheet(
                self._begin,
                element_call(
                    "stylesheet",
                    url,
                    {
                        "crossorigin": crossorigin,
                        "integrity": integrity,
                        "nonce": nonce,
                        "referrer_policy": referrer_policy,
                    },
                ),
                self._available,
            ),
            StylesheetResult,
        )

    @naming_what_is_near
    def font(self, url: str, *, stylesheet: StylesheetResult | None = None) -> FontResult:
        """
        Load a font, as `@font-face` and `FontFace.load()` do.

        Args:
            url: Absolute, or relative to the page, or to *stylesheet*.
            stylesheet: The style sheet that has the `@font-face` rule; by default one in the page itself.

        Raises:
            FetchTypeError: The URL is no str.
            TypeError: An argument has the wrong type.

        https://drafts.csswg.org/css-fonts-4/#font-fetching-requirements
        """
        return self._load(
            load_one(self._begin, in_sheet("font", url, _sheet_of(stylesheet), {})),
            FontResult,
        )

    @naming_what_is_near
    def media(
        self, url: str, *, element: MediaElement = "video", crossorigin: str | None = None, seek_to: Iterable[int] = ()
    ) -> MediaResult:
        """
        Load audio or video until its metadata is there, with later parts of it.

        Args:
            url: The `src` attribute.
            element: "audio" or "video".
            crossorigin: The attribute, as for `image`.
            seek_to: The bytes at which later requests begin, as when a visitor seeks.

        Raises:
            FetchTypeError: The URL is no str.
            TypeError: An argument has the wrong type.
            ValueError: *element* is neither "audio" nor "video", or something in *seek_to* is no number of bytes.

        https://html.spec.whatwg.org/#media-elements
        """
        return self._load(
            load_media(self._begin, media_call(url, element, {"crossorigin": crossorigin}), checked_seek_to(seek_to)),
            MediaResult,
        )

    @naming_what_is_near
    def track(self, url: str, *, crossorigin: str | None = None) -> TrackResult:
        """
        Load subtitles, as a `<track>` of audio or video does.

        Args:
            url: The `src` attribute.
            crossorigin: The attribute of the media element around it, as for `image`. Without it, only the page's own
                origin will do.

        Raises:
            FetchTypeError: The URL is no str.
            TypeError: An argument has the wrong type.

        https://html.spec.whatwg.org/#the-track-element
        """
        return self._load(load_one(self._begin, element_call("track", url, {"crossorigin": crossorigin})), TrackResult)

    @naming_what_is_near
    def preload(
        self,
        url: str,
        *,
        as_: str,
        type: str = "",  # noqa: A002 - what the attribute is called
        crossorigin: str | None = None,
        integrity: str = "",
        nonce: str = "",
        referrer_policy: str = "",
    ) -> PreloadResult:
        """
        Load something for later, as `<link rel=preload>` does; a later load that asks for the same is served from it.

        Args:
            url: The `href` attribute.
            as_: The `as` attribute: "font", "image", "script", "style", "fetch" or "track".
            type: The attribute; a type that the browser does not know is not preloaded.
            crossorigin: The attribute, as for `image`. It has to be that of the later load.
            integrity: The attribute, such as "sha256-...".
            nonce: The attribute, which a policy of the page may ask for.
            referrer_policy: The `referrerpolicy` attribute.

        Raises:
            FetchTypeError: The URL is no str.
            TypeError: An argument has the wrong type.

        https://html.spec.whatwg.org/#link-type-preload
        """
        return self._load(
            load_one(
                self._begin,
                element_call(
                    "preload",
                    url,
                    {
                        "as_": as_,
                        "type": type,
                        "crossorigin": crossorigin,
                        "integrity": integrity,
                        "nonce": nonce,
                        "referrer_policy": referrer_policy,
                    },
                ),
            ),
            PreloadResult,
        )

    @naming_what_is_near
    def modulepreload(
        self,
        url: str,
        *,
        as_: str = "",
        crossorigin: str | None = None,
        integrity: str = "",
        nonce: str = "",
        referrer_policy: str = "",
    ) -> PreloadResult:
        """
        Load a module for later, as `<link rel=modulepreload>` does.

        Args:
            url: The `href` attribute.
            as_: The `as` attribute; empty for a script.
            crossorigin: The attribute, as for `image`.
            integrity: The attribute, such as "sha256-...".
            nonce: The attribute, which a policy of the page may ask for.
            referrer_policy: The `referrerpolicy` attribute.

        Raises:
            FetchTypeError: The URL is no str.
            TypeError: An argument has the wrong type.

        https://html.spec.whatwg.org/#link-type-modulepreload
        """
        return self._load(
            preload_module(
                self._begin,
                element_call(
                    "modulepreload",
                    url,
                    {
                        "as_": as_,
                        "crossorigin": crossorigin,
                        "integrity": integrity,
                        "nonce": nonce,
                        "referrer_policy": referrer_policy,
                    },
                ),
                self._own_modules(),
            ),
            PreloadResult,
        )

    @naming_what_is_near
    def prefetch(self, url: str, *, crossorigin: str | None = None, referrer_policy: str = "") -> PreloadResult:
        """
        Load something for the next page, as `<link rel=prefetch>` does.

        Args:
            url: The `href` attribute.
            crossorigin: The attribute, as for `image`.
            referrer_policy: The `referrerpolicy` attribute.

        Raises:
            FetchTypeError: The URL is no str.
            TypeError: An argument has the wrong type.

        https://html.spec.whatwg.org/#link-type-prefetch
        """
        return self._load(
            load_one(
                self._begin,
                element_call("prefetch", url, {"crossorigin": crossorigin, "referrer_policy": referrer_policy}),
            ),
            PreloadResult,
        )

    @naming_what_is_near
    def manifest(self, url: str, *, crossorigin: str | None = None) -> ManifestResult:
        """
        Load the manifest of a web application, as `<link rel=manifest>` does.

        Args:
            url: The `href` attribute.
            crossorigin: The attribute, as for `image`.

        Raises:
            FetchTypeError: The URL is no str.
            TypeError: An argument has the wrong type.

        https://html.spec.whatwg.org/#link-type-manifest
        """
        return self._load(
            load_one(self._begin, element_call("manifest", url, {"crossorigin": crossorigin})), ManifestResult
        )


def _awaited(
    load: Callable[Concatenate[PageLoads, ParametersT], ResultT],
) -> Callable[[Callable[..., None]], Callable[Concatenate[AsyncPageLoads, ParametersT], Awaitable[ResultT]]]:
    """
    Put *load* in the place of a method of an async page, where what it returns is awaited.
    """

    def decorate(_: object) -> Callable[Concatenate[AsyncPageLoads, ParametersT], Awaitable[ResultT]]:
        # NB: the page's `_load` makes the difference, and it is the same method.
        return cast("Callable[Concatenate[AsyncPageLoads, ParametersT], Awaitable[ResultT]]", load)

    return decorate


class AsyncPageLoads(AsyncPageServiceWorkers):
    """
    The loads of an `AsyncPage`: the methods of `PageLoads`, to be awaited.
    """

    @_awaited(PageLoads.image)
    def image(self) -> None:
        """
        Load an image, as `<img>` does or a style sheet.
        """

    @_awaited(PageLoads.script)
    def script(self) -> None:
        """
        Load a script, as `<script src>` does.
        """

    @_awaited(PageLoads.import_module)
    def import_module(self) -> None:
        """
        Import a module, as `import(url)` in a script of the page does.
        """

    @_awaited(PageLoads.stylesheet)
    def stylesheet(self) -> None:
        """
        Load a style sheet, as `<link rel=stylesheet>` does, with what it imports and its fonts.
        """

    @_awaited(PageLoads.font)
    def font(self) -> None:
        """
        Load a font, as `@font-face` and `FontFace.load()` do.
        """

    @_awaited(PageLoads.media)
    def media(self) -> None:
        """
        Load audio or video until its metadata is there, with later parts of it.
        """

    @_awaited(PageLoads.track)
    def track(self) -> None:
        """
        Load subtitles, as a `<track>` of audio or video does.
        """

    @_awaited(PageLoads.preload)
    def preload(self) -> None:
        """
        Load something for later, as `<link rel=preload>` does; a later load that asks for the same is served from it.
        """

    @_awaited(PageLoads.modulepreload)
    def modulepreload(self) -> None:
        """
        Load a module for later, as `<link rel=modulepreload>` does.
        """

    @_awaited(PageLoads.prefetch)
    def prefetch(self) -> None:
        """
        Load something for the next page, as `<link rel=prefetch>` does.
        """

    @_awaited(PageLoads.manifest)
    def manifest(self) -> None:
        """
        Load the manifest of a web application, as `<link rel=manifest>` does.
        """

    @_awaited(PageLoads.beacon)
    def beacon(self) -> None:
        """
        Send something of which the page does not want to hear again, as `navigator.sendBeacon()` does.
        """

    @_awaited(PageLoads.ping)
    def ping(self) -> None:
        """
        Send what a link with a `ping` attribute sends when somebody follows it.
        """

    if TYPE_CHECKING:

        async def worker(
            self,
            url: str | Blob,
            *,
            type: ScriptType = "classic",  # noqa: A002 - what the option is called
            credentials: WorkerCredentials = "same-origin",
            name: str = "",
        ) -> AsyncWorker:
            """
            Start a worker; see `PageLoads.worker`.
            """

        async def shared_worker(
            self,
            url: str | Blob,
            *,
            type: ScriptType = "classic",  # noqa: A002 - what the option is called
            credentials: WorkerCredentials = "same-origin",
            name: str = "",
        ) -> AsyncWorker:
            """
            Connect to a shared worker; see `PageLoads.shared_worker`.
            """

        async def event_source(
            self, url: str, *, with_credentials: bool = False, reconnections: int = 0
        ) -> AsyncEventSource:
            """
            Listen to a server; see `PageLoads.event_source`.
            """

        async def websocket(self, url: str, protocols: str | Iterable[str] = ()) -> AsyncWebSocket:
            """
            Open a WebSocket; see `PageLoads.websocket`.
            """
