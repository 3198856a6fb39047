from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from browsercors import Answer, Browser, ScriptedServer
from browsercors.testing.mounting import find_target, mount_all
from tests.servers.applications.test_frameworks import configure_django

if TYPE_CHECKING:
    from collections.abc import Iterator

API = "https://api.example.com"


@pytest.fixture
def some_fixture() -> str:
    return "its value"


@pytest.fixture
def wants_more(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("not_there")


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [b"ours"]


def make_application() -> Any:
    return application


TARGETS = [
    # name                                                   what it is
    ("https://localhost:8000/", "https://localhost:8000/"),
    ("some_fixture", "its value"),
    ("tests.testing.test_mounting:API", API),
    ("tests.testing.test_mounting:make_application()", application),
]


@pytest.mark.parametrize(("name", "target"), TARGETS)
def test_a_name_names_a_url_a_fixture_or_something_to_import(
    request: pytest.FixtureRequest, name: str, target: object
) -> None:
    assert target == find_target(name, request)


WRONG_NAMES = [
    ("not_there", "cors_mount: there is no fixture 'not_there' for this test; write the name of a fixture"),
    ("no.such.module:app", "cors_mount: there is no module 'no'"),
    ("tests.testing.test_mounting:aplication", "did you mean application"),
    ("two words: app", "cors_mount: 'two words: app' names no application"),
]


@pytest.mark.parametrize(("name", "message"), WRONG_NAMES)
def test_a_wrong_name_is_told(request: pytest.FixtureRequest, name: str, message: str) -> None:
    with pytest.raises(pytest.fail.Exception) as caught:
        find_target(name, request)

    assert message in str(caught.value)
    assert not caught.value.pytrace


def test_a_fixture_that_lacks_another_one_is_not_what_is_missing(request: pytest.FixtureRequest) -> None:
    with pytest.raises(pytest.FixtureLookupError):
        find_target("wants_more", request)


def mounted(target: Any, **options: Any) -> Browser:
    browser = Browser()
    mount_all(browser, {API: (target, options)}, SimpleNamespace())  # type: ignore[arg-type]  # asked for nothing
    return browser


def test_what_is_no_name_is_mounted_as_it_is() -> None:
    server = ScriptedServer({"*": Answer(200, {}, b"scripted")})

    assert mounted(server).open(f"{API}/").fetch("/").text() == "scripted"
    assert mounted(application, interface="wsgi").open(f"{API}/").fetch("/").text() == "ours"


WRONG_MOUNTS = [
    # origin               target       options             message
    ("api.example.com", application, {}, "cors_mount: 'api.example.com' = "),
    (API, 7, {}, "target has to be a WSGI or ASGI application"),
    (API, application, {"interface": "cgi"}, "interface has to be 'wsgi', 'asgi' or None, not 'cgi'"),
    (API, application, {"colour": "red"}, "unexpected keyword argument 'colour'"),
]


@pytest.mark.parametrize(("origin", "target", "options", "message"), WRONG_MOUNTS)
def test_a_wrong_mount_is_told(origin: str, target: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(pytest.fail.Exception) as caught:
        mount_all(Browser(), {origin: (target, options)}, SimpleNamespace())  # type: ignore[arg-type]  # asked for nothing

    assert message in str(caught.value)


@pytest.fixture
def django_settings() -> Iterator[Any]:
    configure_django()
    from django.test import override_settings

    with override_settings(WSGI_APPLICATION=None) as changed:
        yield changed


@pytest.mark.usefixtures("django_settings")
@pytest.mark.parametrize("name", ["django.wsgi", "django.asgi"])
def test_django_s_application_is_the_one_that_it_makes_itself(request: pytest.FixtureRequest, name: str) -> None:
    with mounted(find_target(name, request)) as browser:
        result = browser.open(f"{API}/").fetch("/items/7", method="POST", body="x")

    assert result.exchanges[0].traceback is None
    assert result.status in {200, 404}


DJANGO_SETTINGS = [("django.wsgi", "WSGI_APPLICATION"), ("django.asgi", "ASGI_APPLICATION")]


@pytest.mark.usefixtures("django_settings")
@pytest.mark.parametrize(("name", "setting"), DJANGO_SETTINGS)
def test_django_s_application_is_the_one_that_the_settings_name(
    request: pytest.FixtureRequest, name: str, setting: str
) -> None:
    from django.test import override_settings

    with override_settings(**{setting: "tests.testing.test_mounting.application"}):
        assert find_target(name, request) is application


def test_django_that_is_not_there_is_told(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "django.core.exceptions", None)

    with pytest.raises(pytest.fail.Exception, match=r"django\.wsgi needs Django, which is not installed"):
        find_target("django.wsgi", request)


def test_settings_that_are_not_right_are_told(request: pytest.FixtureRequest) -> None:
    configure_django()
    from django.test import override_settings

    with (
        override_settings(WSGI_APPLICATION="no.such.module"),
        pytest.raises(pytest.fail.Exception, match=r"django\.wsgi needs Django's settings .*no\.such\.module"),
    ):
        find_target("django.wsgi", request)
