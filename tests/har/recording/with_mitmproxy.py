"""
Record with mitmproxy's `hardump`, between Chromium and the servers.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.evidence.recorder.engine import Process, Setting, new_directory
from tests.har.recording.chromium import OnThisMachine
from tests.har.recording.ports import free_port, wait_for_port
from tests.har.recording.samples import Recording

if TYPE_CHECKING:
    from tests.har.recording.site import Site

__all__ = ["record"]


def record(site: Site) -> Recording:
    """
    Record the page.
    """
    with tempfile.TemporaryDirectory() as directory:
        port = free_port()
        path = Path(directory) / "recorded.har"
        options = ["--listen-host", "127.0.0.1", "--listen-port", str(port), "--set", f"hardump={path}"]
        confdir = ["--set", f"confdir={directory}"]
        proxy = Process([os.environ.get("MITMDUMP", "mitmdump"), "-q", *options, *confdir], new_directory("mitmproxy"))
        browser = OnThisMachine()
        # NB: without the last one, Chromium asks servers of its own machine without a proxy.
        browser.flags = (*browser.flags, f"--proxy-server=127.0.0.1:{port}", "--proxy-bypass-list=<-loopback>")
        try:
            wait_for_port(port, proxy)
            browser.start(Setting("localhost"), site.url, {})
            site.wait()
        finally:
            browser.stop()
            proxy.end(20)
        har = json.loads(path.read_bytes())
    return Recording(har)
