"""
How browsers differ in what `<link>` preloads, and in which later request is served from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import attrs

from browsercors.values.records import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from browsercors.rules.elements.request_setup import RequestSetup
    from browsercors.values.element_literals import ElementEvent
    from browsercors.values.findings import Reason
    from browsercors.values.formats.javascript_imports import ModuleKind
    from browsercors.values.requests import Request

__all__ = ["PreloadKey", "PreloadRules"]


class PreloadKey(NamedTuple):
    """
    What a preload and the request that uses it have in common.

    Attributes:
        url: The URL asked for.
        destination: The destination; "module" where a browser tells modules from scripts.
        mode: The mode of the request.
        credentials_mode: Its credentials mode, as far as it matters.

    https://html.spec.whatwg.org/#preload-key
    """

    url: str
    destination: str
    mode: str
    credentials_mode: str


@attrs.frozen(eq=False, repr=False)
class PreloadRules(Rules):
    """
    What is preloaded, and what is served from it.

    Attributes:
        destinations: The values of `as` that `<link rel=preload>` does something for, with the destination it asks for;
            an empty destination is that of `fetch()`.
        module_kinds: The values of `as` that `<link rel=modulepreload>` takes, with the kind of module;
            None for one that fires `error`.
        other_module_kind: The kind of module for any other value; None if those fire `error`.
        events: What fires for a value of `as` that is not preloaded; for others nothing does.
        font: How a font without `crossorigin` is asked for; None for no-cors, with cookies.
        key: Returns the key of a request.
        may_serve: Whether a preload may serve a request of its key.
        checks_integrity_late: The destinations for which a preload serves requests of whatever integrity, which is
            checked then.
        ignores_integrity: Whether the preload's own integrity is ignored.
        ignores_types: Whether nothing looks at the type of a preload, or of a module ahead, before it is used.
        judges_users: Whether what uses a preload makes CORS check and tainting of its own of the response.
        folds_case: Whether the letters of `as` may be in any case.
        remembers_failure: Whether a preload that failed for this reason lets what uses it fail with it.
        keeps_failed_modules: Whether a module that failed to be loaded ahead fails once more for what imports it.
        asks_again_for_modules: Whether a `modulepreload` asks for a module that the page has loaded already.
        module_again_needs_attribute: Whether a `modulepreload` of a module that the page has already fails if its
            `crossorigin` is another than that of the first.
        fires_load_for: Whether what failed to be loaded ahead, for this reason, fires `load` all the same.
        needs_ok_status: The destinations whose preloads fail unless the status is an ok status; "prefetch" for what is
            prefetched.
        looked_at: The destinations whose preloads fail if what came is not of that kind.
        keeps_images: Whether an image that a preload served is in the page's list of available images.
    """

    destinations: Mapping[str, str]
    module_kinds: Mapping[str, ModuleKind | None]
    key: Callable[[Request], PreloadKey]
    may_serve: Callable[[Request], bool]
    remembers_failure: Callable[[Request, Reason], bool]
    fires_load_for: Callable[[Request, Reason], bool]
    other_module_kind: ModuleKind | None = None
    events: Mapping[str, ElementEvent] = attrs.field(factory=dict)
    font: RequestSetup | None = None
    checks_integrity_late: frozenset[str] = frozenset()
    ignores_integrity: bool = False
    ignores_types: bool = False
    judges_users: bool = False
    folds_case: bool = True
    needs_ok_status: frozenset[str] = frozenset()
    keeps_failed_modules: bool = False
    asks_again_for_modules: bool = False
    module_again_needs_attribute: bool = False
    looked_at: frozenset[str] = frozenset()
    keeps_images: bool = True

    def module_kind(self, as_: str) -> ModuleKind | None:
        """
        Return the kind of module that a `modulepreload` asks for; None if it asks for nothing.
        """
        return self.module_kinds.get(as_.lower(), self.other_module_kind)

    def destination_of(self, as_: str) -> str | None:
        """
        Return the destination that a value of `as` asks for; None if nothing is preloaded for it.
        """
        return self.destinations.get(as_.lower() if self.folds_case else as_)
