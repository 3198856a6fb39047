"""
Record with Chromium: its DevTools inspect the page while it loads, and export what they have.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

from tests.evidence.recorder.chromium import FLAGS, Chromium
from tests.evidence.recorder.engine import EngineError, Setting
from tests.har.recording.ports import free_port
from tests.har.recording.samples import Recording
from tests.har.recording.site import COPIED

if TYPE_CHECKING:
    from tests.har.recording.site import Site

__all__ = ["OnThisMachine", "record"]

# NB: the page's servers have the names and addresses of the machine itself, which those rules exclude.
_FLAGS: Final = tuple(flag for flag in FLAGS if not flag.startswith("--host-resolver-rules"))

_IS_READY: Final = """
(async () => {
  const { NetworkLog } = await import('devtools://devtools/bundled/models/logs/logs.js');
  return Boolean(NetworkLog.NetworkLog.instance());
})()
"""
# As "Export HAR (sanitized)" does.
_EXPORT: Final = """
(async () => {
  const { NetworkLog } = await import('devtools://devtools/bundled/models/logs/logs.js');
  const { Log } = await import('devtools://devtools/bundled/models/har/har.js');
  const requests = NetworkLog.NetworkLog.instance().requests();
  return JSON.stringify({ log: await Log.Log.build(requests, { sanitize: true }) });
})()
"""


# As the context menu of the Network panel does.
_COPY: Final = """
(async () => {
  const { NetworkLog } = await import('devtools://devtools/bundled/models/logs/logs.js');
  const { NetworkLogView } = await import('devtools://devtools/bundled/panels/network/network.js');
  const View = NetworkLogView.NetworkLogView;
  const copies = { 'curl (POSIX)': {}, 'curl (cmd)': {}, 'fetch': {}, 'fetch (Node.js)': {}, 'PowerShell': {} };
  for (const name of NAMES) {
    const request = NetworkLog.NetworkLog.instance().requests().find(
      (each) => each.url().endsWith('/' + name) && each.requestMethod !== 'OPTIONS');
    copies['curl (POSIX)'][name] = await View.generateCurlCommand(request, 'unix');
    copies['curl (cmd)'][name] = await View.generateCurlCommand(request, 'win');
    copies['fetch'][name] = await View.prototype.generateFetchCall.call({}, request, 0);
    copies['fetch (Node.js)'][name] = await View.prototype.generateFetchCall.call({}, request, 1);
    copies['PowerShell'][name] = await View.prototype.generatePowerShellCommand.call({}, request);
  }
  return JSON.stringify(copies);
})()
"""


class OnThisMachine(Chromium):
    """
    Chromium that asks servers of this machine by their usual names.
    """

    flags = _FLAGS


class Inspected(Chromium):
    """
    Chromium with its DevTools in a second tab.
    """

    def __init__(self) -> None:
        super().__init__()
        self._port = free_port()
        self.flags = (*_FLAGS, f"--remote-debugging-port={self._port}", "--remote-allow-origins=*")

    def inspect(self, url: str) -> None:
        """
        Open DevTools, then the page.
        """
        targets = self._call("Target.getTargets", {})["targetInfos"]
        page = next(target for target in targets if target["type"] == "page" and target["attached"])
        socket = f"127.0.0.1:{self._port}/devtools/page/{page['targetId']}"
        tools = f"devtools://devtools/bundled/devtools_app.html?ws={socket}&panel=network"
        opened = self._call("Target.createTarget", {"url": tools})
        attached = self._call("Target.attachToTarget", {"targetId": opened["targetId"], "flatten": True})
        self._tools = attached["sessionId"]
        for _ in range(60):
            if self._evaluate(_IS_READY) is True:
                break
            time.sleep(0.25)
        else:
            raise EngineError("DevTools did not start")
        time.sleep(2)
        self._call("Page.navigate", {"url": url}, self._session)

    def export(self) -> dict[str, Any]:
        """
        Return what DevTools export.
        """
        har: dict[str, Any] = json.loads(self._evaluate(_EXPORT))
        return har

    def copies(self) -> dict[str, dict[str, str]]:
        """
        Return what DevTools copy, by form and request.
        """
        copies: dict[str, dict[str, str]] = json.loads(self._evaluate(_COPY.replace("NAMES", json.dumps(COPIED))))
        return copies

    def _evaluate(self, expression: str) -> Any:
        asked = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        return self._call("Runtime.evaluate", asked, self._tools)["result"].get("value")


def record(site: Site) -> Recording:
    """
    Record the page.
    """
    browser = Inspected()
    try:
        browser.start(Setting("localhost"), "about:blank", {})
        browser.inspect(site.url)
        site.wait()
        return Recording(browser.export(), browser.copies())
    finally:
        browser.stop()
