"""
Find what answers for an origin in a test by its name: a fixture, an application, Django's own, or a URL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors.servers.named_applications import ApplicationFailed, NoSuchApplication, find_application

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from browsercors.browser.browser import AsyncBrowser, Browser

__all__ = ["find_target", "mount_all"]


def mount_all(
    browser: Browser | AsyncBrowser, wanted: Mapping[str, tuple[Any, Mapping[str, Any]]], request: pytest.FixtureRequest
) -> None:
    """
    Mount in *browser* what is wanted.

    Args:
        browser: The browser.
        wanted: By origin, what answers for it or its name, and the options of `Browser.mount`.
        request: The request of the test, for its fixtures.

    Raises:
        pytest.fail.Exception: An origin, a name or an option is wrong.
    """
    for origin, (target, options) in wanted.items():
        found = find_target(target, request) if isinstance(target, str) else target
        try:
            browser.mount(origin, found, **options)
        except (TypeError, ValueError) as error:
            pytest.fail(f"cors_mount: {origin!r} = {target!r}: {error}", pytrace=False)


def find_target(name: str, request: pytest.FixtureRequest) -> Any:
    """
    Return what *name* names.

    Args:
        name: A URL, `django.wsgi`, `django.asgi`, `module:attribute`, `module:factory()`, or the name of a fixture.
        request: The request of the test, for its fixtures.

    Raises:
        pytest.fail.Exception: There is no such thing.
    """
    if "://" in name:
        return name
    if name in DJANGO:
        return _load_django(name)
    if ":" in name:
        try:
            return find_application(name).make()
        except (NoSuchApplication, ApplicationFailed) as error:
            pytest.fail(f"cors_mount: {error}", pytrace=False)
    try:
        return request.getfixturevalue(name)
    except pytest.FixtureLookupError as error:
        # NB: the missing one may be a fixture that this fixture uses.
        if error.argname != name:
            raise
        pytest.fail(
            f"cors_mount: there is no fixture {name!r} for this test; write the name of a fixture (app, live_server), "
            "module:attribute, django.wsgi, django.asgi or a URL",
            pytrace=False,
        )


def _load_django(name: str) -> Any:
    try:
        from django.core.exceptions import ImproperlyConfigured
    except ImportError:
        pytest.fail(f"cors_mount: {name} needs Django, which is not installed", pytrace=False)
    try:
        return DJANGO[name]()
    except ImproperlyConfigured as error:
        pytest.fail(f"cors_mount: {name} needs Django's settings (pytest-django finds them): {error}", pytrace=False)


def _django_wsgi() -> Any:
    from django.core.servers.basehttp import get_internal_wsgi_application

    return get_internal_wsgi_application()


def _django_asgi() -> Any:
    from django.conf import settings
    from django.core.asgi import get_asgi_application
    from django.utils.module_loading import import_string

    # NB: Django itself has no such setting, but Channels and Daphne do.
    path = getattr(settings, "ASGI_APPLICATION", None)
    return get_asgi_application() if path is None else import_string(path)


DJANGO: Final[Mapping[str, Callable[[], Any]]] = {"django.wsgi": _django_wsgi, "django.asgi": _django_asgi}
