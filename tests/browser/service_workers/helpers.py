"""
A page with a service worker, and servers for both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from browsercors import Answer, Browser, ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors import Page, ServiceWorkerRegistration

__all__ = ["API", "PAGE", "SCRIPT", "Scene", "scene"]

API, PAGE = "https://api.example.com", "https://app.example.com"
SCRIPT = Answer(200, {"Content-Type": "text/javascript"}, "// the worker")
OPEN = {"Access-Control-Allow-Origin": "*"}


class Scene(NamedTuple):
    """
    A browser, its page and what was registered.
    """

    browser: Browser
    page: Page
    registration: ServiceWorkerRegistration
    app: ScriptedServer
    api: ScriptedServer


def scene(handler: Callable[[Any], Any], profile: Any = "chromium", script: Answer = SCRIPT, **options: Any) -> Scene:
    """
    Register *handler* on a page.

    Args:
        handler: The handler.
        profile: The browser.
        script: What its script is answered with.
        options: The options of the registration, and `path`, where the script is.
    """
    browser = Browser(profile, public_suffix_list="com")
    path = options.pop("path", "/sw.js")
    app = ScriptedServer({path: script, "/own": Answer(200, {}, "own"), "/moved": Answer(302, {"Location": "/own"})})
    api = ScriptedServer(
        {
            "/open": Answer(200, OPEN, "open"),
            "/closed": Answer(200, {}, "closed"),
            "/moved": Answer(302, {**OPEN, "Location": "/open"}),
        }
    )
    browser.mount(PAGE, app)
    browser.mount(API, api)
    page = browser.open(f"{PAGE}/")
    return Scene(browser, page, page.service_worker(path, handler, **options), app, api)
