"""
Signs of frameworks on the JVM, .NET, Ruby and PHP.
"""

from __future__ import annotations

from typing import Final

from browsercors.explain.causes.sign import ACAO, Sample, Sign

__all__ = ["SIGNS"]

PLAIN: Final = (("Content-Type", "text/plain; charset=utf-8"),)
JSON: Final = (("Content-Type", "application/json"),)
HTML: Final = (("Content-Type", "text/html; charset=utf-8"),)
PREFLIGHT_VARY: Final = (("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),)

SIGNS: Final[tuple[Sign, ...]] = (
    Sign(
        code="spring-cors",
        who="the CORS layer of Spring",
        meaning="A CorsConfiguration is there, and refuses: the page's origin, the method or a request header is not "
        "listed. The response does not say which.",
        remedy="Look at allowedOrigins (or allowedOriginPatterns), allowedMethods and allowedHeaders; the logger "
        "org.springframework.web.cors says at level DEBUG which of them refused.",
        sure="read in source",
        source="spring-web DefaultCorsProcessor.java",
        status=(403,),
        begins=b"Invalid CORS request",
        sample=Sample(403, PREFLIGHT_VARY, "Invalid CORS request"),
    ),
    Sign(
        code="spring-wildcard-credentials",
        who="the CORS configuration of Spring",
        meaning="allowCredentials does not go with allowedOrigins of *.",
        remedy="Name the origins in allowedOrigins, or use allowedOriginPatterns.",
        sure="read in source",
        source="spring-web CorsConfiguration.java",
        status=(500,),
        body=(b"When allowCredentials is true, allowedOrigins cannot contain the special value",),
        sample=Sample(
            500,
            JSON,
            '{"message":"When allowCredentials is true, allowedOrigins cannot contain the special value '
            '\\"*\\" since that cannot be set"}',
        ),
    ),
    Sign(
        code="spring-csrf",
        who="the CSRF check of Spring Security (WebFlux)",
        meaning="The CSRF token did not come along. This is not CORS.",
        remedy="Give the token to the page, or switch csrf off for paths that authenticate by token.",
        sure="read in source",
        source="spring-security CsrfWebFilter.java",
        when="request",
        status=(403,),
        body=(b"An expected CSRF token cannot be found",),
        sample=Sample(403, PLAIN, "An expected CSRF token cannot be found"),
    ),
    Sign(
        code="tomcat-cors",
        who="an empty text/plain refusal, as the CorsFilter of Tomcat sends it",
        meaning="The page's origin, the method or a request header is not listed.",
        remedy="Look at cors.allowed.origins, cors.allowed.methods and cors.allowed.headers of the CorsFilter.",
        sure="read in source",
        source="tomcat CorsFilter.java",
        when="preflight",
        status=(403,),
        exactly=(("content-type", "text/plain"), ("content-length", "0")),
        without=(ACAO,),
        sample=Sample(403, (("Content-Type", "text/plain"), ("Content-Length", "0"))),
    ),
    Sign(
        code="jenkins-crumb",
        who="Jenkins",
        meaning="The CSRF crumb is missing or belongs to another session. This is not CORS.",
        remedy="Fetch the crumb with credentials and send it along, or use an API token.",
        sure="reported",
        source="public reports",
        when="request",
        status=(403,),
        body=(b"No valid crumb was included in the request",),
        sample=Sample(403, HTML, "<title>Error 403 No valid crumb was included in the request</title>"),
    ),
    Sign(
        code="rack-cors-origin",
        who="rack-cors",
        meaning="No allow block lists the page's origin.",
        remedy="Add it to origins, and insert the middleware first: config.middleware.insert_before 0, Rack::Cors.",
        sure="read in source",
        source="cyu/rack-cors lib/rack/cors/result.rb",
        headers=(("x-rack-cors", "no-origin"),),
        sample=Sample(200, (("X-Rack-CORS", "preflight-miss; no-origin"),)),
    ),
    Sign(
        code="rack-cors-path",
        who="rack-cors",
        meaning="No resource pattern covers this path.",
        remedy="Add the path: resource '/items/*', headers: :any, methods: [...].",
        sure="read in source",
        source="cyu/rack-cors lib/rack/cors/result.rb",
        headers=(("x-rack-cors", "no-path"),),
        sample=Sample(200, (("X-Rack-CORS", "preflight-miss; no-path"),)),
    ),
    Sign(
        code="rack-cors-method",
        who="rack-cors",
        meaning="The resource does not list the method.",
        remedy="Add it to methods: of the resource.",
        sure="read in source",
        source="cyu/rack-cors lib/rack/cors/result.rb",
        headers=(("x-rack-cors", "-method"),),
        sample=Sample(200, (("X-Rack-CORS", "preflight-miss; deny-method"),)),
    ),
    Sign(
        code="rack-cors-header",
        who="rack-cors",
        meaning="The resource does not list a request header that the preflight asks for.",
        remedy="Add it to headers: of the resource.",
        sure="read in source",
        source="cyu/rack-cors lib/rack/cors/result.rb",
        headers=(("x-rack-cors", "deny-header"),),
        sample=Sample(200, (("X-Rack-CORS", "preflight-miss; deny-header"),)),
    ),
    Sign(
        code="rails-host",
        who="the host guard of Rails",
        meaning="The Host header is not listed. Rails refuses before any CORS layer is asked.",
        remedy="Add the host to config.hosts.",
        sure="read in source",
        source="rails host_authorization.rb",
        status=(403,),
        body=(b"Blocked hosts: ",),
        sample=Sample(403, HTML, "<h1>Blocked hosts: api.example.com</h1>"),
    ),
    Sign(
        code="rails-csrf",
        who="the CSRF check of Rails",
        meaning="The authenticity token is missing. This is not CORS.",
        remedy="Use protect_from_forgery with: :null_session in controllers that authenticate by token.",
        sure="reported",
        source="public reports",
        when="request",
        status=(422,),
        body=(b"ActionController::InvalidAuthenticityToken",),
        sample=Sample(422, HTML, "<h1>ActionController::InvalidAuthenticityToken in ItemsController#create</h1>"),
    ),
    Sign(
        code="laravel-csrf",
        who="the CSRF check of Laravel",
        meaning="The CSRF token or the session cookie did not come along. This is not CORS.",
        remedy="List the page's host in SANCTUM_STATEFUL_DOMAINS, fetch /sanctum/csrf-cookie first, and send "
        "credentials.",
        sure="reported",
        source="public reports",
        when="request",
        status=(419,),
        body=(b"CSRF token mismatch.", b"Page Expired"),
        sample=Sample(419, JSON, '{"message":"CSRF token mismatch."}'),
    ),
    Sign(
        code="nelmio-header",
        who="NelmioCorsBundle (Symfony)",
        meaning="It does not list a request header that the preflight asks for.",
        remedy="Add the header to allow_headers under nelmio_cors.paths.",
        sure="read in source",
        source="nelmio/NelmioCorsBundle CorsListener.php",
        when="preflight",
        status=(400,),
        begins=b"Unauthorized header ",
        sample=Sample(400, HTML, "Unauthorized header x-token"),
    ),
    Sign(
        code="wordpress-nonce",
        who="the REST API of WordPress",
        meaning="A cookie came along without its nonce. This is not CORS.",
        remedy="Send X-WP-Nonce, or authenticate by an application password.",
        sure="reported",
        source="public reports",
        when="request",
        status=(403,),
        body=(b"rest_cookie_invalid_nonce",),
        sample=Sample(403, JSON, '{"code":"rest_cookie_invalid_nonce","message":"Cookie check failed"}'),
    ),
    Sign(
        code="woocommerce-rights",
        who="the REST API of WooCommerce",
        meaning="The consumer key may not do this. This is not CORS.",
        remedy="Give the consumer key the right, or use one that has it.",
        sure="reported",
        source="public reports",
        when="request",
        status=(401,),
        body=(b"woocommerce_rest_cannot_view",),
        sample=Sample(401, JSON, '{"code":"woocommerce_rest_cannot_view"}'),
    ),
)
