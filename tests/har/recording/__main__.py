"""
Record HAR files: `python -m tests.har.recording chromium firefox webkit playwright mitmproxy`.

Each name writes `tests/har/samples/recorded/NAME.har`, and beside it `NAME.json`: what the page saw of each request.
The developer tools of browsers also write `NAME.copies.json`: what they copy of some requests, as cURL and so on.
Playwright and mitmproxy are not among the dependencies; `MITMDUMP` says where mitmproxy's program is.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Final

from tests.har.recording import chromium, firefox, webkit, with_mitmproxy, with_playwright
from tests.har.recording.samples import RECORDED, Recording, written
from tests.har.recording.site import Site, cleaned

if TYPE_CHECKING:
    from collections.abc import Callable

RECORDERS: Final[dict[str, Callable[[Site], Recording]]] = {
    "chromium": chromium.record,
    "firefox": firefox.record,
    "mitmproxy": with_mitmproxy.record,
    "playwright": with_playwright.record,
    "webkit": webkit.record,
}


def main(names: list[str]) -> None:
    """
    Record, and write the files.
    """
    for name in names or list(RECORDERS):
        site = Site()
        try:
            recording = RECORDERS[name](site)
        finally:
            site.close()
        RECORDED.mkdir(exist_ok=True)
        (RECORDED / f"{name}.har").write_text(written(cleaned(recording.har)))
        if recording.copies:
            copies = json.dumps({"page": site.url, "copies": recording.copies}, indent=1)
            (RECORDED / f"{name}.copies.json").write_text(f"{copies}\n")
        (RECORDED / f"{name}.json").write_text(json.dumps(site.outcomes, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
