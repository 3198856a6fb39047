"""
Pages whose origin is none of http(s): extensions of browsers, and applications that are made of web pages.
"""

from __future__ import annotations

from typing import Final

__all__ = ["OF_APPS"]

EXTENSION: Final = (
    "Or let the extension ask from its background, with the server in host_permissions: CORS does not bind it there."
)
APP: Final = "Or let the app ask through its native HTTP, which CORS does not bind."
OF_APPS: Final = {
    "capacitor": APP,
    "ionic": APP,
    "tauri": APP,
    "app": APP,
    "chrome-extension": EXTENSION,
    "moz-extension": EXTENSION,
    "safari-web-extension": EXTENSION,
}
"""What else can be done there, by the scheme of the origin."""
