"""
Why a Django application does not see what a test has written: database connections belong to threads.

Django's `TestCase` wraps each test in a transaction, on the connection of the test's thread. A sync browser runs an
ASGI application in a thread of its own, where Django opens a connection of its own.

https://docs.djangoproject.com/en/5.2/topics/async/#async-safety
"""

from __future__ import annotations

import sys
import warnings
from typing import Any, Final

__all__ = ["warn_of_unseen_database"]

LAYERS: Final = 16
"""How many middlewares around an application are looked through."""

UNSEEN: Final = (
    "this Django application runs in a thread of its own, so it does not see what the test has written: that is in "
    "a transaction of the test's thread. Mount get_wsgi_application() (cors_mount: django.wsgi), await an AsyncBrowser "
    "in an async test, or derive from TransactionTestCase"
)


def warn_of_unseen_database(app: object) -> None:
    """
    Warn if *app* is a Django application, and a transaction of this thread is open that it would not see.
    """
    django_db: Any = sys.modules.get("django.db")
    if django_db is None or not _is_of_django(app):
        return
    if any(connection.in_atomic_block for connection in django_db.connections.all(initialized_only=True)):
        warnings.warn(UNSEEN, RuntimeWarning, stacklevel=2)


def _is_of_django(app: object) -> bool:
    for _ in range(LAYERS):
        if any(each.__module__ == "django.core.handlers.asgi" for each in type(app).__mro__):
            return True
        # NB: as Channels, Starlette and many middlewares call what they wrap.
        app = getattr(app, "application", None) or getattr(app, "app", None)
        if app is None:
            return False
    return False
