"""
Record with Playwright's `record_har`, in the Chromium that is installed.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.evidence.recorder.engine import installed
from tests.har.recording.samples import Recording

if TYPE_CHECKING:
    from tests.har.recording.site import Site

__all__ = ["record"]


def record(site: Site) -> Recording:
    """
    Record the page.
    """
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        path = Path(directory) / "recorded.har"
        browser = playwright.chromium.launch(executable_path=installed("chromium"), args=["--no-sandbox"])
        context = browser.new_context(record_har_path=path)
        context.new_page().goto(site.url)
        site.wait()
        context.close()
        browser.close()
        har = json.loads(path.read_bytes())
    return Recording(har)
