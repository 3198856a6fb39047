"""
Entries of a HAR file: one as DevTools copies it, a list of them, or a small file.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs

from browsercors.har.entries import EntryError, OtherScheme, read_entry
from browsercors.har.pairing import paired
from browsercors.pasted.drafts import Draft
from browsercors.pasted.results import PasteError, PasteForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from browsercors.har.entries import HarEntry
    from browsercors.servers.messages import ResponseMessage

__all__ = ["RecordedExchange", "entries_in", "first_exchange", "recorded_responses"]


@attrs.frozen
class RecordedExchange:
    """
    A recorded request as a draft, with its responses and those to its preflights.
    """

    draft: Draft
    responses: tuple[ResponseMessage, ...]
    preflight_responses: tuple[ResponseMessage, ...] = ()


def entries_in(data: object) -> list[HarEntry] | None:
    """
    Read the entries in parsed JSON; None if it is something else.

    Of several, those that cannot be read and those that are not about HTTP are left out.

    Raises:
        PasteError: There is none that can be read.
    """
    log = data.get("log") if isinstance(data, dict) else None
    if isinstance(log, dict):
        listed, pages = log.get("entries"), _pages(log)
        if not isinstance(listed, list) or not listed:
            raise PasteError("the HAR file has no entries")
    else:
        listed, pages = data if isinstance(data, list) else [data], {}
        if not listed or not all(map(_is_entry, listed)):
            return None
    entries: list[HarEntry] = []
    problems: list[PasteError] = []
    for number, entry in enumerate(listed):
        try:
            entries.append(_entry(number, entry, pages))
        except PasteError as error:
            problems.append(error)
    if not entries:
        raise problems[0]
    return entries


def first_exchange(entries: list[HarEntry]) -> RecordedExchange:
    """
    Return the first request with what belongs to it: its preflights and redirects.
    """
    exchanges = next(paired(entries))
    first = exchanges.first
    draft = Draft(
        PasteForm.HAR_ENTRY,
        url=first.request.url.href,
        method=first.request.method,
        headers=list(first.request.headers),
        body=first.request.body,
        page_url=first.page_url or first.initiator_url,
        resource_type=first.resource_type,
        has_cookies=first.has_cookies,
        understood=[f"{first.request.method} {first.request.url.href}"],
        notes=list(first.oddities),
    )
    draft.notes.extend(
        f"the recorder says of the response: {entry.error[:200]}" for entry in exchanges.requests if entry.error
    )
    left_out = len(entries) - len(exchanges.numbers)
    if left_out:
        more = "1 more entry is" if left_out == 1 else f"{left_out} more entries are"
        draft.notes.append(f"{more} left out: browsercors har FILE judges them all")
    if not exchanges.requests:
        return RecordedExchange(draft, _responses([first]))
    preflights = [preflight for _, preflight in exchanges.preflights]
    return RecordedExchange(draft, _responses(exchanges.requests), _responses(preflights))


def recorded_responses(text: str) -> list[tuple[ResponseMessage, bool | None]] | None:
    """
    Read the responses of HAR entries, or the `response` of one.

    Returns:
        Each response, and whether it is the response to a preflight: None if that is unknown. None if *text* is not
        JSON of that kind.

    Raises:
        PasteError: It is, and cannot be read.
    """
    if not text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return None
    try:
        data = json.loads(text.removeprefix("\ufeff"))
    except ValueError as error:
        raise PasteError(f"the JSON is cut off or broken: {error}") from None
    if isinstance(data, dict) and "status" in data and isinstance(data.get("headers"), list):
        # NB: of a response alone the request does not matter, but an entry has one.
        url = "http://localhost/"
        entry = _entry(0, {"request": {"method": "GET", "url": url}, "response": data}, {})
        return [(_response(entry), None)]
    entries = entries_in(data)
    if entries is None:
        raise PasteError("it is JSON, and neither an entry of a HAR file nor the response of one")
    has_response = [entry for entry in entries if entry.response is not None and entry.has_status]
    return [(_response(entry), entry.is_preflight) for entry in has_response or entries]


def _responses(entries: Sequence[HarEntry]) -> tuple[ResponseMessage, ...]:
    return tuple(entry.response for entry in entries if entry.response is not None and entry.has_status)


def _response(entry: HarEntry) -> ResponseMessage:
    if entry.response is None or not entry.has_status:
        said = f"; the recorder says: {entry.error[:200]}" if entry.error else ""
        raise PasteError(f"the HAR entry of {entry.request.url.href} has no response{said}")
    return entry.response


def _entry(number: int, data: object, pages: dict[str, str]) -> HarEntry:
    try:
        return read_entry(number, data, lambda name: pages.get(name, ""))
    except EntryError as error:
        raise PasteError(f"the HAR entry cannot be read: {error}") from None
    except OtherScheme as other:
        raise PasteError(f"the HAR entry is about {other.scheme}:, and CORS is about http and https alone") from None


def _pages(log: dict[str, Any]) -> dict[str, str]:
    listed = log.get("pages")
    return {
        str(page.get("id")): str(page.get("title", ""))
        for page in (listed if isinstance(listed, list) else ())
        if isinstance(page, dict)
    }


def _is_entry(data: object) -> bool:
    request = data.get("request") if isinstance(data, dict) else None
    return (
        isinstance(request, dict)
        and isinstance(request.get("url"), str)
        and isinstance(request.get("method"), str)
        and isinstance(request.get("headers"), list)
    )
