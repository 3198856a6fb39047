"""
Django's test database, from applications in threads of their own.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

pytest.importorskip("django")

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM: Final = """
import sys
import unittest
import warnings

import django
from django.conf import settings

settings.configure(
    ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="x", DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
django.setup()

from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.test import TestCase
from django.test.runner import DiscoverRunner
from django.urls import path

from browsercors import AsyncBrowser, Browser

API, PAGE = "https://api.example.com", "https://app.example.com"


def count(request):
    return HttpResponse(str(User.objects.count()), headers={"Access-Control-Allow-Origin": "*"})


urlpatterns = [path("", count)]


class Test(TestCase):
    def setUp(self):
        User.objects.create(username="somebody")

    def test_wsgi_sees_it(self):
        with Browser() as browser:
            browser.mount(API, get_wsgi_application())
            self.assertEqual("1", browser.open(PAGE).fetch(API).text())

    async def test_asgi_in_an_async_test_sees_it(self):
        async with AsyncBrowser() as browser:
            browser.mount(API, get_asgi_application())
            self.assertEqual("1", (await browser.open(PAGE).fetch(API)).text())

    def test_asgi_in_a_sync_browser_says_why_not(self):
        with Browser() as browser, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            browser.mount(API, get_asgi_application())
            page = browser.open(PAGE)
            page.fetch(API)
            page.fetch(API)
        (warning,) = [each for each in caught if each.category is RuntimeWarning]
        self.assertIn("does not see what the test has written", str(warning.message))


runner = DiscoverRunner(verbosity=0)
databases = runner.setup_databases()
result = unittest.TextTestRunner().run(unittest.defaultTestLoader.loadTestsFromTestCase(Test))
sys.exit(not result.wasSuccessful() or result.testsRun != 3)
"""


def test_an_application_sees_the_database_of_the_test_or_says_why_not(tmp_path: Path) -> None:
    """
    In a process of its own, as Django is configured once.
    """
    (tmp_path / "django_project.py").write_text(PROGRAM)

    run = subprocess.run(
        [sys.executable, "django_project.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stderr
