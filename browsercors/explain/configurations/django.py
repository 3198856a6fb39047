"""
Django, by django-cors-headers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.configurations.configuration_text import (
    ONE_PATH,
    ConfigurationText,
    asked_methods,
    decoded,
    python_pattern,
    python_quoted,
)

if TYPE_CHECKING:
    from browsercors.explain.report import Needs

__all__ = ["django"]

WHERE: Final = (
    "It goes to the end of the settings, below INSTALLED_APPS and MIDDLEWARE; the package django-cors-headers has to "
    "be installed."
)
APPLICATION: Final = "corsheaders"
MIDDLEWARE: Final = "corsheaders.middleware.CorsMiddleware"
DEFAULT_MAX_AGE: Final = "0  # no header, for which browsers take 5; the default is 86400"


def django(needs: Needs) -> ConfigurationText:
    """
    Write *needs* as settings.
    """
    is_open = needs.origin == "*"
    lines = [
        f'INSTALLED_APPS = [*(name for name in INSTALLED_APPS if name != "{APPLICATION}"), "{APPLICATION}"]',
        "# First of all, so that redirects and errors that other middleware makes carry the headers too.",
        "MIDDLEWARE = [",
        f'    "{MIDDLEWARE}",',
        f'    *(name for name in MIDDLEWARE if name != "{MIDDLEWARE}"),',
        "]",
        "",
        f"CORS_ALLOW_ALL_ORIGINS = {is_open}",
        f"CORS_ALLOWED_ORIGINS = {python_quoted(() if is_open else (needs.origin,))}",
        "CORS_ALLOWED_ORIGIN_REGEXES = []",
        f"CORS_URLS_REGEX = {python_pattern(decoded(needs.path))}",
        f"CORS_ALLOW_METHODS = {python_quoted(asked_methods(needs))}",
        f"CORS_ALLOW_HEADERS = {python_quoted(needs.headers)}",
        f"CORS_EXPOSE_HEADERS = {python_quoted(needs.expose)}",
        f"CORS_ALLOW_CREDENTIALS = {needs.credentials}",
        f"CORS_PREFLIGHT_MAX_AGE = {needs.max_age or DEFAULT_MAX_AGE}",
        "",
    ]
    notes = [WHERE, ONE_PATH]
    if needs.max_age == 0:
        notes.append("django-cors-headers leaves Access-Control-Max-Age: 0 out, and browsers then take 5 seconds.")
    return ConfigurationText((("settings.py", "python", "\n".join(lines)),), tuple(notes))
