"""
What a failure most often is on a platform, for people who have a line of the console and no response.

It is a rank of the rows that fit, and no claim: a response shows which of them it is. The order is that of reports in
public trackers.
"""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["USUAL", "Usual", "usual_rows"]


class Usual(NamedTuple):
    """
    The rows that fit most often.

    Attributes:
        preflight: The codes of rows if the preflight failed.
        request: The codes of rows if the request itself did.
        path: What the path begins with where they fit; empty for any.
    """

    preflight: tuple[str, ...] = ()
    request: tuple[str, ...] = ()
    path: str = ""


USUAL: Final[dict[str, Usual]] = {
    "supabase": Usual(("supabase-no-headers",), ("supabase-no-headers", "supabase-jwt"), "/functions/v1/"),
    "api-gateway": Usual(("api-gateway-no-method", "http-api-no-configuration"), ("lambda-crashed",)),
    "amazon-s3": Usual(("s3-no-rules",), ("s3-read-no-rule",)),
    "azure-storage": Usual(("azure-storage-no-rule",), ("azure-storage-no-rule",)),
    "app-service": Usual(("app-service-cors",), ()),
    "cloud-functions": Usual(("cloud-run-iam", "cloud-functions-missing"), ()),
    "cloud-run": Usual(("cloud-run-iam",), ()),
    "keycloak": Usual((), ("keycloak-token",)),
    "auth0": Usual(("auth0-origin",), ("auth0-origin",)),
    "okta": Usual(("okta-origin",), ("okta-origin",)),
    "salesforce": Usual(("salesforce-origin",), ("salesforce-origin",)),
    "appwrite": Usual(("appwrite-origin",), ("appwrite-origin",)),
    "shopify": Usual(("shopify-admin",), ("shopify-admin",), "/admin/"),
    "codespaces": Usual(("codespaces-private-port",), ("codespaces-private-port",)),
    "ngrok": Usual((), ("ngrok-warning", "ngrok-error")),
    "localtunnel": Usual((), ("localtunnel-reminder",)),
    "lm-studio": Usual(("lm-studio",), ("lm-studio",)),
    "laravel": Usual(("laravel-method",), ("laravel-origin",)),
}
"""By the name of the product's topic."""


def usual_rows(product: str, path: str, *, is_preflight: bool) -> tuple[str, ...]:
    """
    Return the codes of the rows that fit most often, the most frequent first; none where none stands out.

    Args:
        product: The name of the product's topic.
        path: The path that was asked for.
        is_preflight: Whether the preflight failed.
    """
    usual = USUAL.get(product)
    if usual is None or not path.startswith(usual.path):
        return ()
    return usual.preflight if is_preflight else usual.request
