"""
Requests in each form in which tools and browsers write them: what a page would send of them.
"""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from browsercors.pasted.reader import read_pasted
from browsercors.pasted.results import PastedExchange, PastedRequest, PasteForm, Unreadable

if TYPE_CHECKING:
    from browsercors.pasted.results import Pasted

API = "https://api.example.com"
PAGE = "https://app.example.com/"
FORM_TYPE = ("Content-Type", "application/x-www-form-urlencoded")


def request_of(text: str, **options: Any) -> PastedRequest:
    pasted = read_pasted(text, **options)
    if isinstance(pasted, PastedExchange):
        return pasted.request
    assert isinstance(pasted, PastedRequest), pasted
    return pasted


CHROMIUM_POSIX = """curl 'https://api.example.com/items/7?a=1&b=2' \\
  -X 'PUT' \\
  -H 'accept: application/json' \\
  -H 'accept-language: de-DE,de;q=0.9' \\
  -H 'content-type: application/json' \\
  -b 'session=1; theme=dark' \\
  -H 'origin: https://app.example.com' \\
  -H 'priority: u=1, i' \\
  -H 'referer: https://app.example.com/cart' \\
  -H 'sec-ch-ua: "Chromium";v="156"' \\
  -H 'sec-fetch-mode: cors' \\
  -H 'sec-fetch-site: same-site' \\
  -H 'user-agent: Mozilla/5.0 (X11; Linux x86_64)' \\
  --data-raw $'{"name":"it\\'s","note":"\\u0021"}' \\
  --insecure
"""
CHROMIUM_CMD = """curl ^"https://api.example.com/items/7?a=1^&b=2^" ^
  -X ^"PUT^" ^
  -H ^"content-type: application/json^" ^
  -H ^"origin: https://app.example.com^" ^
  -H ^"sec-fetch-mode: cors^" ^
  -b ^"session=1^" ^
  --data-raw ^"^{^\\^"name^\\^":^\\^"100^%^\\^"^}^"
"""
CHROMIUM_POWERSHELL = """$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession
$session.UserAgent = "Mozilla/5.0 (X11; Linux x86_64)"
$session.Cookies.Add((New-Object System.Net.Cookie("session", "1", "/", "api.example.com")))
Invoke-WebRequest -UseBasicParsing -Uri "https://api.example.com/items/7" `
-Method "PUT" `
-WebSession $session `
-Headers @{
"authority"="api.example.com"
  "method"="PUT"
  "path"="/items/7"
  "scheme"="https"
  "accept"="application/json"
  "origin"="https://app.example.com"
  "sec-fetch-mode"="cors"
} `
-ContentType "application/json" `
-Body ([System.Text.Encoding]::UTF8.GetBytes("{`"name`":`"caf$([char]233)`"}"))
"""
CHROMIUM_FETCH = """fetch("https://api.example.com/items/7", {
  "headers": {
    "accept": "application/json",
    "content-type": "application/json",
    "sec-ch-ua": "\\"Chromium\\";v=\\"156\\"",
    "sec-fetch-mode": "cors"
  },
  "referrer": "https://app.example.com/",
  "referrerPolicy": "strict-origin-when-cross-origin",
  "body": "{\\"name\\":\\"\\u00fc\\"}",
  "method": "PUT",
  "mode": "cors",
  "credentials": "include"
});"""
CHROMIUM_NODE_FETCH = """fetch("https://api.example.com/me", {
  "headers": {
    "accept": "*/*",
    "cookie": "session=1",
    "sec-fetch-mode": "cors",
    "Referer": "https://app.example.com/"
  },
  "body": null,
  "method": "GET"
});"""
FIREFOX_FETCH = """await fetch("https://api.example.com/me", {
    "credentials": "omit",
    "headers": {
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
        "Accept": "*/*",
        "Accept-Language": "en-US,en;q=0.5",
        "X-A": "1",
        "Sec-Fetch-Mode": "cors"
    },
    "referrer": "https://app.example.com/",
    "method": "GET",
    "mode": "cors"
});"""
FIREFOX_CURL = """curl 'https://api.example.com/me' --compressed -H 'User-Agent: Mozilla/5.0 (X11)' -H 'Accept: */*' \
-H 'Origin: https://app.example.com' -H 'Cookie: session=1' -H 'Sec-Fetch-Mode: cors'"""
HAND_WRITTEN_FETCH = """const response = await fetch(`https://api.example.com/items`, {
  method: 'patch', // small letters
  headers: {Authorization: `Bearer ${token}`, 'X-A': '1',},
  credentials: 'include',
  body: JSON.stringify({name: "Widget", tags: ['a', 'b',], price: 1.50, id,}),
}).then(response => response.json())"""
HTTPIE = "https PUT api.example.com/items/7 Origin:https://app.example.com X-A:1 name=Widget count:=2 q==a Cookie:s=1"
RAW = """PUT /items/7 HTTP/1.1
Host: api.example.com
Origin: https://app.example.com
Content-Type: application/json
Cookie: session=1

{}"""
HTTP_2 = """:method: PUT
:scheme: https
:authority: api.example.com
:path: /items/7
origin: https://app.example.com
content-type: application/json

{}"""
CURL_VERBOSE = """* Host api.example.com:443 was resolved.
*   Trying 192.0.2.1:443...
> GET /me HTTP/2
> Host: api.example.com
> User-Agent: curl/8.11.0
> Accept: */*
> Origin: https://app.example.com
>
< HTTP/2 200
< content-type: application/json
<
{}"""
HAR_ENTRY = json.dumps(
    {
        "_resourceType": "fetch",
        "request": {
            "method": "PUT",
            "url": f"{API}/items/7",
            "headers": [
                {"name": "Origin", "value": "https://app.example.com"},
                {"name": "X-A", "value": "1"},
                {"name": "User-Agent", "value": "Mozilla/5.0"},
            ],
            "postData": {"mimeType": "application/json", "text": "{}"},
        },
        "response": {"status": 200, "statusText": "OK", "headers": []},
    }
)
POSTMAN = json.dumps(
    {
        "info": {"name": "Shop", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "variable": [{"key": "baseUrl", "value": API}],
        "item": [
            {
                "name": "folder",
                "item": [
                    {
                        "name": "Change",
                        "request": {
                            "method": "PUT",
                            "header": [
                                {"key": "Origin", "value": "https://app.example.com"},
                                {"key": "X-Off", "value": "1", "disabled": True},
                            ],
                            "url": {"raw": "{{baseUrl}}/items/:id", "variable": [{"key": "id", "value": "7"}]},
                            "body": {"mode": "raw", "raw": "{}", "options": {"raw": {"language": "json"}}},
                            "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "t"}]},
                        },
                    }
                ],
            },
            {"name": "Other", "request": "https://api.example.com/other"},
        ],
    }
)
INSOMNIA = json.dumps(
    {
        "_type": "export",
        "__export_format": 4,
        "resources": [
            {"_type": "workspace", "name": "Shop"},
            {"_type": "environment", "data": {"base_url": API}},
            {
                "_type": "request",
                "name": "Change",
                "method": "PUT",
                "url": "{{ _.base_url }}/items/7",
                "headers": [{"name": "Origin", "value": "https://app.example.com"}],
                "parameters": [{"name": "q", "value": "a b"}],
                "body": {"mimeType": "application/json", "text": "{}"},
                "authentication": {"type": "basic", "username": "u", "password": "p"},
            },
        ],
    }
)

JSON_TYPE = ("content-type", "application/json")

FORMS = [
    # name                 text                form                    what is read
    (
        "cURL (POSIX)",
        CHROMIUM_POSIX,
        PasteForm.CURL,
        {
            "method": "PUT",
            "url": f"{API}/items/7?a=1&b=2",
            "headers": (("accept", "application/json"), JSON_TYPE),
            "body": b'{"name":"it\'s","note":"!"}',
            "cookies": (("session", "1"), ("theme", "dark")),
            "page_url": "https://app.example.com/cart",
            "mode": "cors",
            "credentials": ("include",),
        },
    ),
    (
        "cURL (cmd)",
        CHROMIUM_CMD,
        PasteForm.CURL,
        {
            "method": "PUT",
            "url": f"{API}/items/7?a=1&b=2",
            "headers": (JSON_TYPE,),
            "body": b'{"name":"100%"}',
            "page_url": PAGE,
        },
    ),
    ("cURL (Firefox)", FIREFOX_CURL, PasteForm.CURL, {"method": "GET", "headers": (), "credentials": ("include",)}),
    (
        "cURL (PowerShell)",
        "curl.exe 'https://api.example.com/x?a=b' `\n  -H 'origin: https://app.example.com' `\n  -H \"x-a: `\"1`\"\"",
        PasteForm.CURL,
        {"url": f"{API}/x?a=b", "headers": (("x-a", '"1"'),), "page_url": PAGE},
    ),
    (
        "PowerShell",
        CHROMIUM_POWERSHELL,
        PasteForm.POWERSHELL,
        {
            "method": "PUT",
            "url": f"{API}/items/7",
            "headers": (("accept", "application/json"), ("Content-Type", "application/json")),
            "body": '{"name":"café"}'.encode(),
            "cookies": (("session", "1"),),
            "page_url": PAGE,
            "notes": (),
        },
    ),
    (
        "fetch (Chromium)",
        CHROMIUM_FETCH,
        PasteForm.FETCH,
        {
            "method": "PUT",
            "headers": (("accept", "application/json"), JSON_TYPE),
            "body": '{"name":"ü"}'.encode(),
            "page_url": PAGE,
            "mode": "cors",
            "credentials": ("include",),
            "referrer_policy": "strict-origin-when-cross-origin",
            "unknown": (),
        },
    ),
    (
        "fetch (Node.js)",
        CHROMIUM_NODE_FETCH,
        PasteForm.FETCH,
        {"method": "GET", "headers": (), "cookies": (("session", "1"),), "credentials": ("include",), "page_url": PAGE},
    ),
    (
        "fetch (Firefox)",
        FIREFOX_FETCH,
        PasteForm.FETCH,
        {"headers": (("X-A", "1"),), "page_url": PAGE, "credentials": ("omit",), "body": None},
    ),
    (
        "fetch (by hand)",
        HAND_WRITTEN_FETCH,
        PasteForm.FETCH,
        {
            "method": "patch",
            "headers": (
                ("Authorization", "Bearer ${token}"),
                ("X-A", "1"),
                ("Content-Type", "text/plain;charset=UTF-8"),
            ),
            "body": b'{"name":"Widget","tags":["a","b"],"price":1.5,"id":"id"}',
            "credentials": ("include",),
            "page_url": None,
        },
    ),
    (
        "HTTPie",
        HTTPIE,
        PasteForm.HTTPIE,
        {
            "method": "PUT",
            "url": f"{API}/items/7?q=a",
            "headers": (("X-A", "1"), ("Content-Type", "application/json")),
            "body": b'{"name": "Widget", "count": 2}',
            "cookies": (("s", "1"),),
            "page_url": PAGE,
        },
    ),
    ("raw HTTP", RAW, PasteForm.RAW_HTTP, {"method": "PUT", "url": f"{API}/items/7", "body": b"{}", "page_url": PAGE}),
    ("HTTP/2", HTTP_2, PasteForm.RAW_HTTP, {"method": "PUT", "url": f"{API}/items/7", "headers": (JSON_TYPE,)}),
    ("curl -v", CURL_VERBOSE, PasteForm.CURL_OUTPUT, {"method": "GET", "url": f"{API}/me", "headers": ()}),
    (
        "HAR entry",
        HAR_ENTRY,
        PasteForm.HAR_ENTRY,
        {"method": "PUT", "headers": (("X-A", "1"),), "body": b"{}", "page_url": PAGE},
    ),
    (
        "Postman",
        POSTMAN,
        PasteForm.POSTMAN,
        {
            "method": "PUT",
            "url": f"{API}/items/7",
            "headers": (("Content-Type", "application/json"), ("Authorization", "Bearer t")),
            "body": b"{}",
            "page_url": PAGE,
            "notes": ("other requests of the export are left out: Other",),
        },
    ),
    (
        "Insomnia",
        INSOMNIA,
        PasteForm.INSOMNIA,
        {
            "method": "PUT",
            "url": f"{API}/items/7?q=a%20b",
            "headers": (("Content-Type", "application/json"), ("Authorization", "Basic dTpw")),
            "page_url": PAGE,
        },
    ),
]


@pytest.mark.parametrize(("text", "form", "expected"), [row[1:] for row in FORMS], ids=[row[0] for row in FORMS])
def test_a_request_is_read_in_each_form(text: str, form: PasteForm, expected: dict[str, object]) -> None:
    request = request_of(text)
    read = {name: getattr(request, name) for name in expected}
    if "url" in read:
        read["url"] = request.url.href

    assert (form, expected) == (request.form, read)


def test_an_export_of_insomnia_5_is_read_where_yaml_can_be() -> None:
    text = (
        "type: collection.insomnia.rest/5.0\nname: Shop\ncollection:\n  - name: folder\n    children:\n"
        "      - name: Change\n        url: https://api.example.com/items/7\n        method: PUT\n"
        "        headers:\n          - name: Origin\n            value: https://app.example.com\n"
    )
    try:
        import yaml  # noqa: F401 - is it there?
    except ImportError:
        pasted = read_pasted(text)

        assert isinstance(pasted, Unreadable)
        assert "PyYAML is not installed: install it, or copy the request as cURL" in pasted.problem
    else:
        assert ("PUT", PAGE) == (request_of(text).method, request_of(text).page_url)


CURL_OPTIONS = [
    # options                                          what is read
    ("-XPOST", {"method": "POST", "body": None}),
    ("-X PUT", {"method": "PUT"}),
    ("--request=PUT", {"method": "PUT"}),
    ("-sSLkv -XPUT", {"method": "PUT"}),
    ("-I", {"method": "HEAD"}),
    ("-H'X-A: 1'", {"headers": (("X-A", "1"),)}),
    ("-H 'X-A;' -H 'X-B:'", {"headers": (("X-A", ""),)}),
    (
        "-H 'Accept-Language: de' -H 'Cache-Control: no-cache'",
        {"headers": (("Accept-Language", "de"), ("Cache-Control", "no-cache"))},
    ),
    ("-d a=1 -d b=2", {"method": "POST", "body": b"a=1&b=2", "headers": (FORM_TYPE,)}),
    ("--data-raw @x", {"body": b"@x"}),
    ("--data-binary '{}' -H 'content-type: application/json'", {"body": b"{}", "headers": (JSON_TYPE,)}),
    ("--data-urlencode 'a=b c' --data-urlencode '=x&y' --data-urlencode z", {"body": b"a=b%20c&x%26y&z"}),
    ("-G -d a=1 -d b=2", {"method": "GET", "body": None, "url": f"{API}/x?a=1&b=2"}),
    ("--url-query a=b", {"url": f"{API}/x?a=b"}),
    (
        "--json '{\"a\":1}'",
        {
            "method": "POST",
            "body": b'{"a":1}',
            "headers": (("Content-Type", "application/json"), ("Accept", "application/json")),
        },
    ),
    (
        "-u user:pass",
        {"headers": (("Authorization", "Basic dXNlcjpwYXNz"),), "credentials": ("same-origin", "include")},
    ),
    ("--", {"method": "GET"}),
    ("--oauth2-bearer t", {"headers": (("Authorization", "Bearer t"),)}),
    ("-r 0-99", {"headers": (("Range", "bytes=0-99"),)}),
    ("-e https://app.example.com/a", {"page_url": "https://app.example.com/a"}),
    ("-H 'Origin: https://app.example.com'", {"page_url": PAGE, "headers": ()}),
    ("-H 'Origin: null'", {"is_opaque": True, "missing": ()}),
    ("-b 'a=1; b=2'", {"cookies": (("a", "1"), ("b", "2")), "credentials": ("include",)}),
    ("--cookie a=1 --compressed --http2 --max-time 5 -o /dev/null", {"cookies": (("a", "1"),)}),
    (
        "-X OPTIONS -H 'Origin: https://app.example.com' -H 'Access-Control-Request-Method: PUT'",
        {"method": "PUT", "is_preflight": True},
    ),
    ("--get --data a=1", {"url": f"{API}/x?a=1"}),
    ("--max-t 5", {"method": "GET"}),
    ("-d @body.json", {"body": b"", "notes": ("the file 'body.json' is not read: paste its content in its place",)}),
    (
        "-X GET -d a=1",
        {"body": None, "notes": ("no page can send a body with GET or HEAD: fetch() throws a TypeError",)},
    ),
    ("| jq .", {"notes": ("'| jq .' is left out: it is the shell's, and no shell runs here",)}),
]  # fmt: skip


@pytest.mark.parametrize(("options", "expected"), CURL_OPTIONS, ids=[row[0] for row in CURL_OPTIONS])
def test_an_option_of_curl_is_understood(options: str, expected: dict[str, object]) -> None:
    request = request_of(f"curl {API}/x {options}")
    read = {name: getattr(request, name) for name in expected}
    if "url" in read:
        read["url"] = request.url.href

    assert expected == read


def test_a_form_is_a_multipart_body() -> None:
    request = request_of(f"curl {API}/x -F a=1 -F 'f=@photo.png;type=image/png'")

    assert request.headers[0][1].startswith("multipart/form-data; boundary=")
    assert b'name="a"\r\n\r\n1\r\n' in (request.body or b"")
    assert b'name="f"; filename="photo.png"\r\nContent-Type: image/png' in (request.body or b"")


def test_a_file_is_read_only_by_who_is_asked_to() -> None:
    asked: list[str] = []

    def read_file(name: str) -> bytes:
        asked.append(name)
        return b"a\nb"

    assert b"ab" == request_of(f"curl {API}/x -d @f", read_file=read_file).body
    assert b"a\nb" == request_of(f"curl {API}/x --data-binary @f", read_file=read_file).body
    assert ["f", "f"] == asked


def test_what_a_flag_is_ignored_for_is_said() -> None:
    request = request_of(f"curl -k --compressed -o x {API}/x")

    assert ["-k", "--compressed", "-o x"] == [ignored.text for ignored in request.ignored]
    assert all(ignored.reason for ignored in request.ignored)


SHELL = [
    ('-H "Authorization: Bearer $TOKEN"', "$TOKEN"),
    ("-H \"X-A: $(cat secret)\"", "$(cat secret)"),
    ("-H \"X-A: `id`\"", "`id`"),
    ("-d ${BODY}", "${BODY}"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "expansion"), SHELL)
def test_what_a_shell_would_expand_is_said_and_stays(options: str, expansion: str) -> None:
    request = request_of(f"curl {API}/x {options}")

    assert any(repr(expansion) in note and "not expanded" in note for note in request.notes)
    assert expansion in str(request)


NOT_SENT = [
    # browser     header                     reason
    ("chromium", "Host: a.example", "forbidden"),
    ("chromium", "Sec-Fetch-Site: none", "forbidden"),
    ("chromium", "Accept-Encoding: br", "forbidden"),
    ("chromium", "User-Agent: mine", "this browser lets no script set it"),
    ("firefox", "User-Agent: mine", "the browser adds its own"),
    ("webkit", "Proxy-Authorization: x", "forbidden"),
]


@pytest.mark.parametrize(("browser", "header", "reason"), NOT_SENT)
def test_what_a_page_cannot_send_is_set_apart(browser: str, header: str, reason: str) -> None:
    request = request_of(f"curl {API}/x -H '{header}'", browser=browser)

    assert () == request.headers
    assert [header.partition(":")[0]] == [line.name for line in request.not_sent]
    assert reason in request.not_sent[0].reason


def test_the_page_is_asked_for_by_name() -> None:
    assert ["page"] == [missing.name for missing in request_of(f"curl {API}/x").missing]
    assert () == request_of(f"curl {API}/x", page="https://app.example.com").missing


def test_what_curl_printed_is_the_response() -> None:
    pasted = read_pasted(f"$ curl -i {API}/x\nHTTP/2 403 \nserver: nginx\n\n<h1>no</h1>\n")

    assert isinstance(pasted, PastedExchange)
    assert (403, b"<h1>no</h1>") == (pasted.responses[0].status, pasted.responses[0].body)


def test_a_raw_request_with_its_response_is_an_exchange() -> None:
    pasted = read_pasted(f"{RAW}\n\nHTTP/1.1 200 OK\nA: b\n\n{{}}")

    assert isinstance(pasted, PastedExchange)
    assert (b"{}", [200]) == (pasted.request.body, [response.status for response in pasted.responses])


def test_a_line_of_the_console_says_which_page_asks() -> None:
    line = (
        f"Access to fetch at '{API}/x' from origin 'https://app.example.com' has been blocked by CORS policy: "
        "No 'Access-Control-Allow-Origin' header is present on the requested resource."
    )
    for text in (f"{line}\n\ncurl {API}/x", f"curl {API}/x\n\n{line}"):
        request = request_of(text)

        assert (PAGE, ()) == (request.page_url, request.missing)
        assert "about allow-origin-missing" in request.notes[-1]


SECOND = [
    f"curl {API}/a ;\ncurl {API}/b",
    f"curl {API}/a\ncurl {API}/b",
    f'fetch("{API}/a");\nfetch("{API}/b");',
    "GET /a HTTP/1.1\nHost: api.example.com\n\nGET /b HTTP/1.1\nHost: api.example.com\n",
]


@pytest.mark.parametrize("text", SECOND)
def test_of_two_requests_the_first_is_read_and_the_second_named(text: str) -> None:
    request = request_of(text)

    assert (f"{API}/a", True) == (request.url.href, "a second request follows" in request.notes[-1])


UNREADABLE = [
    # text                                               problem
    ("fetch", "this is the beginning of a command or a call, without a URL"),
    ("curl", "this is the beginning of a command or a call, without a URL"),
    ("-H 'x-a: 1'", "these are options of curl without the command and the URL"),
    (f"cat a | curl {API}/x", "this is a shell script with a curl command in it, and no shell runs here"),
    ("Cross-Origin Request Blocked: The Same", "this is the beginning of a line of the console"),
    (f"curl '{API}/x", "the quote ' is not closed"),
    (f'curl "{API}/x', 'the quote " is not closed'),
    (f"curl {API}/x -H", "the value of -H is missing: the paste ends there"),
    ("curl -sS", "there is no URL in it"),
    ("curl $HOST/x", "begins with something that a shell would replace"),
    ("curl https://$(hostname)/x", "begins with something that a shell would replace"),
    (f"curl --no-such-option {API}", "'--no-such-option' is not known here"),
    ("curl ftp://a.example/", "is no http(s) URL"),
    ("curl https://[/", "is no URL; write it whole"),
    (f"curl -X 'A B' {API}", "'A B' is no method"),
    (f"curl -H 'a b: c' {API}", "'a b' is no name of a header"),
    (f'fetch("{API}/x", {{"headers": {{"a": ', "the call is cut off"),
    (f'fetch("{API}/x', "a string that begins with \" does not end"),
    ("fetch(url, options)", "the URL is 'url', which only the program knows"),
    ("fetch(`${BASE}/x`)", "the URL is '${BASE}/x', which only the program knows"),
    ("https://api.example.com/x", "this is a URL and nothing else"),
    ("Server: nginx\nDate: today", "these are header lines without the line above them"),
    ("const a = await axios.get(b)", "this is an axios call, which is not read"),
    ('fetch("/api/x")', "is relative: say which page asks"),
    ("fetch(" + "[" * 100, "nested more than 60 deep"),
    ("$session = New-Object X", "Invoke-WebRequest is missing"),
    ('Invoke-WebRequest -Uri "https://a.example/" -Headers @{"a"="b"', "the headers are cut off"),
    ("curl works fine, the browser does not", "'works' is no URL"),
    ("http PUT", "nothing is known by 'http PUT'"),
    ("GET /x HTTP/1.1", "the request does not say where it went"),
    ("GET /x HTTP/1.1\nHost: a.example\nno header\n", "line 3: 'no header' is no header line"),
    ('{"log": {"entries": [', "the JSON is cut off or broken"),
    ('{"log": {"entries": []}}', "the HAR file has no entries"),
    ('{"item": []}', "the Postman collection has no request in it"),
    ('{"item": [{"request": {"url": "{{host}}/x"}}]}', "begins with a variable that the export does not have"),
    ("axios.get(url)", "this is an axios call, which is not read"),
    ("", "there is nothing in it"),
    ("\x89PNG\r\n\x1a\n\0\0", "this is a PNG image, and no text"),
    ("\0\1\2\3", "this is a binary file, and no text"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), UNREADABLE, ids=[row[1] for row in UNREADABLE])
def test_what_cannot_be_read_says_why_and_what_to_paste(text: str, problem: str) -> None:
    pasted = read_pasted(text)

    assert isinstance(pasted, Unreadable), pasted
    assert problem in pasted.problem
    assert pasted.instead


def test_half_a_paste_says_what_was_understood() -> None:
    pasted = read_pasted(f"curl {API}/x -X PUT -H 'x-a: 1' -H")

    assert isinstance(pasted, Unreadable)
    assert ("-X PUT", "-H x-a: 1", f"{API}/x") == pasted.understood


CUT = [
    # text                                                              understood
    (f'fetch("{API}/x", {{"headers": {{"x-a": "1"}}, "refer', (f"{API}/x",)),
    (f'Invoke-WebRequest -Uri "{API}/x" -Headers @{{"a"="b"', ("-Uri", f"{API}/x")),
    (f'{{"log": {{"entries": [{{"request": {{"method": "GET", "url": "{API}/x", "hea', (f"{API}/x",)),
    (f"Access to fetch at '{API}/x' from origin '{PAGE}' has been blo", (f"{API}/x", PAGE)),
    (f"-H 'origin: {PAGE}' -H 'x-a: 1' --compressed", (PAGE,)),
    (f"for i in 1 2; do curl {API}/x -d @secret; done", (f"{API}/x",)),
    (f"TOKEN=abc; curl {API}/x -H 'Authorization: $TOKEN'", (f"{API}/x",)),
]


@pytest.mark.parametrize(("text", "understood"), CUT)
def test_of_what_is_cut_off_the_urls_are_understood(text: str, understood: tuple[str, ...]) -> None:
    pasted = read_pasted(text)

    assert isinstance(pasted, Unreadable)
    assert understood == pasted.understood


def test_what_is_unknown_behind_a_url_is_a_hole_in_it() -> None:
    request = request_of(f'fetch("{API}/items/" + id, {{credentials: a ? "include" : "omit"}})')

    assert f"{API}/items/${{id}}" == request.url.href.replace("%7B", "{").replace("%7D", "}")
    assert "'${id}' is left as it is written: only the program knows it" in request.notes
    assert ['credentials: a ? "include" : "omit"'] == [ignored.text for ignored in request.ignored]


def test_a_relative_url_is_resolved_by_the_page() -> None:
    assert f"{PAGE}api/x" == request_of('fetch("/api/x")', page=PAGE).url.href


# What this test writes by hand is what a shell would take.
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=20)
NAMES = st.from_regex(r"X-[A-Za-z0-9]{1,8}", fullmatch=True)
VALUES = TEXTS.map(str.strip).filter(bool)


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    headers=st.lists(st.tuples(NAMES, VALUES), max_size=4),
    body=TEXTS.filter(lambda text: bool(text) and not text.startswith("@")),
)
def test_a_curl_command_that_is_written_is_read_back(method: str, headers: list[tuple[str, str]], body: str) -> None:
    words = ["curl", f"{API}/x", "-X", method, "-H", "Origin: https://app.example.com"]
    for name, value in headers:
        words += ["-H", f"{name}: {value}"]
    words += ["--data-raw", body] if method != "GET" else []

    request = request_of(shlex.join(words))
    sent = tuple((name, value) for name, value in request.headers if name != "Content-Type")

    assert (method, PAGE) == (request.method, request.page_url)
    assert tuple(headers) == sent
    assert (None if method == "GET" else body.encode()) == request.body


KEYS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=5)
LITERALS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**50), 2**50) | st.text(st.characters(codec="utf-8"), max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(body=st.dictionaries(KEYS, LITERALS, max_size=3))
def test_a_literal_in_a_call_is_read_as_javascript_would(body: dict[str, object]) -> None:
    text = f'fetch("{API}/x", {{method: "POST", body: JSON.stringify({json.dumps(body)})}})'

    assert body == json.loads(request_of(text).body or b"")


@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    for start in ("", "curl ", "fetch(", "http ", "Invoke-WebRequest ", "GET / HTTP/1.1\n", "> ", '{"request":'):
        pasted: Pasted = read_pasted(start + text)

        assert pasted is not None
