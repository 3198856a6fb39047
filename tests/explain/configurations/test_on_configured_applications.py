"""
Configurations on applications that have a policy already: what stays in force, and what is gone once it is removed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import fastapi
import flask
import flask_cors
import pytest
from fastapi.middleware.cors import CORSMiddleware

from browsercors import Browser
from browsercors.explain.configurations.choose import SERVERS, configuration
from browsercors.explain.report import Needs
from tests.servers.applications.test_frameworks import configure_django, django_application

if TYPE_CHECKING:
    from collections.abc import Callable

API = "https://api.example.com"
PAGE = "https://app.example.com"
OTHER = "https://other.example"
ITEM = "/items/7"
NEEDS = Needs(PAGE, API, ITEM, method="PUT", methods=("PUT",), headers=("x-a",))


def _applied(server: str, names: dict[str, Any]) -> dict[str, Any]:
    (file,) = configuration(server, NEEDS).files
    exec(compile(file.text, file.name, "exec"), names)  # noqa: S102 - it is the configuration that is tried
    return names


def _flask(policy: dict[str, Any] | None) -> Any:
    app = flask.Flask("example")
    app.add_url_rule(ITEM, view_func=lambda: "x", methods=["GET", "PUT"])
    if policy is not None:
        flask_cors.CORS(app, **policy)
    return _applied("flask-cors", {"app": app})["app"]


def _fastapi(policy: dict[str, Any] | None) -> Any:
    app = fastapi.FastAPI()
    app.api_route(ITEM, methods=["GET", "PUT"])(lambda: "x")
    if policy is not None:
        app.add_middleware(CORSMiddleware, **policy)
    return _applied("fastapi", {"app": app})["app"]


def _django(policy: dict[str, Any] | None) -> Any:
    configure_django()
    from django.http import HttpResponse
    from django.urls import path

    above: dict[str, Any] = {"INSTALLED_APPS": [], "MIDDLEWARE": ["django.middleware.common.CommonMiddleware"]}
    if policy is not None:
        above["INSTALLED_APPS"] = ["corsheaders"]
        above["MIDDLEWARE"] = [*above["MIDDLEWARE"], "corsheaders.middleware.CorsMiddleware"]
    names = _applied("django-cors-headers", {**above, **(policy or {})})
    settings = {name: value for name, value in names.items() if name.isupper()}
    settings["ROOT_URLCONF"] = (path(ITEM[1:], lambda _request: HttpResponse("x")),)
    return django_application(settings)


def _may_read(application: Any, page: str, *, method: str, credentials: Any) -> bool:
    with Browser(public_suffix_list=["com", "example"]) as browser:
        browser.mount(API, application)
        headers = {"X-A": "1"} if method == "PUT" else None
        result = browser.open(page).fetch(f"{API}{ITEM}", method=method, headers=headers, credentials=credentials)
        return result.readable


CARELESS = {
    "flask-cors": {"origins": ".*", "supports_credentials": True},
    "fastapi": {"allow_origin_regex": ".*", "allow_credentials": True, "allow_methods": ["*"], "allow_headers": ["*"]},
    "django-cors-headers": {
        "CORS_ALLOW_ALL_ORIGINS": True,
        "CORS_ALLOW_CREDENTIALS": True,
        "CORS_ALLOWED_ORIGIN_REGEXES": [".*"],
    },
}
STRICT = {
    "flask-cors": {"origins": ["https://admin.example.com"]},
    "fastapi": {"allow_origins": ["https://admin.example.com"]},
    "django-cors-headers": {"CORS_ALLOWED_ORIGINS": ["https://admin.example.com"]},
}
APPLICATIONS: dict[str, Callable[[dict[str, Any] | None], Any]] = {
    "flask-cors": _flask,
    "fastapi": _fastapi,
    "django-cors-headers": _django,
}
STAYS = {"flask-cors", "fastapi"}
"""Where a careless policy stays in force beside the configuration; for Django the later settings count."""


@pytest.mark.parametrize("server", APPLICATIONS)
@pytest.mark.parametrize("policy", [STRICT, None], ids=["with a strict policy", "without a policy"])
def test_beside_a_strict_policy_it_lets_in_its_page_and_no_other(
    server: str, policy: dict[str, dict[str, Any]] | None
) -> None:
    application = APPLICATIONS[server](None if policy is None else policy[server])

    for method in ("GET", "PUT"):
        assert _may_read(application, PAGE, method=method, credentials="omit")
        assert not _may_read(application, OTHER, method=method, credentials="omit")
        assert not _may_read(application, PAGE, method=method, credentials="include")


@pytest.mark.parametrize("server", APPLICATIONS)
def test_a_careless_policy_stays_in_force_only_where_it_says_to_remove_it(server: str) -> None:
    application = APPLICATIONS[server](CARELESS[server])

    is_open = _may_read(application, OTHER, method="GET", credentials="include")

    assert (server in STAYS) is is_open
    assert any("allows stays" in part or "allow stays" in part for part in _removes(server)) is is_open


def _removes(server: str) -> list[str]:
    return [
        part for part in configuration(server, NEEDS).note.split(". ") if "emove" in part or "takes the place" in part
    ]


@pytest.mark.parametrize("server", SERVERS)
def test_every_configuration_says_what_has_to_go(server: str) -> None:
    assert _removes(server)
