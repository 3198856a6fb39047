"""
The steps of elements, run in browsercors: what a page observes of a load.

Nothing runs a script and nothing applies a style in the simulator. What the scripts and sheets of the corpus do is
plain enough to be read off their text here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from browsercors.browser.channels.beacon import BeaconResult, PingResult
from browsercors.browser.channels.event_source import AsyncEventSource
from browsercors.browser.loads import ImageResult, LoadResult, MediaResult, ScriptResult, StylesheetResult
from browsercors.values.formats.css_loads import decode_stylesheet
from browsercors.values.formats.mime_types import extract_a_mime_type
from browsercors.values.responses import FilteredResponse
from tests.evidence.recorder import names

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterator

    from browsercors import AsyncPage, Block
    from browsercors.browser.clock import Clock
    from tests.evidence.recorder.scenario import Element

RAN: Final = re.compile(r"window\.ran ?= ?(?:\(window\.ran \|\| ''\) \+ )?['\"](\w*)['\"]")
THROWN: Final = {"throw new Error('boom')": "Error", "throw 'boom'": "text", "]": "syntax"}
"""How a script of the corpus fails in the end, and with what."""

COLOR, BACKGROUND = "rgb(1,2,3)", "rgb(4,5,6)"


def start(step: Element, page: AsyncPage, transport: str, data: Any) -> Awaitable[LoadResult | AsyncEventSource]:
    """
    Begin the load of a step; *data* is what a beacon sends.
    """
    url = names.fill(step.url, transport, "")
    common: dict[str, Any] = {} if step.crossorigin is None else {"crossorigin": step.crossorigin}
    if step.integrity:
        common["integrity"] = step.integrity
    policy: dict[str, Any] = {} if step.referrer_policy is None else {"referrer_policy": step.referrer_policy}
    if step.tag == "input" and step.crossorigin is not None:
        raise LookupError("an input with crossorigin, which HTML does not know")
    if step.tag in ("img", "input"):
        srcset = names.fill(step.srcset, transport, "") if step.srcset else ""
        return page.image(url, srcset=srcset, **common, **policy)
    if step.tag == "css":
        assert step.property is not None, "what the style says"
        return page.image(url, css_property=step.property)  # type: ignore[arg-type]
    if step.tag in ("script", "module"):
        return page.script(url, type="module" if step.tag == "module" else "classic", **common, **policy)
    if step.tag == "import":
        return page.import_module(url, type=step.type)  # type: ignore[arg-type]
    if step.tag == "stylesheet":
        return page.stylesheet(url, **common, **policy)
    if step.tag == "font":
        return page.font(url)
    if step.tag in ("audio", "video"):
        return page.media(url, element=step.tag, **common)  # type: ignore[arg-type]
    if step.tag == "track":
        return page.track(url, **common)
    if step.tag == "preload":
        return page.preload(url, as_=step.destination or "", type=step.type or "", **common, **policy)
    if step.tag == "modulepreload":
        return page.modulepreload(url, as_=step.destination or "", **common, **policy)
    if step.tag == "prefetch":
        return page.prefetch(url, **common, **policy)
    if step.tag == "manifest":
        return page.manifest(url, **common)
    if step.tag == "eventsource":
        return page.event_source(url, with_credentials=step.crossorigin == "use-credentials")
    if step.tag == "beacon":
        return page.beacon(url, data)
    if step.tag == "ping":
        to = "#there" if step.href is None else names.fill(step.href, transport, "")
        if step.href is not None or step.referrer_policy is not None:
            raise LookupError("a link that is followed into a frame, or that has a referrer policy")
        return _pings(page, url.split(), to)
    raise LookupError(step.tag)


async def listen(
    step: Element, page: AsyncPage, transport: str, clock: Clock
) -> tuple[AsyncEventSource, dict[str, Any]]:
    """
    Listen to an EventSource until it has erred as often as the step says, is closed, or the step's time is over.

    Returns:
        The source, and what the page observes.
    """
    url = names.fill(step.url, transport, "")
    source = await page.event_source(url, with_credentials=step.crossorigin == "use-credentials")
    told: list[list[Any]] = []
    waits: list[str] = []
    errors, over = 0, clock.now + step.timeout / 1000
    while not source.exception:
        connection = source.connections[-1]
        if connection.opened:
            told.append(["open", source.OPEN])
        told += [[event.type, event.data, event.last_event_id, event.origin] for event in connection.events]
        state = source.CLOSED if source.ready_state == source.CLOSED else source.CONNECTING
        told.append(["error", state])
        errors += 1
        if state == source.CLOSED or errors == step.errors or clock.now + source.reconnection_time >= over:
            break
        waits.append(_waited(source.reconnection_time))
        await source.reconnect()
    if source.exception:
        return source, {"outcome": "rejected", "error": source.exception}
    seen = {"outcome": "source", "told": told, "state": told[-1][1]}
    return source, {**seen, "waits": waits} if step.detail else seen


def _waited(seconds: float) -> str:
    if seconds < 0.4:
        return "under 0.4 s"
    if seconds < 2:
        return "0.4 to 2 s"
    return "2 to 4 s" if seconds < 4 else "over 4 s"


async def _pings(page: AsyncPage, urls: list[str], to: str) -> LoadResult:
    """
    Send all pings of a link, one after another; return the result of the last one.
    """
    results = [await page.ping(url, to=to) for url in urls]
    if not results:
        raise LookupError("a link without pings")
    return results[-1]


STYLE_IMAGE: Final = re.compile(r"(background-image|mask-image):url\(([^)]*)\)")


async def finish(result: LoadResult | AsyncEventSource, page: AsyncPage) -> list[Block]:
    """
    Load the images of a sheet, which the page uses, and return what stood in the way of all that was loaded.
    """
    blocks = list(_blocks(result))
    if isinstance(result, StylesheetResult) and result.applied:
        for match in STYLE_IMAGE.finditer(body_of(result)):
            image = await page.image(match[2], css_property=match[1], stylesheet=result)  # type: ignore[arg-type]
            blocks += _blocks(image)
    return blocks


def _blocks(result: LoadResult | AsyncEventSource) -> Iterator[Block]:
    if result.block is not None:
        yield result.block
    if isinstance(result, StylesheetResult):
        for child in (*result.imports, *result.fonts):
            yield from _blocks(child)


def body_of(result: LoadResult) -> str:
    """
    Return the text that came for a load.
    """
    response = result._response
    if not isinstance(response, FilteredResponse):
        return ""
    body = response.internal_response.body or b""
    mime_type = extract_a_mime_type(response.internal_response.header_list)
    charset = "" if mime_type is None else mime_type.parameters.get("charset", "")
    return decode_stylesheet(body, charset)[0]


def ran_by(result: ScriptResult, *, is_module: bool) -> str | None:
    """
    Return what a script and its modules have left in `window.ran`.
    """
    body = body_of(result)
    # NB: what imports what is not there is not linked, and nothing of it runs.
    if "none }" in body:
        return None
    texts = [text for child in result.imports if (text := ran_by(child, is_module=True)) is not None]
    # NB: what has a syntax error does nothing, nor does what a script alone may have.
    is_valid = not body.endswith("]") and not (body.startswith("<!--") and is_module)
    runs = result.executed and is_valid and not any("throw" in body_of(each) for each in result.imports)
    match = RAN.search(body) if runs else None
    if match is not None:
        texts.append(match[1])
    if not texts:
        return None
    return "".join(texts) if "|| ''" in body else texts[-1]


def seen_by_source(source: AsyncEventSource) -> dict[str, Any]:
    """
    Return what the page observes of a source, whose first message or error it waits for.
    """
    if source.exception:
        return {"outcome": "rejected", "error": source.exception}
    messages = [event.data for event in source.events if event.type == "message"]
    if messages:
        return {"outcome": "load", "data": messages[0]}
    # NB: a stream without messages ends, which is an error to the page.
    return {"outcome": "error", "state": source.CONNECTING if source.ready_state == source.OPEN else source.ready_state}


def seen_by_element(step: Element, result: LoadResult | AsyncEventSource) -> dict[str, Any]:
    """
    Return what the page observes.
    """
    if isinstance(result, AsyncEventSource):
        return seen_by_source(result)
    if isinstance(result, PingResult):
        return {"outcome": "clicked"}
    if isinstance(result, BeaconResult):
        return {"outcome": "queued" if result.queued else "refused"}
    if step.tag == "css":
        return {"outcome": "done"}
    seen: dict[str, Any] = {"outcome": result.event or "pending"}
    if not step.detail:
        if step.tag == "img" and result.event == "load":
            seen["width"] = 1
        if step.tag == "font" and result.event == "error":
            seen["error"] = "NetworkError"
        return seen
    if isinstance(result, ImageResult) and step.tag == "img" and result.loaded:
        seen["tainted"] = result.tainted
    if isinstance(result, MediaResult):
        if step.tag == "video" and result.loaded:
            seen["tainted"] = result.tainted
        if not result.loaded:
            seen["code"] = 4
    if step.tag == "font" and result.event == "error":
        seen["error"] = "NetworkError"
    if isinstance(result, ScriptResult):
        seen["executed"] = ran_by(result, is_module=step.tag != "script")
        thrown = THROWN.get(body_of(result).partition("; ")[2]) if step.tag == "script" and result.executed else None
        if thrown is not None:
            is_muted = result.muted_thrown_errors if thrown == "Error" else result.muted_errors
            seen["errors"] = ["muted" if is_muted else "full"]
        if step.tag == "import" and result.loaded and ("throw" in body_of(result) or body_of(result) == "]"):
            seen["outcome"] = "error"
    if isinstance(result, StylesheetResult):
        seen["applied"] = result.applied and COLOR in body_of(result)
        seen["imported"] = any(_is_imported(child) for child in result.imports)
    return seen


def _is_imported(result: StylesheetResult) -> bool:
    return (result.applied and BACKGROUND in body_of(result)) or any(map(_is_imported, result.imports))


SEEN: Final = ("outcome", "tainted", "executed", "applied", "imported")
"""What of an observation is held against the simulator so far."""
