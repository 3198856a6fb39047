"""
Record with mitmproxy's `hardump`, between Chromium and the servers.
"""

from __future__ import annotations

import json
import os
import socket
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.evidence.recorder.engine import Process, Setting, new_directory
from tests.har.recording.chromium import Recording

if TYPE_CHECKING:
    from tests.har.recording.site import Site

__all__ = ["record"]


def record(site: Site) -> dict[str, Any]:
    """
    Record the page.
    """
    with tempfile.TemporaryDirectory() as directory, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        path = Path(directory) / "recorded.har"
        options = ["--listen-host", "127.0.0.1", "--listen-port", str(port), "--set", f"hardump={path}"]
        confdir = ["--set", f"confdir={directory}"]
        proxy = Process([os.environ.get("MITMDUMP", "mitmdump"), "-q", *options, *confdir], new_directory("mitmproxy"))
        browser = Recording()
        # NB: without the last one, Chromium asks servers of its own machine without a proxy.
        browser.flags = (*browser.flags, f"--proxy-server=127.0.0.1:{port}", "--proxy-bypass-list=<-loopback>")
        try:
            _wait_for(port, proxy)
            browser.start(Setting("localhost"), site.url)
            site.wait()
        finally:
            browser.stop()
            proxy.end(20)
        har: dict[str, Any] = json.loads(path.read_bytes())
    return har


def _wait_for(port: int, proxy: Process) -> None:
    for _ in range(200):
        with socket.socket() as connection:
            if connection.connect_ex(("127.0.0.1", port)) == 0:
                return
        if not proxy.alive():
            break
        time.sleep(0.1)
    raise SystemExit(f"mitmproxy did not start: {proxy.log()}")
