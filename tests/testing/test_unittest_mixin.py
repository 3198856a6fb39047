"""
Tests of `unittest` and Django in several browsers.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import textwrap
import unittest
from typing import TYPE_CHECKING, Any, Final

import pytest

from browsercors import Answer, CORSTestMixin, ScriptedServer, expect

if TYPE_CHECKING:
    from pathlib import Path

API: Final = "https://api.example.com"
SERVER: Final = ScriptedServer({"/open": Answer(200, {"Access-Control-Allow-Origin": "*"}), "*": Answer(200)})
MOUNT: Final = {API: SERVER}


def outcome_of(case: type[unittest.TestCase]) -> tuple[unittest.TestResult, str]:
    stream = io.StringIO()
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(case)
    result = unittest.TextTestRunner(stream, verbosity=2).run(suite)
    return result, stream.getvalue()


def test_each_test_runs_in_each_browser() -> None:
    ran: list[str] = []

    class Shop(CORSTestMixin, unittest.TestCase):
        cors_browsers = ("firefox", "webkit")
        cors_mount = MOUNT

        def test_open(self) -> None:
            ran.append(self.cors_browser.profile.name)
            expect(self.cors_browser.open("https://app.example.com").fetch(f"{API}/open")).to_be_readable()

    result, _ = outcome_of(Shop)

    assert result.wasSuccessful()
    assert ran == ["firefox", "webkit"]


def test_a_failure_says_in_which_browser_and_why() -> None:
    class Shop(CORSTestMixin, unittest.TestCase):
        cors_browsers = ("chromium", "firefox")

        def make_cors_mount(self) -> dict[str, Any]:
            return {API: SERVER}

        def test_closed(self) -> None:
            result = self.cors_browser.open("https://app.example.com").fetch(f"{API}/closed")
            self.assertTrue(result.readable)  # noqa: PT009 - as its users write it

    result, text = outcome_of(Shop)

    assert len(result.failures) == 2
    assert "browser='firefox'" in text
    assert re.search(r"Fetch 1 of 1 in firefox: BLOCKED +allow-origin-missing", text)
    assert "Access-Control-Allow-Origin is missing" in text


def test_it_runs_in_async_test_cases_too() -> None:
    ran: list[str] = []

    class Shop(CORSTestMixin, unittest.IsolatedAsyncioTestCase):
        cors_mount = MOUNT

        async def test_open(self) -> None:
            ran.append(self.cors_browser.profile.name)
            expect(self.cors_browser.open("https://app.example.com").fetch(f"{API}/open")).to_be_readable()

    assert outcome_of(Shop)[0].wasSuccessful()
    assert ran == ["chromium"]


def test_wrong_browsers_are_named() -> None:
    class Shop(CORSTestMixin, unittest.TestCase):
        cors_browsers = ("chrome",)  # type: ignore[assignment]

        def test_open(self) -> None:
            raise AssertionError("not reached")

    result, _ = outcome_of(Shop)

    assert "browser has to be one of 'chromium'" in result.errors[0][1]


DJANGO_TESTS: Final = """
from browsercors import CORSTestMixin, Policy, check_policy
from django.http import HttpResponse
from django.test import TestCase
from django.core.handlers.wsgi import WSGIHandler
from django.urls import path

urlpatterns = [path("", lambda request: HttpResponse("hello"))]


class First(CORSTestMixin, TestCase):
    cors_browsers = ("chromium", "webkit")

    def make_cors_mount(self):
        return {"https://api.example.com": WSGIHandler()}

    def test_blocked(self):
        self.cors_browser.open("https://app.example.com").fetch("https://api.example.com/").raise_for_unreadable()


class Second(TestCase):
    def test_policy(self):
        check_policy(WSGIHandler(), Policy(origins="https://app.example.com"), budget=40, untried="ignore")


class Third(TestCase):
    def test_passes(self):
        pass
"""

DJANGO_RUN: Final = """
import django
from django.conf import settings

if __name__ == "__main__":
    settings.configure(
        ROOT_URLCONF="tests_of_shop", ALLOWED_HOSTS=["*"], DATABASES={}, SECRET_KEY="x", INSTALLED_APPS=[]
    )
    django.setup()
    from django.test.runner import DiscoverRunner

    runner = DiscoverRunner(parallel=2)
    suite = runner.build_suite(["tests_of_shop"])
    result = runner.run_suite(suite)
    print("ran", result.testsRun, "failures", len(result.failures), "errors", len(result.errors))
    for _, text in [*result.failures, *result.errors]:
        print(text)
"""


def test_a_failure_reaches_the_parent_of_django_s_parallel_runner(tmp_path: Path) -> None:
    pytest.importorskip("tblib", reason="Django needs it to pass tracebacks on")
    (tmp_path / "tests_of_shop.py").write_text(textwrap.dedent(DJANGO_TESTS))
    (tmp_path / "run.py").write_text(textwrap.dedent(DJANGO_RUN))

    run = subprocess.run([sys.executable, "run.py"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "ran 3" in run.stdout, run.stdout + run.stderr
    assert "allow-origin-missing" in run.stdout
    assert "PolicyViolation" in run.stdout
    assert "pickle" not in run.stdout + run.stderr
