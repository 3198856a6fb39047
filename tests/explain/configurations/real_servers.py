"""
The real servers that a configuration is tried on, with the texts of its files applied as they are.

All of them answer what is below `/items/` with 200 and `X-Total: 3`, fail at `/boom`, and know no other path.
They refuse OPTIONS, as an application does that asks for authentication first; but for Flask, whose own answer to
OPTIONS is what flask-cors adds its headers to.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import fastapi
import flask
import pytest

from tests.servers.applications.test_frameworks import configure_django, django_application

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Texts = dict[str, str]
    """A configuration: text by file name; empty for none."""

METHODS: Final = ["GET", "POST", "PUT", "DELETE"]


def _run(text: str, name: str, names: dict[str, Any]) -> dict[str, Any]:
    """
    Run the text of a Python file below what *names* says was above it, and return all names.
    """
    exec(compile(text, name, "exec"), names)  # noqa: S102
    return names


def _flask(texts: Texts) -> Any:
    app = flask.Flask("example")

    def item(rest: str) -> Any:
        return {}, {"X-Total": "3"}

    def boom() -> Any:
        raise ValueError("boom")

    app.add_url_rule("/items/<path:rest>", view_func=item, methods=METHODS)
    app.add_url_rule("/boom", view_func=boom)
    return _run(texts.get("app.py", ""), "app.py", {"app": app})["app"]


def _fastapi(texts: Texts) -> Any:
    app = fastapi.FastAPI()

    @app.options("/items/{rest:path}", status_code=401)
    def refuse(rest: str) -> None:
        """
        Say no more.
        """

    @app.api_route("/items/{rest:path}", methods=METHODS)
    def item(rest: str, response: fastapi.Response) -> Any:
        response.headers["X-Total"] = "3"
        return {}

    @app.get("/boom")
    def boom() -> Any:
        raise ValueError("boom")

    return _run(texts.get("main.py", ""), "main.py", {"app": app})["app"]


def _django(texts: Texts) -> Any:
    configure_django()
    from django.http import HttpResponse, JsonResponse
    from django.urls import path, re_path

    def item(request: Any) -> Any:
        if request.method == "OPTIONS":
            return HttpResponse(status=401)
        return JsonResponse({}, headers={"X-Total": "3"})

    def boom(request: Any) -> Any:
        raise ValueError("boom")

    above = {"INSTALLED_APPS": [], "MIDDLEWARE": ["django.middleware.common.CommonMiddleware"]}
    names = _run(texts.get("settings.py", ""), "settings.py", above)
    settings = {name: value for name, value in names.items() if name.isupper()}
    settings["ROOT_URLCONF"] = (re_path(r"(?s)^items/.*\Z", item), path("boom", boom))
    return django_application(settings)


def _in_process(make: Callable[[Texts], Any]) -> Callable[[Sequence[Texts], Path], Any]:
    @contextlib.contextmanager
    def start(configurations: Sequence[Texts], directory: Path) -> Iterator[list[Any]]:
        yield [make(texts) for texts in configurations]

    return start


@contextlib.contextmanager
def _ended(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    with process:
        try:
            yield process
        finally:
            process.terminate()


@contextlib.contextmanager
def _express(configurations: Sequence[Texts], directory: Path) -> Iterator[list[str]]:
    node = shutil.which("node")
    # NB: Debian's modules are not where another build of Node looks.
    search = os.pathsep.join(filter(None, (os.environ.get("NODE_PATH"), "/usr/share/nodejs")))
    environment = {**os.environ, "NODE_PATH": search, "NODE_ENV": "test"}
    needed = ["-e", 'require("express"); require("cors")']
    if node is None or subprocess.run([node, *needed], env=environment, capture_output=True, check=False).returncode:
        pytest.skip("there is no node with express and cors here (Debian: node-express, node-cors)")
    texts = directory / "texts.json"
    texts.write_text(json.dumps([configuration.get("app.js", "") for configuration in configurations]), "utf-8")
    command = [node, str(Path(__file__).with_name("express_servers.js")), str(texts)]
    with _ended(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)) as process:
        assert process.stdout is not None
        yield [f"http://127.0.0.1:{port}" for port in json.loads(process.stdout.readline())]


NGINX: Final = """
daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include {directory}/conf.d/*.conf;

    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://127.0.0.1:{upstream};
        }}
{location}
    }}

    server {{
        listen 127.0.0.1:{upstream};
        if ($request_method = OPTIONS) {{
            return 401;
        }}
        location /items/ {{
            add_header X-Total 3;
            return 200;
        }}
        location = /boom {{
            return 500;
        }}
        location / {{
            return 404;
        }}
    }}
}}
"""
PLACE: Final = "# What the server does for this path already stays here, such as proxy_pass."


@contextlib.contextmanager
def _nginx(configurations: Sequence[Texts], directory: Path) -> Iterator[list[str]]:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("there is no nginx here (Debian: nginx-light)")
    with contextlib.ExitStack() as stack:
        ports = _free_ports(2 * len(configurations))
        for number, texts in enumerate(configurations):
            prefix = directory / str(number)
            (prefix / "conf.d").mkdir(parents=True)
            (prefix / "conf.d" / "cors.conf").write_text(texts.get("conf.d/cors.conf", ""), "utf-8")
            port, upstream = ports[2 * number : 2 * number + 2]
            location = texts.get("the server block", "")
            assert location.count(PLACE) == bool(location)
            location = location.replace(PLACE, f"proxy_pass http://127.0.0.1:{upstream};")
            text = NGINX.format(directory=prefix, port=port, upstream=upstream, location=location)
            (prefix / "nginx.conf").write_text(text, "utf-8")
            command = [program, "-p", str(prefix), "-c", str(prefix / "nginx.conf"), "-e", "stderr"]
            stack.enter_context(_ended(subprocess.Popen(command, text=True)))
        for port in ports:
            _await(port)
        yield [f"http://127.0.0.1:{port}" for port in ports[::2]]


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        # All are held at once: one that was let go could be given out again.
        servers = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [server.getsockname()[1] for server in servers]


def _await(port: int) -> None:
    for _ in range(500):
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.01)
    pytest.fail(f"nothing listens on port {port}; what it said is above")


START: Final[dict[str, Any]] = {
    "flask-cors": _in_process(_flask),
    "fastapi": _in_process(_fastapi),
    "django-cors-headers": _in_process(_django),
    "express-cors": _express,
    "express": _express,
    "nginx": _nginx,
}
"""By server, a context manager from configurations and a directory to what can be mounted, one for each."""
