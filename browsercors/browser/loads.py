"""
The results of what elements and style sheets load: what the page can see of it.

Nothing is decoded and no script runs. What a body is, its type and its first bytes say.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypedDict

from browsercors.browser.result import CORSBlocked, FetchBlocked, PageResult
from browsercors.initiators.elements.trees import sheet_of
from browsercors.values.arguments import NamedOtherwise
from browsercors.values.findings import Reason
from browsercors.values.requests import RequestMode
from browsercors.values.responses import FilteredResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Self, Unpack

    from browsercors.explain.report import Report
    from browsercors.initiators.elements.load import Load
    from browsercors.initiators.elements.potential_cors import Sheet
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.element_literals import ElementEvent
    from browsercors.values.findings import Block
    from browsercors.values.literals import BrowserName
    from browsercors.values.origin_patterns import OriginMatcher

__all__ = [
    "FontResult",
    "ImageResult",
    "LoadResult",
    "ManifestResult",
    "MediaResult",
    "PreloadResult",
    "ReportOptions",
    "ScriptResult",
    "StylesheetResult",
    "TrackResult",
]


LINKS: Final = frozenset({"stylesheet", "preload", "modulepreload", "prefetch", "manifest"})
"""The loads of `<link>`."""


class ReportOptions(TypedDict, total=False):
    """
    The options of `report`, for those that pass them on.
    """

    browsers: Sequence[BrowserName | BrowserProfile] | None
    compare: bool
    allowed_origins: str | OriginMatcher | Iterable[str | OriginMatcher] | None


class LoadResult(NamedOtherwise, PageResult):
    """
    The result of a load; only ever one of its subclasses.

    Attributes:
        loaded: Whether the element has what it asked for.
        readable: Whether a script may look into it as well: at pixels, rules and errors.
    """

    _shown_in_data: ClassVar[tuple[str, ...]] = ()
    """What only results of this class have."""

    _habits = "LOAD_HABITS"

    def __init__(self, load: Load, profiles: tuple[BrowserProfile, ...]) -> None:
        super().__init__(load.params, load.response, profiles)
        self._load = load
        self.loaded: bool = not load.response.is_network_error and load.response.body_failure is None
        self.readable: bool = self.loaded and not self._is_opaque

    @property
    def event(self) -> ElementEvent | None:
        """
        The event that the element fires: "load" or "error"; None where it says nothing.
        """
        call = self._params.element_call
        # NB: a link that leads nowhere is none (https://html.spec.whatwg.org/#create-a-link-request).
        if not call.url and call.api in LINKS:
            return None
        return "load" if self._load.fires_load else "error"

    @property
    def _is_opaque(self) -> bool:
        """
        Whether the page was given something that it may not look into.
        """
        return isinstance(self._response, FilteredResponse) and self._response.type == "opaque"

    @property
    def url(self) -> str:
        """
        The URL that was asked for, without what redirects made of it; `currentSrc` for an image.
        """
        return self._params.request.url_list[0].href

    def raise_for_error(self) -> Self:
        """
        Return this result if the element has what it asked for, even if no script may look into it.

        Raises:
            CORSBlocked: The CORS protocol decided against it.
            FetchBlocked: It failed for another reason.
        """
        __tracebackhide__ = True
        if self.block is None:
            return self
        raise (CORSBlocked if self.block.is_cors else FetchBlocked)(self)

    def to_dict(self) -> dict[str, Any]:
        """
        Return everything as JSON-serialisable data, with what was loaded because of it. Equal loads give equal data.
        """
        return {
            "browser": self.browser_name,
            "page_origin": self.page_origin,
            "load": self._params.element_call.api,
            "url": self.url,
            "loaded": self.loaded,
            "readable": self.readable,
            "event": self.event,
            **self._own_data(),
            **self._verdict_as_data(),
        }

    def _own_data(self) -> dict[str, Any]:
        """
        Return what only results of this class have, as data.
        """
        shown = {name: getattr(self, name) for name in self._shown_in_data}
        return {
            name: [each.to_dict() for each in value] if isinstance(value, list) else value
            for name, value in shown.items()
        }

    def __repr__(self) -> str:
        name = type(self).__name__
        if self.block is not None:
            return f"<{name} blocked: {self.block.reason.value}>"
        return f"<{name} {self._shown()} {self.url}>"

    def _shown(self) -> str:
        return "loaded"


class ImageResult(LoadResult):
    """
    The result of `page.image()`.
    """

    _shown_in_data: ClassVar[tuple[str, ...]] = ("tainted",)

    @property
    def tainted(self) -> bool:
        """
        Whether the image spoils a canvas that it is drawn on.

        Reading such a canvas (`getImageData`, `toBlob`, `toDataURL`), using the image as a WebGL texture, and copying
        it out of an `ImageBitmap` throw a SecurityError. False for an image that is not loaded.
        """
        return self.loaded and (self._is_opaque or self._taints_by_its_url)

    @property
    def _taints_by_its_url(self) -> bool:
        """
        Whether a response that is not opaque has the URL of another origin, which only a service worker can do.
        """
        # PROFILE: Firefox looks at the URL.
        rules = self._params.user_agent.profile.initiators.service_workers
        request, urls = self._params.request, self._response.url_list
        if not rules.taints_other_urls or request.mode is not RequestMode.NO_CORS or not urls:
            return False
        return urls[-1].is_http and not urls[-1].origin.same_origin(request.origin)

    def _shown(self) -> str:
        return "tainted" if self.tainted else "loaded"


class ScriptResult(LoadResult):
    """
    The result of `page.script()`.

    Attributes:
        imports: The modules that the script imports, in order; none for a classic script.
    """

    _shown_in_data: ClassVar[tuple[str, ...]] = ("executed", "muted_errors", "muted_thrown_errors", "imports")

    def __init__(self, load: Load, profiles: tuple[BrowserProfile, ...]) -> None:
        super().__init__(load, profiles)
        self.imports: list[ScriptResult] = [ScriptResult(child, profiles) for child in load.children]
        self._has_come = self.loaded
        # NB: a module runs only with everything that it imports.
        self.loaded: bool = self.loaded and load.fires_load

    @cached_property
    def block(self) -> Block | None:
        """
        None, or the one rule that stood in the way: of the script, or of the first import that failed.
        """
        return super().block if self._failed_import is None else self._failed_import.block

    @cached_property
    def _failed_import(self) -> ScriptResult | None:
        """
        None, or the first import that failed, if that is what kept the script from running.
        """
        return next((each for each in self.imports if each.block is not None), None) if self._has_come else None

    def report(self, **options: Unpack[ReportOptions]) -> Report:
        """
        Return the report, as other results do: of the script, or of the first import that failed.
        """
        failed = self._failed_import
        return super().report(**options) if failed is None else failed.report(**options)

    @property
    def executed(self) -> bool:
        """
        Whether the browser runs it. What it does then, even a syntax error, is not simulated.

        A module runs once: one that the page has already does not run again. Nor does one that imports something by a
        name that is no URL.
        """
        return self._load.fires_load and not any(
            "unresolved" in finding.evidence or finding.evidence.get("evaluated") for finding in self.findings
        )

    @property
    def muted_errors(self) -> bool:
        """
        Whether `window.onerror` is told no more of the script's errors than "Script error.".

        In Firefox that is so of syntax errors, and of what is thrown and is no `Error`; see `muted_thrown_errors`.
        """
        rules = self._params.user_agent.profile.initiators
        return (
            self.loaded
            and self._params.element_call.api == "script"
            and rules.is_muted(self._params.request, self._response.type)
        )

    @property
    def muted_thrown_errors(self) -> bool:
        """
        Whether that goes for an `Error` that the script throws as well.
        """
        return self.muted_errors and self._params.user_agent.profile.initiators.mutes_thrown_errors

    def _shown(self) -> str:
        return "muted" if self.muted_errors else "executed" if self.executed else "not executed"


class StylesheetResult(LoadResult):
    """
    The result of `page.stylesheet()`.

    Attributes:
        imports: The style sheets that it imports, in order.
        fonts: The fonts of its `@font-face` rules, in order.
    """

    _shown_in_data: ClassVar[tuple[str, ...]] = ("applied", "rules_readable", "imports", "fonts")

    def __init__(self, load: Load, profiles: tuple[BrowserProfile, ...]) -> None:
        super().__init__(load, profiles)
        self.imports: list[StylesheetResult] = []
        self.fonts: list[FontResult] = []
        for child in load.children:
            if child.params.element_call.api == "font":
                self.fonts.append(FontResult(child, profiles))
            else:
                self.imports.append(StylesheetResult(child, profiles))

    def raise_for_error(self) -> Self:
        """
        Return this result if the sheet is applied, and so is all that it imports.

        Raises:
            CORSBlocked: The CORS protocol decided against it.
            FetchBlocked: It failed for another reason, or one of the sheets that it imports did.
        """
        __tracebackhide__ = True
        super().raise_for_error()
        for imported in self.imports:
            imported.raise_for_error()
        return self

    @property
    def applied(self) -> bool:
        """
        Whether the page is styled by it.
        """
        return self.loaded

    @property
    def rules_readable(self) -> bool:
        """
        Whether a script may read `cssRules`; for an opaque sheet that throws a SecurityError.
        """
        return self.readable

    @property
    def sheet(self) -> Sheet:
        """
        What the images and fonts of the sheet show of it; for `page.image` and `page.font`.
        """
        return sheet_of(self._params, self._response)

    def _shown(self) -> str:
        return "applied"


class FontResult(LoadResult):
    """
    The result of `page.font()`.
    """


class MediaResult(LoadResult):
    """
    The result of `page.media()`.

    Attributes:
        ranges: The later requests, each for the rest of the file from some byte on; in order.
    """

    _shown_in_data: ClassVar[tuple[str, ...]] = ("tainted", "ranges")

    def __init__(self, load: Load, profiles: tuple[BrowserProfile, ...]) -> None:
        super().__init__(load, profiles)
        self.ranges: list[MediaResult] = [MediaResult(child, profiles) for child in load.children]

    @property
    def tainted(self) -> bool:
        """
        Whether a frame of it spoils a canvas, and Web Audio hears silence; see `ImageResult.tainted`.
        """
        return self.loaded and self._is_opaque

    def _shown(self) -> str:
        return "tainted" if self.tainted else "loaded"


class TrackResult(LoadResult):
    """
    The result of `page.track()`.
    """


class ManifestResult(LoadResult):
    """
    The result of `page.manifest()`.
    """

    @property
    def event(self) -> ElementEvent | None:
        """
        Always None: nothing tells a page what became of its manifest.
        """
        return None


class PreloadResult(LoadResult):
    """
    The result of `page.preload()`, `page.modulepreload()` and `page.prefetch()`.
    """

    _shown_in_data: ClassVar[tuple[str, ...]] = ("used",)

    @property
    def event(self) -> ElementEvent | None:
        """
        The event that the element fires: "load" or "error"; None where the browser does nothing for it.
        """
        call = self._params.element_call
        rules = self._params.user_agent.profile.initiators.preloads
        if self.block is None or self.block.reason is not Reason.LOAD_NOT_SUPPORTED:
            # PROFILE: of some failures Firefox says that it has tried.
            is_hidden = self.block is not None and rules.fires_load_for(self._params.request, self.block.reason)
            # PROFILE: and of a module that the page has already, that it has not.
            is_unheard = any(finding.evidence.get("fires") == "error" for finding in self._params.findings)
            return "error" if is_unheard else "load" if is_hidden else super().event
        # PROFILE: Firefox fires an event for some values of `as` that it does not preload.
        if call.api == "modulepreload":
            return "error"
        return rules.events.get(call.options.get("as_", "").lower()) if call.api == "preload" else None

    @property
    def used(self) -> bool:
        """
        Whether a later load of the page was served from it. It can serve one load.
        """
        preload = self._params.preload
        return preload is not None and preload.was_used
