"""
browsercors: the browser side of CORS.

    >>> from browsercors import Browser, ScriptedServer
"""

from browsercors.browser.browser import AsyncBrowser, Browser
from browsercors.browser.errors import CORSBlocked, FetchBlocked, OpaqueResponse, UnreadableResponse

__all__ = ["AsyncBrowser", "Browser", "CORSBlocked", "FetchBlocked", "OpaqueResponse", "UnreadableResponse"]
