"""
Signs of redirects to pages on which people log in, by the path or the host of the page.

Such a page is for people: a script can neither follow the redirect nor use what comes.
"""

from __future__ import annotations

from typing import Final

from browsercors.explain.causes.sign import ACAO, Sample, Sign

__all__ = ["SIGNS"]

MEANING: Final = (
    "It answers scripts with a redirect to the page on which people log in: the session or the token is missing, has "
    "expired, or did not come along, and a preflight never carries one. No script can read that page."
)
GO_THERE: Final = "Let the page go there itself (location.assign(...)) when the API answers 401."


def _login(code: str, products: tuple[str, ...], who: str, remedy: str, location: tuple[str, ...], at: str) -> Sign:
    return Sign(
        code=code,
        products=products,
        who=who,
        meaning=MEANING,
        remedy=f"{remedy} {GO_THERE}",
        sure="documented",
        source=SOURCES[code],
        status=(301, 302, 303, 307, 308),
        location=location,
        sample=Sample(302, (("Location", at),)),
    )


SOURCES: Final = {
    "keycloak-login": "https://www.keycloak.org/securing-apps/oidc-layers",
    "cognito-login": "https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html",
    "auth0-login": "https://auth0.com/docs/api/authentication/login/authorize-application",
    "okta-login": "https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/OrgAS/",
    "adfs-login": "https://learn.microsoft.com/en-us/windows-server/identity/ad-fs/overview/ad-fs-openid-connect-oauth-flows-scenarios",
    "django-login": "https://docs.djangoproject.com/en/stable/topics/auth/default/#the-login-required-decorator",
    "aspnet-login": "https://learn.microsoft.com/en-us/aspnet/core/security/authentication/cookie",
    "devise-login": "https://github.com/heartcombo/devise#controller-filters-and-helpers",
    "wordpress-login": "https://developer.wordpress.org/reference/functions/auth_redirect/",
}

SIGNS: Final[tuple[Sign, ...]] = (
    _login(
        "keycloak-login",
        ("Keycloak",),
        "an application or a proxy that logs in with Keycloak",
        "Make the API take bearer tokens only (bearer-only, a resource server), so that it answers 401.",
        ("/protocol/openid-connect/auth",),
        "https://id.example.com/realms/shop/protocol/openid-connect/auth?client_id=shop",
    ),
    _login(
        "cognito-login",
        ("Cognito", "AWS"),
        "something in front of the API that logs in with Cognito (a load balancer, CloudFront, or Cognito itself)",
        "Let the page get tokens from Cognito and send them as Authorization, check them in the API, and let OPTIONS "
        "pass unasked.",
        (".amazoncognito.com/oauth2/authorize", ".amazoncognito.com/login"),
        "https://shop.auth.eu-west-1.amazoncognito.com/oauth2/authorize?client_id=1",
    ),
    _login(
        "auth0-login",
        ("Auth0",),
        "an application that logs in with Auth0",
        "Let the page get a token (auth0-spa-js) and send it as Authorization; let API routes answer 401 (in "
        "express-openid-connect: authRequired false, and requiresAuth on pages only).",
        (".auth0.com/authorize",),
        "https://shop.eu.auth0.com/authorize?client_id=1",
    ),
    _login(
        "okta-login",
        ("Okta",),
        "an application that logs in with Okta",
        "Let the page get a token (okta-auth-js) and send it as Authorization; let API routes answer 401.",
        (".okta.com/oauth2/", ".okta.com/app/", ".oktapreview.com/"),
        "https://dev-1.okta.com/oauth2/default/v1/authorize?client_id=1",
    ),
    _login(
        "adfs-login",
        ("AD FS",),
        "an application that logs in with AD FS",
        "Let the API take bearer tokens, and answer 401 to scripts.",
        ("/adfs/ls", "/adfs/oauth2/authorize"),
        "https://sts.example.com/adfs/ls/?wa=wsignin1.0",
    ),
    _login(
        "django-login",
        ("Django",),
        "login_required of Django",
        "Let views of the API answer 401: raise PermissionDenied, or use the authentication of Django REST framework. "
        "Let django-cors-headers stand before the views.",
        ("/accounts/login/",),
        "https://api.example.com/accounts/login/?next=/items/7",
    ),
    _login(
        "aspnet-login",
        ("ASP.NET Core", "ASP.NET"),
        "the cookie authentication of ASP.NET",
        "Set OnRedirectToLogin of the cookie options to answer 401 for paths of the API, or let them use the JWT "
        "bearer scheme; and call UseCors before UseAuthentication.",
        ("/Account/Login", "/Identity/Account/Login"),
        "https://api.example.com/Account/Login?ReturnUrl=%2Fitems%2F7",
    ),
    _login(
        "devise-login",
        ("Devise", "Rails"),
        "Devise in a Rails application",
        "Ask for JSON (Accept: application/json, or the path .json), so that Devise answers 401; rack-cors answers the "
        "preflight before it.",
        ("/users/sign_in",),
        "https://api.example.com/users/sign_in",
    ),
    _login(
        "wordpress-login",
        ("WordPress",),
        "WordPress",
        "Use the REST API (/wp-json/), with an application password or a nonce.",
        ("/wp-login.php",),
        "https://shop.example.com/wp-login.php?redirect_to=x",
    ),
    *(
        Sign(
            code=code,
            products=("Cognito", "AWS"),
            who="the hosted sign-in pages of Cognito",
            meaning=f"{path} is a page for people, and takes no part in CORS; /oauth2/token and /oauth2/userInfo do.",
            remedy="Let the page go there (location.assign(...)), and exchange the code at /oauth2/token.",
            sure="reported",
            source="https://github.com/aws-amplify/amplify-js/issues/6236",
            host=("amazoncognito.com",),
            path=path,
            without=(ACAO,),
            sample=Sample(302, url=f"https://shop.auth.eu-west-1.amazoncognito.com{path}"),
        )
        for code, path in (("cognito-sign-in-page", "/login"), ("cognito-authorize-page", "/oauth2/authorize"))
    ),
    Sign(
        code="cognito-discovery",
        products=("Cognito", "AWS"),
        who="the domain of Cognito's sign-in pages",
        meaning="The discovery document is not on this host: the issuer of a user pool is another one.",
        remedy="Set the issuer to https://cognito-idp.REGION.amazonaws.com/USER_POOL_ID.",
        sure="documented",
        source="https://docs.aws.amazon.com/cognito/latest/developerguide/"
        "amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html",
        host=("amazoncognito.com",),
        path="/.well-known/",
        without=(ACAO,),
        sample=Sample(404, url="https://shop.auth.eu-west-1.amazoncognito.com/.well-known/openid-configuration"),
    ),
)
