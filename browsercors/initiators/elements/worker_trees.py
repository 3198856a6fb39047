"""
Loads of workers: a worker's script with what that imports, and what a running worker imports.

https://html.spec.whatwg.org/#run-a-worker
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from browsercors.initiators.elements.load import Load
from browsercors.initiators.elements.trees import load_imports
from browsercors.initiators.elements.worker_environment import create_worker_environment
from browsercors.values.responses import FilteredResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from browsercors.initiators.elements.load import Begin, Loading
    from browsercors.initiators.elements.trees import Modules
    from browsercors.initiators.page_call import PageCall
    from browsercors.values.requests import Environment

__all__ = ["Inside", "load_imported_scripts", "load_worker"]


class Inside(NamedTuple):
    """
    The world of a worker, as far as loads need it.

    Attributes:
        begin: Begins a fetch of the worker.
        modules: The modules of the worker, which grow.
    """

    begin: Begin
    modules: Modules


def load_worker(begin: Begin, open_world: Callable[[Environment], Inside], call: PageCall) -> Loading:
    """
    Load the script of a worker, and what it imports statically.

    Args:
        begin: Begins a fetch of the page.
        open_world: Makes the world of the worker, once its script is there.
        call: What the page says.
    """
    params = begin(call)
    response = yield params
    loaded = Load(params, response)
    if not isinstance(response, FilteredResponse) or not loaded.fires_load:
        return loaded
    inside = open_world(create_worker_environment(params, response))
    if call.options["type"] != "module":
        return loaded
    # NB: in the standard the page asks for what the worker imports, though its requests show the worker as referrer.
    # PROFILE: in browsers the worker does.
    by_page = params.user_agent.profile.initiators.workers.imports_by_page
    return (yield from load_imports(begin if by_page else inside.begin, loaded, call, inside.modules))


def load_imported_scripts(begin: Begin, calls: Sequence[PageCall]) -> Loading:
    """
    Load what one call of `importScripts()` names, one after another, in most browsers up to the first that fails.

    Returns:
        The first one, with the others as what it led to.

    https://html.spec.whatwg.org/#import-scripts-into-worker-global-scope
    """
    # NB: the URLs are parsed before anything is asked for, and one that cannot be parsed is the end of it.
    fetches = [begin(call) for call in calls]
    # PROFILE: Firefox asks for all of them, and looks later at what has come.
    is_undeterred = fetches[0].user_agent.profile.initiators.workers.imports_together
    loaded: list[Load] = []
    for params in fetches:
        if is_undeterred or all(script.fires_load for script in loaded):
            loaded.append(Load(params, (yield params)))
    return loaded[0]._replace(children=tuple(loaded[1:]))
