"""
Record with WebKitGTK: its Web Inspector, in a second browser, inspects the page meanwhile, and exports what it has.
"""

from __future__ import annotations

import json
import re
import time
import urllib.request
from typing import TYPE_CHECKING, Any, Final

from tests.evidence.recorder.engine import ENVIRONMENT, EngineError, Process, installed, new_directory
from tests.evidence.recorder.webkit import program
from tests.har.recording.ports import free_port, wait_for_port
from tests.har.recording.samples import Recording
from tests.har.recording.site import COPIED

if TYPE_CHECKING:
    from tests.har.recording.site import Site

__all__ = ["record"]

_SCREEN: Final = ("xvfb-run", "-a", "-s", "-screen 0 1280x960x24 -nolisten tcp")
_PLAIN: Final = {**ENVIRONMENT, "WEBKIT_DISABLE_COMPOSITING_MODE": "1", "LIBGL_ALWAYS_SOFTWARE": "1"}
_TARGET: Final = re.compile(r"socket/\d+/\d+/WebPage")

_IS_COMPLETE: Final = """
const resources = [...WI.networkManager.mainFrame.resourceCollection];
return resources.some((resource) => resource.url.endsWith('/done') && resource.finished);
"""
_EXPORT: Final = """
const done = arguments[arguments.length - 1];
const tab = WI.tabBrowser.bestTabContentViewForClass(WI.NetworkTabContentView);
const table = tab.contentBrowser.currentContentView;
// What came since the last frame is not in the table yet, and a hidden window has no frames.
table.updateLayout();
const resources = table._HARResources();
WI.HARBuilder.buildArchive(resources).then((har) => done(JSON.stringify(har)), (error) => done(String(error)));
"""
# As the context menu of the Network tab does.
_COPY: Final = """
const resources = [...WI.networkManager.mainFrame.resourceCollection];
const copies = { 'curl (POSIX)': {}, 'fetch': {} };
for (const name of arguments[0]) {
  const resource = resources.find((each) => each.url.endsWith('/' + name));
  copies['curl (POSIX)'][name] = resource.generateCURLCommand();
  copies['fetch'][name] = resource.generateFetchCode();
}
return copies;
"""


def record(site: Site) -> Recording:
    """
    Record the page.
    """
    for name in ("xvfb-run", "WebKitWebDriver"):
        installed(name)
    inspected_port, driver_port = free_port(), free_port()
    served = {"WEBKIT_INSPECTOR_HTTP_SERVER": f"127.0.0.1:{inspected_port}"}
    inspected = Process([*_SCREEN, program(), "about:blank"], new_directory("webkit"), environment={**_PLAIN, **served})
    driver = Process(
        [*_SCREEN, "WebKitWebDriver", f"--port={driver_port}"], new_directory("webkit"), environment=_PLAIN
    )
    try:
        target = _target(inspected_port, inspected)
        inspector = _Driven(driver_port, driver)
        server = f"127.0.0.1:{inspected_port}"
        inspector.open(f"http://{server}/Main.html?ws={server}/{target}")
        inspector.wait_until("return typeof WI === 'object' && Boolean(WI.mainTarget && WI.tabBrowser)")
        inspector.run("WI.showNetworkTab()")
        time.sleep(2)
        inspector.run(f"WI.mainTarget.PageAgent.navigate({json.dumps(site.url)})")
        site.wait()
        # NB: Web Inspector hears of requests later than the page.
        inspector.wait_until(_IS_COMPLETE)
        har = json.loads(inspector.run(_EXPORT, is_async=True))
        return Recording(har, inspector.run(_COPY, COPIED))
    finally:
        driver.end()
        inspected.end()


class _Driven:
    """
    A browser under WebDriver (https://www.w3.org/TR/webdriver2/).
    """

    def __init__(self, port: int, process: Process) -> None:
        self._url = f"http://127.0.0.1:{port}/session"
        options = {"binary": program(), "args": ["--automation"]}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        wait_for_port(port, process)
        self._url += f"/{self._post('', wanted)['sessionId']}"

    def open(self, url: str) -> None:
        """
        Open a page.
        """
        self._post("/url", {"url": url})

    def run(self, script: str, *arguments: object, is_async: bool = False) -> Any:
        """
        Run a script in the page, and return what it returns.
        """
        return self._post(f"/execute/{'async' if is_async else 'sync'}", {"script": script, "args": arguments})

    def wait_until(self, script: str) -> None:
        """
        Wait until *script* returns true.
        """
        for _ in range(120):
            if self.run(script):
                return
            time.sleep(0.25)
        raise EngineError(f"this never became true: {script}")

    def _post(self, path: str, data: dict[str, Any]) -> Any:
        request = urllib.request.Request(f"{self._url}{path}", data=json.dumps(data).encode(), method="POST")  # noqa: S310
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            return json.load(response)["value"]


def _target(port: int, process: Process) -> str:
    """
    Return the path of the page that can be inspected.
    """
    wait_for_port(port, process)
    for _ in range(120):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as response:
            found = _TARGET.search(response.read().decode())
        if found is not None:
            return found[0]
        time.sleep(0.25)
    raise EngineError("WebKit has no page that can be inspected")
