"""
What a page has for its loads, in the place of which it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from browsercors.browser.clock import Clock
    from browsercors.fetch.params import UserAgent
    from browsercors.initiators.elements.load import Load, Loading
    from browsercors.initiators.elements.trees import Modules
    from browsercors.initiators.page_call import PageCall, PageFetchParams
    from browsercors.rules.profile import BrowserProfile

__all__ = ["LoadedAs", "LoadsPage"]

ResultT = TypeVar("ResultT")
LoadedAs: TypeAlias = "Callable[[Load, tuple[BrowserProfile, ...]], ResultT]"
"""Makes the result of a load that has ended."""


class LoadsPage:
    """
    What the page itself has for its loads.
    """

    _is_async: ClassVar[bool]
    """Whether what its methods return is awaited."""

    if TYPE_CHECKING:
        _clock: Clock
        _user_agent: UserAgent
        _run: Callable[[PageFetchParams], Any]
        _available_images: dict[Hashable, Load]

        def _own_modules(self) -> Modules:
            """
            Return the modules of the page.
            """

        def _begin(self, call: PageCall) -> PageFetchParams:
            """
            Begin a fetch of a load, now.
            """

        def _load(self, loading: Loading, result: LoadedAs[ResultT]) -> ResultT:
            """
            Run all fetches of a load, and return its result; for an async page, what is awaited for it.
            """
