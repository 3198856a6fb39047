"""
The steps of workers, run in browsercors: whether a worker starts, and what it imports.

Nothing runs a script in the simulator. What the scripts of the corpus leave behind is plain enough to be read off their
text here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from browsercors import Blob
from browsercors.initiators.header_guard import FetchTypeError
from browsercors.values.arguments import ArgumentTypeError
from tests.evidence.agreement.elements import body_of
from tests.evidence.recorder import names
from tests.evidence.recorder.server import RUNNER_MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors import AsyncPage, Block
    from browsercors.browser.loads import LoadResult, ScriptResult
    from browsercors.browser.workers.worker import AsyncWorker
    from tests.evidence.recorder.scenario import Imports, Worker

__all__ = ["blocks_of_worker", "imports_at_once", "run_imports", "seen_by_worker", "start_worker"]

MARKED: Final = re.compile(r"self\.ran = \(self\.ran \|\| ''\) \+ '(\w)'|self\.ran ?= ?'(\w)'")
THROWN: Final = re.compile(r"throw new (\w+)\('boom'\)")
OF_WINDOWS: Final = re.compile(r"\bwindow\b")
"""What a worker does not have, so that naming it is a ReferenceError."""

STATIC_IMPORT: Final = re.compile(r"^import ['{]")
AT_ONCE: Final = re.compile(r"^importScripts\('(.*)'\)")
NOT_JAVASCRIPT: Final = ("]", "<", "{")
"""How bodies of the corpus begin that are no JavaScript."""


async def start_worker(step: Worker, page: AsyncPage, transport: str) -> AsyncWorker:
    """
    Start the worker of a step.

    Raises:
        FetchTypeError: The constructor throws.
        ArgumentValueError: It throws.
    """
    url: str | Blob = names.fill(step.url, transport, "")
    if step.source is not None:
        source = names.fill(step.source, transport, "")
        media_type = "text/javascript" if step.media_type is None else step.media_type
        url = Blob(source, media_type) if url == "blob:" else f"data:{media_type}," + source.replace(" ", "%20")
    options: dict[str, Any] = {
        name: value
        for name, value in (("type", step.type), ("credentials", step.credentials), ("name", step.name))
        if value is not None
    }
    start = page.shared_worker if step.shared else page.worker
    return await start(url, **options)


def blocks_of_worker(worker: AsyncWorker) -> Iterator[Block]:
    """
    Yield what stood in the way of a worker.
    """
    if worker.block is not None:
        yield worker.block


def seen_by_worker(worker: AsyncWorker, before: str, steps: list[dict[str, Any]]) -> dict[str, Any]:
    """
    Return what the page observes of a worker, and the worker of *steps*; *before* is what it imported at once.
    """
    if worker.exception:
        return {"outcome": "rejected", "error": worker.exception}
    body = body_of(worker)
    # NB: what has not the recorder's runner in it says nothing.
    if worker.started and RUNNER_MARK not in body and not _fails(body, is_module=worker.type == "module"):
        return {"outcome": "pending"}
    # NB: of a shared worker that has failed before, nothing is heard.
    if worker.event is None and not worker.started:
        return {"outcome": "pending"}
    if not worker.started or _fails(body, is_module=worker.type == "module") or any(map(_has_failed, worker.imports)):
        return {"outcome": "error"}
    url = worker._world.url
    return {
        "outcome": "started",
        "origin": worker.origin,
        "url": url if url.startswith("http") else url.partition(":")[0] + ":",
        "name": worker.name,
        "ran": before + "".join(_left_by(worker, worker.imports)) or None,
        "steps": steps,
    }


async def imports_at_once(worker: AsyncWorker, transport: str) -> tuple[str, bool, list[Block]]:
    """
    Import what the script of a worker imports before it does anything else.

    Returns:
        What is left behind, whether that went well, and what stood in the way.
    """
    match = AT_ONCE.match(body_of(worker)) if worker.started else None
    if match is None:
        return "", True, []
    imported = await worker.import_scripts(names.fill(match[1], transport, ""))
    ran = "".join(_marks(body_of(imported.scripts[0]))) if imported.block is None else ""
    return ran, imported.block is None, [] if imported.block is None else [imported.block]


async def run_imports(step: Imports, worker: AsyncWorker, transport: str) -> tuple[dict[str, Any], list[Block]]:
    """
    Import what a step names, and return what the worker observes and what stood in the way.
    """
    urls = [names.fill(url, transport, "") for url in step.urls]
    if step.kind == "module":
        return await _run_modules(urls, worker)
    try:
        imported = await worker.import_scripts(*urls)
    except FetchTypeError:
        return {"outcome": "error", "ran": None}, []
    except ArgumentTypeError:
        # NB: JavaScript takes no URL at all for nothing to do.
        return {"outcome": "load", "ran": None}, []
    ran = ""
    for script in imported.scripts:
        # NB: a script that did not come ends the call, even if others have been asked for.
        if not script.executed:
            break
        body = body_of(script)
        if script.executed and not body.startswith(NOT_JAVASCRIPT):
            ran += "".join(_marks(body))
        thrown = _thrown(body) if script.executed else ""
        if thrown:
            error = "NetworkError" if script.muted_errors else thrown
            return {"outcome": "error", "error": error, "ran": ran or None}, []
    seen = {"outcome": "error", "error": imported.exception} if imported.exception else {"outcome": "load"}
    return {**seen, "ran": ran or None}, [imported.block] if imported.block is not None else []


async def _run_modules(urls: list[str], worker: AsyncWorker) -> tuple[dict[str, Any], list[Block]]:
    ran = ""
    for url in urls:
        result = await worker.import_module(url)
        if result.block is not None:
            return {"outcome": "error", "error": "TypeError", "ran": ran or None}, [result.block]
        thrown = _thrown(body_of(result))
        if thrown:
            return {"outcome": "error", "error": thrown, "ran": ran or None}, []
        if result.executed:
            ran += "".join(_left_by(result, result.imports))
    return {"outcome": "load", "ran": ran or None}, []


def _thrown(body: str) -> str:
    """
    Return the name of what a script throws in a worker; empty if it throws nothing.
    """
    match = THROWN.search(body)
    if match is not None:
        return match[1]
    if body.startswith(NOT_JAVASCRIPT):
        return "SyntaxError"
    return "ReferenceError" if OF_WINDOWS.search(body) else ""


def _fails(body: str, *, is_module: bool) -> bool:
    return bool(THROWN.search(body)) or body == "]" or (STATIC_IMPORT.match(body) is not None and not is_module)


def _has_failed(result: ScriptResult) -> bool:
    return THROWN.search(body_of(result)) is not None or any(map(_has_failed, result.imports))


def _left_by(result: LoadResult, imports: list[ScriptResult]) -> Iterator[str]:
    for imported in imports:
        yield from _left_by(imported, imported.imports)
    yield from _marks(body_of(result))


def _marks(body: str) -> Iterator[str]:
    for match in MARKED.finditer(body):
        yield match[1] or match[2]
