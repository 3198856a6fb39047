"""
Signs of hosting platforms, and of hosts whose services are not for pages.
"""

from __future__ import annotations

from typing import Final

from browsercors.explain.causes.sign import ACAO, Sample, Sign

__all__ = ["SIGNS"]

PLAIN: Final = (("Content-Type", "text/plain; charset=utf-8"),)
JSON: Final = (("Content-Type", "application/json"),)
HTML: Final = (("Content-Type", "text/html; charset=utf-8"),)

SIGNS: Final[tuple[Sign, ...]] = (
    Sign(
        code="heroku-error",
        products=("Heroku",),
        who="the router of Heroku",
        meaning="The application crashed, did not answer in time, or is not there: the router's own page came. This is "
        "not CORS.",
        remedy="Read heroku logs --tail: the line code=H10 (crashed), H12 (30 seconds are over), H13 or H14 (no dyno "
        "runs) says which.",
        sure="documented",
        source="https://devcenter.heroku.com/articles/error-codes",
        body=(b"herokucdn.com/error-pages/",),
        sample=Sample(503, HTML, '<iframe src="//www.herokucdn.com/error-pages/application-error.html"></iframe>'),
    ),
    Sign(
        code="fly-no-answer",
        products=("Fly.io",),
        who="the proxy of Fly.io",
        meaning="No machine of the application answers behind it. This is not CORS.",
        remedy="Let the application listen on 0.0.0.0 and the internal_port of fly.toml, and read fly logs.",
        sure="documented",
        source="https://fly.io/docs/getting-started/troubleshooting/",
        status=(502, 503),
        headers=(("fly-request-id", ""),),
        without=(ACAO,),
        is_empty=True,
        sample=Sample(502, (("Server", "Fly/1a2b3c"), ("fly-request-id", "01HX-fra"))),
    ),
    Sign(
        code="netlify-redirect",
        products=("Netlify",),
        who="Netlify",
        meaning="It answers a redirect rule itself, without the headers of _headers or netlify.toml: these are for "
        "files only.",
        remedy="Ask for the final URL, or make the rule a rewrite (status 200), which answers with the headers of its "
        "target.",
        sure="reported",
        source="https://github.com/endoflife-date/endoflife.date/issues/4606",
        status=(301, 302, 307, 308),
        headers=(("server", "Netlify"),),
        without=(ACAO,),
        sample=Sample(301, (("Server", "Netlify"), ("Location", "https://api.example.com/api/spring-boot.json"))),
    ),
    Sign(
        code="netlify-not-found",
        products=("Netlify",),
        who="Netlify",
        meaning="It has no file and no function at this path. This is not CORS.",
        remedy="Check the path (/.netlify/functions/NAME) and the redirect rules, and whether the function was "
        "deployed.",
        sure="reported",
        source="https://answers.netlify.com/t/support-guide-i-ve-deployed-my-site-but-i-still-see-page-not-found/125",
        status=(404,),
        headers=(("server", "Netlify"),),
        without=(ACAO,),
        sample=Sample(404, (("Server", "Netlify"), *HTML), "<title>Page not found</title>"),
    ),
    Sign(
        code="github-pages",
        products=("GitHub Pages",),
        who="GitHub Pages",
        meaning="It serves files to GET and HEAD with Access-Control-Allow-Origin: *, and answers no preflight and no "
        "other method.",
        remedy="Ask with GET and without headers of your own. An API needs another server: this URL is that of the "
        "page, or lacks the host of the API.",
        sure="reported",
        source="https://github.com/orgs/community/discussions/22399",
        status=(405,),
        headers=(("server", "GitHub.com"),),
        sample=Sample(405, (("Server", "GitHub.com"), *HTML), "<h1>405 Not Allowed</h1>"),
    ),
    Sign(
        code="github-downloads",
        products=("GitHub releases", "GitHub"),
        who="the download hosts of GitHub",
        meaning="Assets of releases, archives and uploads take no part in CORS.",
        remedy="Fetch the file from a server of yours, or keep it where CORS is answered: in the repository "
        "(raw.githubusercontent.com), on GitHub Pages, or on a CDN such as jsDelivr.",
        sure="reported",
        source="https://github.com/octokit/rest.js/issues/3",
        host=(
            "release-assets.githubusercontent.com",
            "objects.githubusercontent.com",
            "codeload.github.com",
            "uploads.github.com",
        ),
        sample=Sample(
            200,
            (("Access-Control-Allow-Origin", "https://render.githubusercontent.com"),),
            url="https://codeload.github.com/o/r/legacy.zip/master",
        ),
    ),
    Sign(
        code="github-download-redirect",
        products=("GitHub releases", "GitHub"),
        who="github.com",
        meaning="Downloads of releases and archives redirect to hosts that take no part in CORS, and the redirect "
        "itself has no CORS headers.",
        remedy="Fetch the file from a server of yours, or keep it where CORS is answered: in the repository "
        "(raw.githubusercontent.com), on GitHub Pages, or on a CDN such as jsDelivr.",
        sure="reported",
        source="https://github.com/octokit/rest.js/issues/3",
        location=(
            "://release-assets.githubusercontent.com/",
            "://objects.githubusercontent.com/",
            "://codeload.github.com/",
        ),
        without=(ACAO,),
        sample=Sample(302, (("Location", "https://release-assets.githubusercontent.com/github-production/1"),)),
    ),
    Sign(
        code="apps-script-preflight",
        products=("Apps Script", "Google Sheets", "Google"),
        who="a web app of Google Apps Script",
        meaning="It never answers OPTIONS: a script can have doGet and doPost only, and set no header.",
        remedy="Send what needs no preflight: POST with a text/plain body (JSON in it is fine) or a form, no headers "
        "of your own, and redirect: follow. The deployment needs the access Anyone.",
        sure="reported",
        source="https://github.com/dwyl/learn-to-send-email-via-google-script-html-no-server/issues/154",
        when="preflight",
        host=("script.google.com",),
        without=(ACAO,),
        sample=Sample(405, HTML, "<p>Error</p>", url="https://script.google.com/macros/s/AK/exec"),
    ),
    Sign(
        code="apps-script-error",
        products=("Apps Script", "Google Sheets", "Google"),
        who="a web app of Google Apps Script",
        meaning="Its own page came in place of what the script returns: the script failed, has no doGet or doPost, or "
        "asks for a log-in. What a script returns has Access-Control-Allow-Origin: *.",
        remedy="Open the URL in a private window and read the page. Deploy a new version, execute as yourself, with "
        "the access Anyone, and ask the URL that ends with /exec.",
        sure="reported",
        source="https://github.com/jamiewilson/form-to-google-sheets/issues/14",
        when="request",
        status=(200, 401, 403, 404, 500),
        host=("script.google.com", "script.googleusercontent.com"),
        without=(ACAO,),
        sample=Sample(200, HTML, "<title>Error</title>", url="https://script.google.com/macros/s/AK/exec"),
    ),
    Sign(
        code="slack-webhook",
        products=("Slack",),
        who="the webhooks of Slack",
        meaning="Their preflight response allows no Content-Type.",
        remedy="Call the webhook from a server, where its URL stays secret as well. From a page only a form body "
        "(payload=...) without headers of its own gets through.",
        sure="reported",
        source="https://github.com/xoxco/node-slack/issues/32",
        when="preflight",
        host=("hooks.slack.com",),
        failed=("header-not-allowed",),
        sample=Sample(
            200,
            (("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Methods", "GET, POST, PUT")),
            url="https://hooks.slack.com/services/T/B/x",
        ),
    ),
    Sign(
        code="slack-api",
        products=("Slack",),
        who="the Web API of Slack",
        meaning="Its preflight response allows few headers, and Authorization is not among them.",
        remedy="Call it from a server, which keeps the token as well. From a page send the token in a form body "
        "(token=...), without Authorization.",
        sure="reported",
        source="https://github.com/slackapi/node-slack-sdk/issues/1505",
        when="preflight",
        host=("slack.com",),
        path="/api/",
        failed=("header-not-allowed",),
        sample=Sample(
            200,
            (("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Methods", "GET, POST, PUT")),
            url="https://slack.com/api/auth.test",
        ),
    ),
    Sign(
        code="not-for-pages",
        products=("Notion", "Twitter", "X", "Figma OAuth", "Strava OAuth", "Instagram", "LinkedIn", "Reddit OAuth"),
        who="an API that is meant for servers",
        meaning="It takes no part in CORS, whoever asks; no setting of the API changes that.",
        remedy="Call it from a server of yours, which keeps the key as well, and let that server answer the page.",
        sure="reported",
        source="https://github.com/makenotion/notion-sdk-js/issues/96",
        host=("api.notion.com", "api.twitter.com", "api.x.com", "api.linkedin.com", "www.linkedin.com"),
        without=(ACAO,),
        sample=Sample(400, JSON, '{"object":"error"}', url="https://api.notion.com/v1/pages"),
    ),
    Sign(
        code="google-maps-web-service",
        products=("Google Maps",),
        who="the web services of Google Maps",
        meaning="Places, Directions, Distance Matrix and the other services below /maps/api/ are for servers, and take "
        "no part in CORS.",
        remedy="Use the Maps JavaScript API in the page (PlacesService, DirectionsService, Geocoder), the newer "
        "places.googleapis.com and routes.googleapis.com, or call it from a server.",
        sure="reported",
        source="https://stackoverflow.com/questions/42180787",
        host=("maps.googleapis.com",),
        path="/maps/api/",
        without=(ACAO,),
        sample=Sample(200, JSON, "{}", url="https://maps.googleapis.com/maps/api/place/details/json"),
    ),
    Sign(
        code="azure-app-stopped",
        products=("App Service", "Azure Functions", "Azure"),
        who="Azure App Service",
        meaning="The app is stopped, or over its quota. This is not CORS.",
        remedy="Start it in the portal, or look at its quotas.",
        sure="reported",
        source="https://learn.microsoft.com/en-us/azure/app-service/",
        status=(403,),
        body=(b"Error 403 - This web app is stopped", b"<h1>Error 403 - This web app is stopped.</h1>"),
        sample=Sample(403, HTML, "<h1>Error 403 - This web app is stopped.</h1>"),
    ),
    Sign(
        code="cloudflare-worker-crashed",
        products=("Cloudflare Workers", "Cloudflare"),
        who="Cloudflare Workers",
        meaning="The Worker threw an exception, or took more than it may. The missing CORS headers only hide that.",
        remedy="Read the log (wrangler tail), and answer errors with the CORS headers: catch around the handler.",
        sure="documented",
        source="https://developers.cloudflare.com/workers/observability/errors/",
        body=(b"error code: 1101", b"error code: 1102", b"Worker threw exception", b"Worker exceeded resource limits"),
        sample=Sample(500, (("Server", "cloudflare"), *PLAIN), "error code: 1101"),
    ),
    Sign(
        code="cloudflare-refused",
        products=("Cloudflare",),
        who="Cloudflare",
        meaning="A rule of its firewall or its rate limit refused the request before the server was asked.",
        remedy="Find the rule under Security Events, and skip it for the path of the API, and for OPTIONS.",
        sure="documented",
        source="https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/",
        status=(403, 429),
        begins=b"error code: 10",
        body=(b"error code: 1020", b"error code: 1015", b"error code: 1010", b"error code: 1009", b"error code: 1006"),
        sample=Sample(403, (("Server", "cloudflare"), *PLAIN), "error code: 1020"),
    ),
    Sign(
        code="public-cors-proxy",
        products=("cors-anywhere",),
        who="CORS Anywhere",
        meaning="Its public demo server serves nobody without a temporary permission, and no proxy of others should "
        "see your users' data.",
        remedy="Run a proxy of your own, on the server that serves the page; for a try, ask for the permission at "
        "/corsdemo.",
        sure="documented",
        source="https://github.com/Rob--W/cors-anywhere/issues/301",
        status=(403,),
        body=(b"See /corsdemo for more info",),
        sample=Sample(403, PLAIN, "See /corsdemo for more info\n"),
    ),
)
