"""
Signs of frameworks in Go and Rust.
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
        code="three-vary-names",
        products=("rs/cors", "tower-http", "axum", "MinIO", "Go"),
        who="a CORS layer that answers the preflight alone (rs/cors in Go, tower-http in Rust and others do so)",
        meaning="It ran, and does not allow the page's origin. Some of them answer so for a method or a header too.",
        remedy="Look at AllowedOrigins, AllowedMethods and AllowedHeaders of cors.Options (rs/cors; Debug: true logs "
        "which one refused; MinIO: MINIO_API_CORS_ALLOW_ORIGIN), or at CorsLayer::allow_origin (tower-http).",
        sure="read in source",
        source="rs/cors cors.go; tower-http cors/mod.rs",
        when="preflight",
        status=(200, 204),
        headers=(
            ("vary", "Origin"),
            ("vary", "Access-Control-Request-Method"),
            ("vary", "Access-Control-Request-Headers"),
        ),
        without=(ACAO, "access-control-allow-methods"),
        sample=Sample(204, PREFLIGHT_VARY),
    ),
    Sign(
        code="go-cross-origin-protection",
        products=("Go",),
        who="CrossOriginProtection of Go's net/http",
        meaning="Its protection against CSRF refuses requests of other origins. It is not a CORS layer.",
        remedy="Name the page's origin by AddTrustedOrigin.",
        sure="read in source",
        source="Go net/http csrf.go",
        when="request",
        status=(403,),
        begins=b"cross-origin request detected",
        sample=Sample(403, PLAIN, "cross-origin request detected from Sec-Fetch-Site header"),
    ),
    Sign(
        code="gorilla-csrf",
        products=("gorilla/csrf", "Go"),
        who="gorilla/csrf",
        meaning="The CSRF check refused the request. This is not CORS.",
        remedy="Name the page's host in csrf.TrustedOrigins, and send the token with credentials.",
        sure="reported",
        source="gorilla/csrf csrf.go",
        when="request",
        status=(403,),
        begins=b"Forbidden - CSRF token invalid",
        sample=Sample(403, PLAIN, "Forbidden - CSRF token invalid"),
    ),
    Sign(
        code="go-no-route",
        products=("Go", "Gin", "Traefik"),
        who="the router of Go's net/http or of Gin, or Traefik",
        meaning="There is no route for this host, path and method. For a preflight of Gin that means that no CORS "
        "layer handled it; elsewhere it is not CORS.",
        remedy="Check the path. In Gin call r.Use(cors.New(...)) before the routes; behind Traefik check the router's "
        "rule and entry point.",
        sure="measured",
        source="Go net/http server.go; gin-gonic/gin gin.go; traefik router.go",
        status=(404,),
        begins=b"404 page not found",
        sample=Sample(404, (("X-Content-Type-Options", "nosniff"), *PLAIN), "404 page not found\n"),
    ),
    Sign(
        code="actix-cors-origin",
        products=("actix-cors",),
        who="actix-cors",
        meaning="It does not list the page's origin.",
        remedy="Add it by Cors::allowed_origin; block_on_origin_mismatch(false) lets the request through without "
        "CORS headers.",
        sure="read in source",
        source="actix-extras actix-cors/src/error.rs",
        status=(400,),
        begins=b"Origin is not allowed to make this request",
        sample=Sample(400, PLAIN, "Origin is not allowed to make this request"),
    ),
    Sign(
        code="actix-cors-method",
        products=("actix-cors",),
        who="actix-cors",
        meaning="It does not list the method that the preflight asks for.",
        remedy="Add it to allowed_methods.",
        sure="read in source",
        source="actix-extras actix-cors/src/error.rs",
        status=(400,),
        begins=b"Requested method is not allowed",
        sample=Sample(400, PLAIN, "Requested method is not allowed"),
        when="preflight",
    ),
    Sign(
        code="actix-cors-headers",
        products=("actix-cors",),
        who="actix-cors",
        meaning="It does not list a request header that the preflight asks for.",
        remedy="Add it to allowed_headers.",
        sure="read in source",
        source="actix-extras actix-cors/src/error.rs",
        status=(400,),
        begins=b"One or more request headers are not allowed",
        sample=Sample(400, PLAIN, "One or more request headers are not allowed"),
        when="preflight",
    ),
    Sign(
        code="actix-cors-no-origin",
        products=("actix-cors",),
        who="actix-cors",
        meaning="The request arrived without Origin: a proxy in front removed it.",
        remedy="Let the proxy pass Origin on.",
        sure="read in source",
        source="actix-extras actix-cors/src/error.rs",
        status=(400,),
        begins=b"Request header `Origin` is required but was not provided",
        sample=Sample(400, PLAIN, "Request header `Origin` is required but was not provided"),
    ),
    Sign(
        code="warp-cors",
        products=("warp",),
        who="the CORS filter of warp",
        meaning="It does not allow the page's origin, the method or a header; its words say which.",
        remedy="Look at allow_origin, allow_methods and allow_headers of warp::cors().",
        sure="reported",
        source="seanmonstar/warp src/filters/cors.rs",
        status=(403,),
        begins=b"CORS request forbidden: ",
        sample=Sample(403, PLAIN, "CORS request forbidden: origin not allowed"),
    ),
    Sign(
        code="traefik-cors",
        products=("Traefik",),
        who="an empty preflight response with allowed methods or headers and no origin, as the headers middleware of "
        "Traefik sends it",
        meaning="It ran, and the page's origin is not in its list.",
        remedy="Add the origin to accessControlAllowOriginList.",
        sure="read in source",
        source="traefik pkg/middlewares/headers/header.go",
        when="preflight",
        status=(200,),
        exactly=(("content-length", "0"),),
        headers=(("access-control-allow-methods", ""),),
        without=(ACAO, "server", "x-powered-by", "content-type"),
        sample=Sample(200, (("Content-Length", "0"), ("Access-Control-Allow-Methods", "GET,PUT"))),
    ),
    Sign(
        code="echo-origin",
        products=("Echo",),
        who="the CORS middleware of Echo",
        meaning="It ran, and the page's origin is not in its list.",
        remedy="Add the origin to AllowOrigins.",
        sure="measured",
        source="labstack/echo middleware/cors.go",
        when="preflight",
        status=(204,),
        exactly=(("vary", "Origin"),),
        headers=(("allow", "OPTIONS"),),
        without=(ACAO, "access-control-allow-methods", "x-powered-by"),
        sample=Sample(204, (("Allow", "OPTIONS, GET"), ("Vary", "Origin"))),
    ),
    Sign(
        code="fiber-origin",
        products=("Fiber",),
        who="the CORS layer of Fiber, or one like it",
        meaning="It ran, and the page's origin is not in its list.",
        remedy="Add the origin to AllowOrigins.",
        sure="read in source",
        source="gofiber/fiber middleware/cors/cors.go",
        when="preflight",
        status=(204,),
        exactly=(("access-control-allow-methods", "GET,POST,HEAD,PUT,DELETE,PATCH"),),
        headers=(("vary", "Origin"),),
        without=(ACAO,),
        sample=Sample(204, (("Vary", "Origin"), ("Access-Control-Allow-Methods", "GET,POST,HEAD,PUT,DELETE,PATCH"))),
    ),
)
