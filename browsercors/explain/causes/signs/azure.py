"""
Signs of Microsoft Azure and Microsoft 365.
"""

from __future__ import annotations

from typing import Final

from browsercors.explain.causes.sign import ACAO, Sample, Sign

__all__ = ["SIGNS"]

PLAIN: Final = (("Content-Type", "text/plain; charset=utf-8"),)
JSON: Final = (("Content-Type", "application/json"),)
XML: Final = (("Content-Type", "application/xml"),)
HTML: Final = (("Content-Type", "text/html; charset=utf-8"),)

SIGNS: Final[tuple[Sign, ...]] = (
    Sign(
        code="azure-storage-no-rule",
        products=("Azure Storage", "Azure"),
        who="Azure Storage",
        meaning="CORS is configured for each service of the account (blob, file, queue, table), and no rule of this "
        "one matches origin, method and every header.",
        remedy="Run az storage cors add --services b --methods ... --origins ... --allowed-headers "
        '"x-ms-*,content-type".',
        sure="read in source",
        source="Azurite StorageErrorFactory",
        when="preflight",
        status=(403,),
        body=(b"<Code>CorsPreflightFailure</Code>", b"CORS not enabled or no matching rule found for this request."),
        sample=Sample(403, XML, "<Error><Code>CorsPreflightFailure</Code></Error>"),
    ),
    Sign(
        code="azure-storage-no-rule-header",
        products=("Azure Storage", "Azure"),
        who="Azure Storage",
        meaning="CORS is configured for each service of the account (blob, file, queue, table), and no rule of this "
        "one matches origin, method and every header.",
        remedy="Run az storage cors add --services b --methods ... --origins ... --allowed-headers "
        '"x-ms-*,content-type".',
        sure="documented",
        source="https://learn.microsoft.com/en-us/rest/api/storageservices/preflight-blob-request",
        when="preflight",
        status=(403,),
        headers=(("x-ms-error-code", "CorsPreflightFailure"),),
        sample=Sample(403, (("x-ms-error-code", "CorsPreflightFailure"),)),
    ),
    Sign(
        code="azure-storage-header-missing",
        products=("Azure Storage", "Azure"),
        who="Azure Storage",
        meaning="The preflight arrived without Origin or Access-Control-Request-Method: a proxy in front removed one.",
        remedy="Let the proxy pass both headers on.",
        sure="read in source",
        source="Azurite StorageErrorFactory",
        when="preflight",
        status=(400,),
        body=(b"A required CORS header is not present.",),
        sample=Sample(400, XML, "<Error><Message>A required CORS header is not present.</Message></Error>"),
    ),
    Sign(
        code="azure-apim-key",
        products=("API Management", "Azure"),
        who="Azure API Management",
        meaning="The subscription key is missing. A cors policy at product scope cannot work with the key in a header, "
        "since a preflight carries none.",
        remedy="Put the cors policy at API or global scope, first in inbound, and list the key's header in "
        "allowed-headers.",
        sure="documented",
        source="https://learn.microsoft.com/en-us/azure/api-management/cors-policy",
        status=(401,),
        body=(b"Access denied due to missing subscription key.",),
        sample=Sample(401, JSON, '{"statusCode":401,"message":"Access denied due to missing subscription key."}'),
    ),
    Sign(
        code="azure-easy-auth",
        products=("App Service", "Azure"),
        who="the authentication of Azure App Service or Functions",
        meaning="It stands in front of the application and asks for a sign-in.",
        remedy="Set unauthenticated requests to 401, send a bearer token, and use the CORS settings of the platform in "
        "place of code.",
        sure="reported",
        source="https://learn.microsoft.com/en-us/azure/app-service/overview-authentication-authorization",
        status=(401, 403),
        begins=b"You do not have permission to view this directory or page.",
        sample=Sample(401, HTML, "You do not have permission to view this directory or page."),
    ),
    Sign(
        code="microsoft-login",
        products=("Entra ID", "Azure"),
        who="a server that signs users in with Microsoft Entra ID",
        meaning="It answers scripts with a redirect to the sign-in page, which no script can read.",
        remedy="Answer 401 to requests for the API, and let the page get a token with MSAL.",
        sure="reported",
        source="dotnet/aspnetcore issue 23589",
        location=("://login.microsoftonline.com/",),
        sample=Sample(
            302, (("Location", "https://login.microsoftonline.com/common/oauth2/v2.0/authorize?client_id=1"),)
        ),
    ),
    Sign(
        code="entra-not-spa",
        products=("Entra ID", "Azure"),
        who="Microsoft Entra ID",
        meaning="The redirect URI is registered for the platform Web, not for a single-page application.",
        remedy="Under Authentication, register the redirect URI for the platform Single-page application.",
        sure="documented",
        source="https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes",
        when="request",
        status=(400,),
        body=(b"AADSTS9002326",),
        sample=Sample(400, JSON, '{"error_description":"AADSTS9002326: Cross-origin token redemption is permitted"}'),
    ),
    Sign(
        code="sharepoint-login",
        products=("SharePoint",),
        who="SharePoint",
        meaning="The user is not signed in, or the cookie was not sent.",
        remedy="Use a bearer token from Microsoft Entra ID, or Microsoft Graph.",
        sure="documented",
        source="Microsoft, MS-OFBA: Office Forms Based Authentication Protocol",
        status=(401, 403),
        headers=(("x-forms_based_auth_required", ""),),
        sample=Sample(403, (("X-Forms_Based_Auth_Required", "https://x.sharepoint.com/_forms/default.aspx"),)),
    ),
    Sign(
        code="azure-apim-origin",
        products=("API Management", "Azure"),
        who="Azure API Management",
        meaning="Its cors policy ends requests of origins that it does not list with an empty 200.",
        remedy="Add the origin to allowed-origins of the cors policy, which stands first in inbound.",
        sure="documented",
        source="https://learn.microsoft.com/en-us/azure/api-management/cors-policy",
        status=(200,),
        host=("azure-api.net",),
        without=(ACAO,),
        is_empty=True,
        sample=Sample(200, url="https://shop.azure-api.net/items/7"),
    ),
    Sign(
        code="azure-apim-no-operation",
        products=("API Management", "Azure"),
        who="Azure API Management",
        meaning="No operation takes OPTIONS here, and no cors policy answered the preflight.",
        remedy="Put a cors policy at API or global scope, first in inbound.",
        sure="documented",
        source="https://learn.microsoft.com/en-us/azure/api-management/cors-policy",
        when="preflight",
        status=(404,),
        host=("azure-api.net",),
        without=(ACAO,),
        sample=Sample(404, url="https://shop.azure-api.net/items/7"),
    ),
    Sign(
        code="app-service-cors",
        products=("App Service", "Azure Functions", "Azure"),
        who="the CORS setting of Azure App Service or Azure Functions",
        meaning="If any origin stands there, the platform answers preflights itself, and what the code says of CORS "
        "does not count: the page's origin is not in that list. Without any origin there, it is the code's response.",
        remedy="Add the origin under CORS in the portal, or by az functionapp cors add (az webapp cors add), without a "
        "slash at the end; for credentials switch Access-Control-Allow-Credentials on. Or remove every origin there, "
        "and answer in the code alone.",
        sure="documented",
        source="https://learn.microsoft.com/en-us/azure/app-service/app-service-web-tutorial-rest-api",
        when="preflight",
        status=(200, 204),
        host=("azurewebsites.net",),
        without=(ACAO,),
        is_empty=True,
        sample=Sample(204, url="https://fn.azurewebsites.net/api/items"),
    ),
    Sign(
        code="app-service-credentials",
        products=("App Service", "Azure Functions", "Azure"),
        who="the CORS setting of Azure App Service or Azure Functions",
        meaning="It answers preflights itself, and it allows the page without credentials.",
        remedy="Switch Access-Control-Allow-Credentials on under CORS in the portal, or set cors.supportCredentials to "
        "true with az resource update; the list must not hold *. What the code says does not count.",
        sure="documented",
        source="https://learn.microsoft.com/en-us/azure/app-service/app-service-web-tutorial-rest-api",
        when="preflight",
        status=(200, 204),
        host=("azurewebsites.net",),
        is_empty=True,
        failed=("allow-credentials-not-true", "allow-origin-wildcard-with-credentials"),
        sample=Sample(
            204,
            (("Access-Control-Allow-Origin", "https://app.example.com"),),
            url="https://fn.azurewebsites.net/api/items",
        ),
    ),
    Sign(
        code="entra-pages",
        products=("Entra ID", "Azure", "MSAL"),
        who="Microsoft Entra ID",
        meaning="/authorize is a page for people, and takes no part in CORS. /token does, for redirect URIs of the "
        "type Single-page application only.",
        remedy="For /token: in the app registration, under Authentication, move the redirect URI to the platform "
        "Single-page application. For /authorize: the API redirected a request without a valid token: send one, and "
        "let the API answer 401.",
        sure="documented",
        source="https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow",
        host=("login.microsoftonline.com",),
        without=(ACAO,),
        sample=Sample(400, url="https://login.microsoftonline.com/common/oauth2/v2.0/token"),
    ),
)
