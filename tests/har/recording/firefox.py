"""
Record with Firefox: its Network Monitor is open while the page loads, and exports what it has.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from tests.evidence.recorder.engine import Setting
from tests.evidence.recorder.firefox import Firefox
from tests.har.recording.samples import Recording
from tests.har.recording.site import COPIED

if TYPE_CHECKING:
    from tests.har.recording.site import Site

__all__ = ["record"]

_OPEN: Final = """
const done = arguments[arguments.length - 1];
(async () => {
  const { require } = ChromeUtils.importESModule("resource://devtools/shared/loader/Loader.sys.mjs");
  const { gDevTools } = require("devtools/client/framework/devtools");
  const { gBrowser } = Services.wm.getMostRecentWindow("navigator:browser");
  const toolbox = await gDevTools.showToolboxForTab(gBrowser.selectedTab, { toolId: "netmonitor" });
  await toolbox.getNetMonitorAPI();
  return "open";
})().then(done, (error) => done(String(error)));
"""
_EXPORT: Final = """
const done = arguments[arguments.length - 1];
(async () => {
  const { require } = ChromeUtils.importESModule("resource://devtools/shared/loader/Loader.sys.mjs");
  const { gDevTools } = require("devtools/client/framework/devtools");
  const { gBrowser } = Services.wm.getMostRecentWindow("navigator:browser");
  const toolbox = gDevTools.getToolboxForTab(gBrowser.selectedTab);
  return JSON.stringify(await toolbox.getHARFromNetMonitor());
})().then(done, (error) => done(JSON.stringify({ error: String(error) })));
"""
# As the context menu of the Network Monitor does.
_COPY: Final = """
const { require } = ChromeUtils.importESModule("resource://devtools/shared/loader/Loader.sys.mjs");
const { Curl } = require("devtools/client/shared/curl");
const [request, platform] = arguments;
return Curl.generateCommand(request, platform);
"""
_PLATFORMS: Final = {"curl (POSIX)": "Linux", "curl (cmd)": "WINNT"}


class Monitored(Firefox):
    """
    Firefox with its Network Monitor.
    """

    def open(self, url: str) -> None:
        """
        Open the Network Monitor, then the page.
        """
        opened = self._call("WebDriver:ExecuteAsyncScript", {"script": _OPEN, "args": [], "newSandbox": False})
        if opened["value"] != "open":
            raise SystemExit(f"the Network Monitor did not open: {opened['value']}")
        self._call("Marionette:SetContext", {"value": "content"})
        self._call("WebDriver:Navigate", {"url": url})
        self._call("Marionette:SetContext", {"value": "chrome"})

    def export(self) -> dict[str, Any]:
        """
        Return what the Network Monitor exports.
        """
        exported = self._call("WebDriver:ExecuteAsyncScript", {"script": _EXPORT, "args": [], "newSandbox": False})
        har: dict[str, Any] = json.loads(exported["value"])
        return har if "log" in har else {"log": har}

    def copies(self, har: dict[str, Any]) -> dict[str, dict[str, str]]:
        """
        Return what the Network Monitor copies, by form and request.
        """
        requests = {
            entry["request"]["url"].rpartition("/")[2]: entry["request"]
            for entry in har["log"]["entries"]
            if entry["request"]["method"] != "OPTIONS"
        }
        return {
            form: {name: self._copy(requests[name], platform) for name in COPIED}
            for form, platform in _PLATFORMS.items()
        }

    def _copy(self, request: dict[str, Any], platform: str) -> str:
        data = {
            "url": request["url"],
            "method": request["method"],
            "httpVersion": request["httpVersion"],
            "headers": request["headers"],
            "postDataText": request.get("postData", {}).get("text", ""),
        }
        asked = {"script": _COPY, "args": [data, platform], "newSandbox": False}
        copied: str = self._call("WebDriver:ExecuteScript", asked)["value"]
        return copied


def record(site: Site) -> Recording:
    """
    Record the page.
    """
    browser = Monitored()
    try:
        browser.start(Setting("localhost"), "about:blank", {})
        browser.open(site.url)
        site.wait()
        har = browser.export()
        return Recording(har, browser.copies(har))
    finally:
        browser.stop()
