"""
Recordings by real recorders, changed as other recorders, other versions and tools that clean files would write them.

Whatever is missing or odd: nothing that the page read is called blocked, and nothing raises.
"""

from __future__ import annotations

import copy
import io
import json
import random
from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors.har.replaying import read_har
from tests.har.recording.samples import RECORDED

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

if TYPE_CHECKING:
    from collections.abc import Callable

Entry = dict[str, Any]
Log = dict[str, Any]


def each_entry(change: Callable[[Entry], object]) -> Callable[[Log], None]:
    def change_all(log: Log) -> None:
        for entry in log["entries"]:
            change(entry)

    return change_all


def without(part: str, *names: str) -> Callable[[Log], None]:
    """
    Remove members of each entry, or of its request or response.
    """

    def change(entry: Entry) -> None:
        for name in names:
            (entry[part] if part else entry).pop(name, None)

    return each_entry(change)


def without_headers(part: str, *names: str) -> Callable[[Log], None]:
    """
    Remove header lines whose names begin with one of these.
    """

    def change(entry: Entry) -> None:
        lines = entry[part]["headers"]
        entry[part]["headers"] = [line for line in lines if not line["name"].lower().startswith(names)]

    return each_entry(change)


def with_headers(change_line: Callable[[str, str], tuple[str, str]]) -> Callable[[Log], None]:
    def change(entry: Entry) -> None:
        for part in ("request", "response"):
            for line in entry[part]["headers"]:
                line["name"], line["value"] = change_line(line["name"], line["value"])

    return each_entry(change)


def as_object(entry: Entry) -> None:
    for part in ("request", "response"):
        entry[part]["headers"] = {line["name"]: line["value"] for line in entry[part]["headers"]}


def hide(name: str, value: str) -> tuple[str, str]:
    hidden = ("access-control-allow-origin", "authorization", "cookie", "set-cookie")
    return name, "[REDACTED]" if name.lower() in hidden else value


def hide_origin(name: str, value: str) -> tuple[str, str]:
    return name, "***" if name.lower() in {"origin", "referer"} else value


def with_nulls(entry: Entry) -> None:
    for part in (entry, entry["request"], entry["response"]):
        for name in part:
            if name not in {"request", "response", "url", "method", "headers", "status"}:
                part[name] = None


def with_odd_times(entry: Entry) -> None:
    entry["time"] = -1e300
    entry["timings"] = {"send": "fast", "wait": None, "receive": []}


def with_messages(entry: Entry) -> None:
    entry["_webSocketMessages"] = [{"type": "receive", "time": 1.5, "opcode": 1, "data": "x" * 100}] * 50


def dates(text: str) -> Callable[[Log], None]:
    return each_entry(lambda entry: entry.update(startedDateTime=text))


def versions(text: str) -> Callable[[Log], None]:
    def change(entry: Entry) -> None:
        entry["request"]["httpVersion"] = entry["response"]["httpVersion"] = text

    return each_entry(change)


def pseudo_headers(entry: Entry) -> None:
    entry["request"]["headers"][:0] = [
        {"name": ":method", "value": entry["request"]["method"]},
        {"name": ":authority", "value": "api.example.net"},
        {"name": ":scheme", "value": "https"},
    ]
    entry["response"]["headers"][:0] = [{"name": ":status", "value": str(entry["response"]["status"])}]


def shuffled(log: Log) -> None:
    random.Random(7).shuffle(log["entries"])  # noqa: S311 - the same order in each run


def without_preflights(log: Log) -> None:
    log["entries"] = [entry for entry in log["entries"] if entry["request"]["method"] != "OPTIONS"]


def from_cache(entry: Entry) -> None:
    entry["_fromCache"] = "disk"
    entry["request"]["headers"] = [line for line in entry["request"]["headers"] if line["name"] == "Referer"]


def from_service_worker(entry: Entry) -> None:
    entry["response"]["_fetchedViaServiceWorker"] = True


