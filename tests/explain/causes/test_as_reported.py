"""
Failures in the shape in which people report them: whole exchanges, with what a platform adds around the telling part.

Each row names the kind of report. What the responses show is the cause, and nobody else is named beside it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from browsercors import Answer
from tests.explain.pages import API, PAGE
from tests.traps.pages import ask

JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
XML = {"Content-Type": "application/xml"}
S3 = {"Server": "AmazonS3", "x-amz-request-id": "1", "x-amz-id-2": "2"}
CLOUDFRONT = {"Via": "1.1 x.cloudfront.net (CloudFront)", "X-Amz-Cf-Pop": "FRA2", "X-Amz-Cf-Id": "1"}
OTHERS = {"Access-Control-Allow-Origin": "https://other.example"}
ALLOWED = {"Access-Control-Allow-Origin": PAGE}
PUT: dict[str, Any] = {"method": "PUT"}
GET: dict[str, Any] = {}


class Reported(NamedTuple):
    """
    What was asked, what came, and the causes to be named.
    """

    url: str
    asked: dict[str, Any]
    answer: Answer
    causes: list[str]


def to(url: str, asked: dict[str, Any], status: int, headers: dict[str, str], body: str, *causes: str) -> Reported:
    return Reported(url, asked, Answer(status, headers, body), list(causes))


ITEM = f"{API}/items/7"
R2 = "https://acc.r2.cloudflarestorage.com/b/k?X-Amz-Signature=1"
FUNCTION = "https://abc.supabase.co/functions/v1/hello"
GATEWAY = "https://x.execute-api.eu-west-1.amazonaws.com/dev/items"
COGNITO = "https://shop.auth.eu-west-1.amazoncognito.com"

REPORTED = {
    "R2, upload by a signed URL": to(
        R2, PUT, 403, {**XML, "Server": "cloudflare", "CF-RAY": "1"},
        "<?xml version='1.0'?><Error><Code>Unauthorized</Code><Message>CORS not configured for this bucket</Message>"
        "</Error>", "r2-no-rule",
    ),
    "R2, public bucket without a rule": to("https://pub-1.r2.dev/k", GET, 200, {"Server": "cloudflare"}, "", "r2-host"),
    "S3, a font without a rule": to(ITEM, GET, 200, {**S3, "Content-Type": "font/woff2"}, "x", "s3-read-no-rule"),
    "S3, a signed URL that expired": to(
        ITEM, GET, 403, {**S3, **XML}, "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
        "s3-refused",
    ),
    "S3 behind CloudFront, miss": to(
        ITEM, GET, 200, {**S3, **CLOUDFRONT, "X-Cache": "Miss from cloudfront"}, "x", "s3-read-no-rule"
    ),
    "S3 behind CloudFront, hit": to(
        ITEM, GET, 200, {**S3, **CLOUDFRONT, "X-Cache": "Hit from cloudfront", "Age": "9"}, "x",
        "cloudfront-cached-copy",
    ),
    "CloudFront kept it for another page": to(
        ITEM, GET, 200, {**OTHERS, **CLOUDFRONT, "X-Cache": "Hit from cloudfront"}, "x", "cloudfront-cached-for-other"
    ),
    "Cloudflare kept it from before": to(
        ITEM, GET, 200, {"Server": "cloudflare", "CF-Cache-Status": "HIT", "Age": "9"}, "x", "cdn-cached-copy"
    ),
    "Cloudflare asks the server each time": to(
        ITEM, GET, 200, {"Server": "cloudflare", "CF-Cache-Status": "DYNAMIC"}, "x"
    ),
    "Heroku, crashed": to(
        ITEM, GET, 503, {**HTML, "Server": "Cowboy", "Via": "1.1 vegur"},
        '<iframe src="//www.herokucdn.com/error-pages/application-error.html"></iframe>', "heroku-error",
    ),
    "Netlify, a redirect rule": to(
        ITEM, GET, 301, {"Server": "Netlify", "Location": f"{API}/items/8", "X-Nf-Request-Id": "1"}, "",
        "netlify-redirect",
    ),
    "GitHub, a release": to(
        ITEM, GET, 302, {"Server": "GitHub.com", "Location": "https://release-assets.githubusercontent.com/x"}, "",
        "github-download-redirect",
    ),
    "API Gateway, too slow": to(
        GATEWAY, GET, 504, {**JSON, "x-amzn-ErrorType": "InternalServerErrorException", "x-amzn-RequestId": "1"},
        '{"message": "Endpoint request timed out"}', "api-gateway-timeout",
    ),
    "API Gateway, the function fails on OPTIONS": to(
        GATEWAY, PUT, 502, {**JSON, "x-amzn-ErrorType": "InternalServerErrorException"},
        '{"message": "Internal server error"}', "lambda-crashed-preflight",
    ),
    "Supabase, a token of another project": to(
        FUNCTION, GET, 401, {**JSON, "sb-gateway-version": "1"}, '{"code":401,"message":"Invalid JWT"}', "supabase-jwt"
    ),
    "Supabase, no branch for OPTIONS": to(
        FUNCTION, PUT, 500, {**TEXT, "x-served-by": "supabase-edge-runtime", "sb-gateway-version": "1"},
        "Internal Server Error", "supabase-no-headers",
    ),
    "Supabase, an import that fails": to(
        FUNCTION, PUT, 503, {**JSON, "sb-gateway-version": "1"},
        '{"code":"BOOT_ERROR","message":"Worker failed to boot (please check logs)"}', "supabase-function",
    ),
    "Cloud Functions, another region": to(
        "https://us-central1-x.cloudfunctions.net/f", PUT, 302, {"Location": "https://signin.example/"}, "",
        "cloud-functions-redirect",
    ),
    "Azure Functions, not in the portal's list": to(
        "https://f.azurewebsites.net/api/x", PUT, 204, {"Server": "Microsoft-IIS/10.0"}, "", "app-service-cors"
    ),
    "Azure Functions, * in the portal's list": to(
        "https://f.azurewebsites.net/api/x", {"method": "PUT", "credentials": "include"}, 204,
        {"Server": "Microsoft-IIS/10.0", "Access-Control-Allow-Origin": "*"}, "", "app-service-credentials",
    ),
    "Azure Functions, as they run at home": to(
        ITEM, PUT, 400, JSON, "{\"Message\":\"The origin 'https://app.example.com' is not allowed.\"}", "web-api-origin"
    ),
    "Envoy, a route for POST only": to(ITEM, PUT, 404, {"Server": "istio-envoy"}, "", "envoy-no-route"),
    "Envoy, a 404 of the service behind it": to(
        ITEM, PUT, 404, {"Server": "istio-envoy", "x-envoy-upstream-service-time": "3"}, ""
    ),
    "Traefik, the container is down": to(ITEM, GET, 502, TEXT, "Bad Gateway", "traefik-bad-gateway"),
    "Express that sends the words of a status": to(
        ITEM, GET, 502, {**TEXT, "X-Powered-By": "Express"}, "Bad Gateway"
    ),
    "Traefik answers OPTIONS alone": to(ITEM, PUT, 200, {"Content-Length": "0"}, "", "empty-options"),
    "Kong, acl on the preflight": to(
        ITEM, PUT, 403, {**JSON, "Server": "kong/3.4.0"}, '{"message":"You cannot consume this service"}',
        "kong-consumer",
    ),
    "Keycloak, a path of old": to(
        "https://id.example.com/auth/realms/shop/protocol/openid-connect/token", GET, 200, JSON, "{}",
        "keycloak-token-legacy",
    ),
    "Cognito, the discovery document": to(
        f"{COGNITO}/.well-known/openid-configuration", GET, 404, JSON, "{}", "cognito-discovery"
    ),
    "CloudFront sends to Cognito": to(
        ITEM, GET, 307, {**ALLOWED, "Location": f"{COGNITO}/oauth2/authorize?client_id=1"}, "",
        "cognito-authorize-page", "cognito-login",
    ),
    "NestJS, started by another file": to(
        "https://api.vercel.app/x", PUT, 404, {**JSON, "Server": "Vercel"},
        '{"statusCode":404,"message":"Cannot OPTIONS /x","error":"Not Found"}', "nest-no-route",
    ),
    "Rails without rack-cors": to(
        ITEM, PUT, 404, {**HTML, "X-Request-Id": "1", "X-Runtime": "0.1"},
        '<h2>No route matches [OPTIONS] &quot;/items/7&quot;</h2>', "rails-no-route",
    ),
    "Rails with rack-cors, which is not told to be missing": to(
        ITEM, PUT, 404, {**HTML, "Vary": "Origin", "X-Rack-CORS": "preflight-hit"},
        '<h2>No route matches [OPTIONS] &quot;/items/7&quot;</h2>',
    ),
    "Laravel, a path that cors.php does not name": to(
        ITEM, PUT, 405, {**JSON, "Allow": "GET, HEAD", "X-Powered-By": "PHP/8.3"},
        '{"message": "The OPTIONS method is not supported for route items/7. Supported methods: GET, HEAD."}',
        "laravel-method",
    ),
    "Socket.IO without sticky sessions": to(
        f"{API}/socket.io/?EIO=4&transport=polling&sid=1", GET, 400, JSON, '{"code":1,"message":"Session ID unknown"}',
        "engine-io-session",
    ),
    "ASP.NET Core, an exception": to(
        ITEM, GET, 500, {"Server": "Kestrel", "Content-Length": "0"}, "", "aspnet-error"
    ),
    "Django, an exception": to(
        ITEM, GET, 500, {**HTML, "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff"},
        "<!doctype html>\n<title>Server Error (500)</title>\n<h1>Server Error (500)</h1><p></p>", "django-error",
    ),
    "PHP, a blank line before header()": to(
        ITEM, GET, 200, HTML, "<br />\n<b>Warning</b>:  Cannot modify header information - headers already sent by",
        "php-headers-sent",
    ),
    "the public demo of CORS Anywhere": to(
        "https://cors-anywhere.herokuapp.com/https://x.example/", GET, 403, TEXT, "See /corsdemo for more info\n",
        "public-cors-proxy",
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", REPORTED.values(), ids=list(REPORTED))
def test_a_report_of_that_kind_has_this_cause_and_no_other(row: Reported) -> None:
    origin = "/".join(row.url.split("/")[:3])

    report = ask({origin: {"*": row.answer}, COGNITO: {"*": Answer(200, HTML, "")}}, row.url, **row.asked).report()

    assert "blocked" == report.verdict
    assert row.causes == [cause.code for cause in report.causes]


def test_where_nothing_shows_who_answered_the_platform_says_where_to_look() -> None:
    url = "https://api.fly.dev/items"

    report = ask({"https://api.fly.dev": {"*": Answer(200, JSON, "{}")}}, url).report()

    assert () == report.causes
    assert "the host is on Fly.io: browsercors reason Fly.io lists what its responses show." in report.notes


def test_a_host_of_nobody_tells_nothing() -> None:
    report = ask({API: {"*": Answer(200, JSON, "{}")}}, ITEM).report()

    assert not any("the host is on" in note for note in report.notes)
