"""
The loads of pages, imported when a page loads something for the first time.

Many pages only fetch, and what images, scripts and styles need would make up a tenth of what importing a browser takes.
"""

from __future__ import annotations

from typing import Any

__all__ = ["LateLoads"]


class _LateMethod:
    """
    A method of `PageLoads` that puts itself in the place of this descriptor.
    """

    def __set_name__(self, owner: type[object], name: str) -> None:
        self._owner, self._name = owner, name

    def __get__(self, page: object | None, owner: type[object]) -> Any:
        from browsercors.browser.page_loads import PageLoads

        method = getattr(PageLoads, self._name)
        setattr(self._owner, self._name, method)
        return method if page is None else method.__get__(page, owner)


class LateLoads:
    """
    The methods of `PageLoads`, and of `AsyncPageLoads`: at run time they are the same.
    """

    image = _LateMethod()
    script = _LateMethod()
    import_module = _LateMethod()
    stylesheet = _LateMethod()
    font = _LateMethod()
    media = _LateMethod()
    track = _LateMethod()
    preload = _LateMethod()
    modulepreload = _LateMethod()
    prefetch = _LateMethod()
    manifest = _LateMethod()
    event_source = _LateMethod()
    beacon = _LateMethod()