def doubled(log: Log) -> None:
    log["entries"] += copy.deepcopy(log["entries"])


VARIATIONS: Final[dict[str, Callable[[Log], object]]] = {
    "no dates": without("", "startedDateTime"),
    "dates without a zone": dates("2026-12-01T02:58:37"),
    "dates of 1970": dates("1970-01-01T00:00:00.000Z"),
    "dates that are none": dates("an hour ago"),
    "odd times": each_entry(with_odd_times),
    "no times": without("", "time", "timings"),
    "no cache": without("", "cache"),
    "no pages": lambda log: log.pop("pages", None),
    "no pageref": without("", "pageref"),
    "another page": lambda log: log.update(pages=[{"id": "page_1", "title": "https://elsewhere.example/"}]),
    "a page with a title": lambda log: log.update(pages=[{"id": "page_1", "title": "Shop: everything"}]),
    "no creator": lambda log: log.pop("creator", None),
    "a creator that nobody knows": lambda log: log.update(creator={"name": "recorder.js", "version": "1"}),
    "an older version": lambda log: log.update(version="1.1"),
    "HTTP/2": versions("h2"),
    "HTTP/3": versions("http/3.0"),
    "HTTP/0.9": versions("HTTP/0.9"),
    "a version that is none": versions("unknown"),
    "pseudo headers": each_entry(pseudo_headers),
    "names of headers in capitals": with_headers(lambda name, value: (name.upper(), value)),
    "names of headers in small letters": with_headers(lambda name, value: (name.lower(), value)),
    "headers as an object": each_entry(as_object),
    "hidden headers": with_headers(hide),
    "a hidden page": with_headers(hide_origin),
    "no Origin": without_headers("request", "origin"),
    "no Referer": without_headers("request", "referer"),
    "no Sec-Fetch headers": without_headers("request", "sec-fetch"),
    "neither Origin nor Sec-Fetch headers": without_headers("request", "origin", "sec-fetch"),
    "no User-Agent": without_headers("request", "user-agent"),
    "no headers of requests": without("request", "headers"),
    "no headers of responses": without("response", "headers"),
    "empty headers of responses": each_entry(lambda entry: entry["response"].update(headers=[])),
    "no status": without("response", "status"),
    "a status as a string": each_entry(lambda entry: entry["response"].update(status=str(entry["response"]["status"]))),
    "no responses": without("", "response"),
    "no fields of the recorder": each_entry(
        lambda entry: [entry.pop(name) for name in list(entry) if name.startswith("_")]
    ),
    "no errors": without("response", "_error", "_failureText"),
    "nulls": each_entry(with_nulls),
    "messages of WebSockets": each_entry(with_messages),
    "no preflights": without_preflights,
    "every other entry": lambda log: log.update(entries=log["entries"][::2]),
    "backwards": lambda log: log["entries"].reverse(),
    "shuffled": shuffled,
    "twice": doubled,
    "from the cache": each_entry(from_cache),
    "from a service worker": each_entry(from_service_worker),
}

RECORDERS: Final = ("chromium", "firefox", "webkit", "playwright", "mitmproxy")


@pytest.mark.parametrize("variation", VARIATIONS)
@pytest.mark.parametrize("recorder", RECORDERS)
def test_nothing_that_the_page_read_is_called_blocked(recorder: str, variation: str) -> None:
    document = json.loads((RECORDED / f"{recorder}.har").read_bytes())
    VARIATIONS[variation](document["log"])
    seen = json.loads((RECORDED / f"{recorder}.json").read_bytes())
    reading = read_har(io.BytesIO(json.dumps(document).encode()), on_problem=lambda _: None)

    wrong = {}
    for verdict in reading:
        json.dumps(verdict.to_dict())
        name = verdict.url.partition("?")[0].rpartition("/")[2]
        if verdict.outcome == "blocked" and seen.get(name) in {"readable", "opaque", "aborted"}:
            wrong[name] = verdict.code
    assert {} == wrong
