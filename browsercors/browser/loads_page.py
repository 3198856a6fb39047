"""
What a page has for its loads, in the place of which it stands.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from types import FunctionType
    from typing import Self

    from browsercors.browser.clock import Clock
    from browsercors.fetch.params import UserAgent
    from browsercors.initiators.elements.load import Load, Loading
    from browsercors.initiators.elements.trees import Modules
    from browsercors.initiators.page_call import PageCall, PageFetchParams
    from browsercors.rules.profile import BrowserProfile
    from browsercors.servers.open_streams import OpenStream
    from browsercors.values.requests import Environment

__all__ = ["LoadedAs", "LoadsPage", "OpenedAs", "naming_what_is_near"]

ResultT = TypeVar("ResultT")
MethodT = TypeVar("MethodT", bound="Callable[..., Any]")
LoadedAs: TypeAlias = "Callable[[Load, tuple[BrowserProfile, ...]], ResultT]"
"""Makes the result of a load that has ended."""

OpenedAs: TypeAlias = "Callable[[Load, tuple[BrowserProfile, ...], OpenStream | None], ResultT]"
"""Makes the result of a load of which more may come."""


def naming_what_is_near(load: MethodT) -> MethodT:
    """
    Let *load* say which attribute is meant by one that it does not have.
    """
    code = cast("FunctionType", load).__code__
    known = code.co_varnames[2 : code.co_argcount + code.co_kwonlyargcount]

    @wraps(load)
    def checked(page: LoadsPage, *arguments: Any, **attributes: Any) -> Any:
        unknown = attributes.keys() - {*known, "url"}
        if unknown:
            # NB: imported late, since it is for mistakes.
            from browsercors.values.habits import unknown_option

            raise unknown_option(code.co_name, unknown, known)
        return load(page, *arguments, **attributes)

    return cast("MethodT", checked)


class LoadsPage:
    """
    What the page itself has for its loads.
    """

    _is_async: ClassVar[bool]
    """Whether what its methods return is awaited."""

    if TYPE_CHECKING:
        _clock: Clock
        _environment: Environment
        _user_agent: UserAgent
        _run: Callable[[PageFetchParams], Any]
        _available: dict[Hashable, Load]

        @property
        def origin(self) -> str:
            """
            The page's serialised origin.
            """

        def _own_modules(self) -> Modules:
            """
            Return the modules of the page.
            """

        def _another(self, environment: Environment) -> Self:
            """
            Return another world of the same browser, such as a worker's.
            """

        def _begin(self, call: PageCall) -> PageFetchParams:
            """
            Begin a fetch of a load, now.
            """

        def _load(self, loading: Loading, result: LoadedAs[ResultT]) -> ResultT:
            """
            Run all fetches of a load, and return its result; for an async page, what is awaited for it.
            """

        def _listen(self, loading: Loading, result: OpenedAs[ResultT]) -> ResultT:
            """
            Do the same for a load whose response may never end.
            """
