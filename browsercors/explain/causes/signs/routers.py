"""
Signs of routers that have no route for OPTIONS, and of frameworks that failed before their headers were written.
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
        code="rails-no-route",
        products=("Rails", "rack-cors"),
        who="the router of Rails",
        meaning="It has no route for OPTIONS: no CORS middleware answered the preflight before it.",
        remedy="Add rack-cors, insert it first (config.middleware.insert_before 0, Rack::Cors), and let a resource "
        "name this path with the method; routes for OPTIONS are not needed. Restart the server.",
        sure="read in source",
        source="rails actionpack action_dispatch/middleware/debug_exceptions.rb; cyu/rack-cors README.md",
        when="preflight",
        status=(404,),
        body=(b"No route matches [OPTIONS]",),
        without=("x-rack-cors",),
        sample=Sample(404, HTML, '<h2>No route matches [OPTIONS] "/items/7"</h2>'),
    ),
    Sign(
        code="laravel-method",
        products=("Laravel",),
        who="the router of Laravel",
        meaning="It has no route for OPTIONS: its CORS middleware does not know this path.",
        remedy="Let paths in config/cors.php name the path as it is asked, such as api/*, and run php artisan "
        "config:clear; HandleCors has to be a global middleware.",
        sure="read in source",
        source="laravel/framework Illuminate/Routing/AbstractRouteCollection.php",
        when="preflight",
        status=(405,),
        body=(b"The OPTIONS method is not supported for",),
        sample=Sample(405, JSON, '{"message":"The OPTIONS method is not supported for route api/items."}'),
    ),
    Sign(
        code="symfony-method",
        products=("Symfony", "NelmioCorsBundle"),
        who="the router of Symfony",
        meaning="It has no route for OPTIONS: no CORS layer answered the preflight before it.",
        remedy="Install NelmioCorsBundle, and let paths of nelmio_cors name this path.",
        sure="read in source",
        source="symfony HttpKernel/EventListener/RouterListener.php",
        when="preflight",
        status=(404, 405),
        body=(b'No route found for "OPTIONS', b"No route found for &quot;OPTIONS", b'No route found for \\"OPTIONS'),
        sample=Sample(
            405, HTML, "<title>No route found for &quot;OPTIONS https://api.example.com/items/7&quot;</title>"
        ),
    ),
    Sign(
        code="nest-no-route",
        products=("NestJS",),
        who="the router of NestJS",
        meaning="It has no route for OPTIONS: enableCors was not called, or not on the application that answers (a "
        "serverless handler or another entry file starts one of its own).",
        remedy="Call app.enableCors(...) before app.listen or app.init, or NestFactory.create(AppModule, { cors: ... "
        "}), and see that this entry file is the one that is deployed.",
        sure="read in source",
        source="nestjs/nest packages/core/router/routes-resolver.ts",
        when="preflight",
        status=(404,),
        body=(b'"message":"Cannot OPTIONS ',),
        sample=Sample(404, JSON, '{"message":"Cannot OPTIONS /items/7","error":"Not Found","statusCode":404}'),
    ),
    Sign(
        code="web-api-origin",
        products=("ASP.NET Web API",),
        who="the CORS layer of ASP.NET Web API",
        meaning="It refuses the preflight: the message says whether the origin, the method or the headers are not "
        "listed.",
        remedy="Name it in EnableCorsAttribute(origins, headers, methods), or for local Azure Functions in Host.CORS "
        "of local.settings.json; the origin without a slash at the end.",
        sure="read in source",
        source="aspnet/AspNetWebStack System.Web.Cors CorsEngine.cs",
        when="preflight",
        status=(400,),
        body=(b'{"Message":"The origin \'', b'{"Message":"The method \'', b'{"Message":"The collection of headers '),
        sample=Sample(400, JSON, '{"Message":"The origin \'https://app.example.com\' is not allowed."}'),
    ),
    Sign(
        code="php-headers-sent",
        products=("PHP",),
        who="PHP",
        meaning="Something was written before header() was called, so the CORS headers were dropped.",
        remedy="Call header() before any output: no blank line or byte order mark before <?php, and display_errors "
        "off. The warning names the line that wrote first.",
        sure="documented",
        source="https://www.php.net/manual/en/function.header.php",
        body=(b"Cannot modify header information - headers already sent",),
        sample=Sample(
            200, HTML, "<b>Warning</b>: Cannot modify header information - headers already sent by (output started at"
        ),
    ),
    Sign(
        code="php-fatal",
        products=("PHP",),
        who="PHP",
        meaning="The script ended in an error before it sent its headers. The missing CORS headers only hide that.",
        remedy="Mend the error that the body names; call header() at the beginning of the script, so that errors have "
        "the headers too.",
        sure="documented",
        source="https://www.php.net/manual/en/errorfunc.configuration.php",
        body=(b"<b>Fatal error</b>:", b"<b>Parse error</b>:", b"PHP Fatal error:"),
        without=(ACAO,),
        sample=Sample(500, HTML, "<b>Fatal error</b>:  Uncaught Error: Call to undefined function f()"),
    ),
    Sign(
        code="engine-io-session",
        products=("Socket.IO",),
        who="Socket.IO (Engine.IO)",
        meaning="The session of this request is not known there: several instances answer, and the request reached "
        "another one. The missing CORS headers only hide that.",
        remedy="Switch sticky sessions on in the load balancer, or use the transport websocket only; and give the "
        "server cors: { origin }.",
        sure="documented",
        source="https://socket.io/docs/v4/troubleshooting-connection-issues/",
        status=(400,),
        body=(b'"message":"Session ID unknown"',),
        sample=Sample(400, JSON, '{"code":1,"message":"Session ID unknown"}'),
    ),
    Sign(
        code="engine-io-refused",
        products=("Socket.IO",),
        who="Socket.IO (Engine.IO)",
        meaning="It refused the handshake: client and server are of versions that do not fit, or a proxy changed path "
        "or query. This is not CORS.",
        remedy="Use client and server of the same major version (or allowEIO3: true), and let the proxy pass "
        "/socket.io/ with its query and the Upgrade headers on.",
        sure="documented",
        source="https://socket.io/docs/v4/troubleshooting-connection-issues/",
        status=(400, 403),
        body=(
            b'"message":"Transport unknown"',
            b'"message":"Bad handshake method"',
            b'"message":"Unsupported protocol version"',
        ),
        sample=Sample(400, JSON, '{"code":5,"message":"Unsupported protocol version"}'),
    ),
    Sign(
        code="kibana-xsrf",
        products=("Kibana",),
        who="Kibana",
        meaning="It refuses requests without its own header.",
        remedy="Send kbn-xsrf: true, set server.cors.enabled and server.cors.allowOrigin; or ask Elasticsearch itself.",
        sure="read in source",
        source="elastic/kibana http server, lifecycle handlers",
        status=(400,),
        body=(b"Request must contain a kbn-xsrf header",),
        sample=Sample(
            400, JSON, '{"statusCode":400,"error":"Bad Request","message":"Request must contain a kbn-xsrf header."}'
        ),
    ),
    Sign(
        code="kibana-origin",
        products=("Kibana",),
        who="Kibana",
        meaning="It takes no part in CORS unless it is told to, and passes no CORS header of Elasticsearch on.",
        remedy="Set server.cors.enabled and server.cors.allowOrigin in kibana.yml; or ask Elasticsearch itself, with "
        "http.cors.enabled and http.cors.allow-origin.",
        sure="documented",
        source="https://www.elastic.co/docs/reference/kibana/configuration-reference/general-settings",
        headers=(("kbn-name", ""),),
        without=(ACAO,),
        sample=Sample(200, (("kbn-name", "kibana"), *JSON), "{}"),
    ),
    Sign(
        code="grafana-origin",
        products=("Grafana",),
        who="Grafana",
        meaning="Its CSRF check refuses requests of pages of other origins; Grafana takes no part in CORS.",
        remedy="Pass the page's host on as Host in the proxy in front of it, or name it in csrf_trusted_origins; let "
        "the proxy add the CORS headers.",
        sure="read in source",
        source="grafana pkg/middleware/csrf/csrf.go",
        status=(403,),
        begins=b"origin not allowed",
        sample=Sample(403, PLAIN, "origin not allowed\n"),
    ),
    Sign(
        code="supabase-function",
        products=("Supabase",),
        who="the runtime of Supabase Edge Functions",
        meaning="The function did not start, exceeded a limit, or is not there, so no code of it answered. The missing "
        "CORS headers only hide that.",
        remedy="Read the log of the function, and deploy it under this name; an import that cannot be resolved is the "
        "usual reason.",
        sure="read in source",
        source="supabase/cli internal/functions/serve/templates/main.ts; supabase/edge-runtime",
        body=(
            b'"code":"BOOT_ERROR"',
            b'"code":"WORKER_ERROR"',
            b'"code":"WORKER_LIMIT"',
            b'"message":"Requested function was not found"',
        ),
        sample=Sample(503, JSON, '{"code":"BOOT_ERROR","message":"Worker failed to boot (please check logs)"}'),
    ),
    Sign(
        code="supabase-jwt",
        products=("Supabase",),
        who="the gateway of Supabase Edge Functions",
        meaning="It refused the token before the function was asked, and its own responses have no CORS headers.",
        remedy="Send a token of this project that has not expired, through functions.invoke of supabase-js; or deploy "
        "with --no-verify-jwt, and check the token in the function.",
        sure="reported",
        source="https://github.com/supabase/cli/issues/638",
        status=(401,),
        body=(b'"message":"Invalid JWT"', b'"msg":"Invalid JWT"'),
        sample=Sample(401, JSON, '{"code":401,"message":"Invalid JWT"}'),
    ),
    Sign(
        code="supabase-no-headers",
        products=("Supabase",),
        who="the code of a Supabase Edge Function",
        meaning="The function answered, and its response has no CORS headers: it has no branch for OPTIONS, or failed "
        "before it (a preflight has no body to read as JSON).",
        remedy="Begin the function with if (req.method === 'OPTIONS') return new Response('ok', { headers: corsHeaders "
        "}), and give every response corsHeaders, errors included.",
        sure="documented",
        source="https://supabase.com/docs/guides/functions/cors",
        headers=(("x-served-by", "supabase-edge-runtime"),),
        without=(ACAO,),
        sample=Sample(500, (("x-served-by", "supabase-edge-runtime"), *PLAIN), "Internal Server Error"),
    ),
    Sign(
        code="django-error",
        products=("Django", "django-cors-headers"),
        who="the error page of Django",
        meaning="An exception ended the request; the missing CORS headers only hide that.",
        remedy="Mend the exception, which the log has. With corsheaders.middleware.CorsMiddleware first in MIDDLEWARE "
        "error responses have the headers too, for origins that are listed.",
        sure="read in source",
        source="django/views/defaults.py",
        status=(500,),
        body=(b"<h1>Server Error (500)</h1>",),
        without=(ACAO,),
        sample=Sample(500, HTML, "<title>Server Error (500)</title><h1>Server Error (500)</h1><p></p>"),
    ),
    Sign(
        code="werkzeug-error",
        products=("Flask", "Werkzeug"),
        who="the error page of Flask",
        meaning="An exception ended the request; the missing CORS headers only hide that.",
        remedy="Mend the exception, which the log has. CORS(app) gives error responses the headers too, if its "
        "resources cover this path and its origins the page's; in debug mode the debugger answers without them.",
        sure="read in source",
        source="werkzeug/exceptions.py",
        status=(500,),
        body=(b"<p>The server encountered an internal error and was unable to complete your request.",),
        without=(ACAO,),
        sample=Sample(
            500,
            HTML,
            "<h1>Internal Server Error</h1>\n<p>The server encountered an internal error and was unable to complete "
            "your request. Either the server is overloaded</p>",
        ),
    ),
    Sign(
        code="gunicorn-error",
        products=("Gunicorn",),
        who="Gunicorn",
        meaning="The application failed outside of its own error handling, or did not start. This is not CORS.",
        remedy="Read the log of Gunicorn.",
        sure="read in source",
        source="benoitc/gunicorn gunicorn/util.py",
        status=(500,),
        body=(b"<h1><p>Internal Server Error</p></h1>",),
        sample=Sample(500, HTML, "<title>Internal Server Error</title><h1><p>Internal Server Error</p></h1>"),
    ),
    Sign(
        code="aspnet-error",
        products=("ASP.NET Core",),
        who="an empty 500 from Kestrel, as ASP.NET Core answers unhandled exceptions",
        meaning="An exception ended the request, and the headers that were set before are dropped with it. The missing "
        "CORS headers only hide that.",
        remedy="Mend the exception, which the log has. With UseExceptionHandler before UseCors, and both before the "
        "endpoints, error responses have the headers too.",
        sure="reported",
        source="https://github.com/dotnet/aspnetcore/issues/8463",
        when="request",
        status=(500,),
        headers=(("server", "Kestrel"),),
        without=(ACAO,),
        is_empty=True,
        sample=Sample(500, (("Server", "Kestrel"), ("Content-Length", "0"))),
    ),
)
