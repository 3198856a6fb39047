"""
Whose platform a host is of, by its name: what that says is where to look, and not who answered.
"""

from __future__ import annotations

from typing import Final

__all__ = ["PATHS", "PLATFORMS", "PORTS", "platform_of"]

PLATFORMS: Final[tuple[tuple[str, str], ...]] = (
    ("r2.cloudflarestorage.com", "Cloudflare R2"),
    ("r2.dev", "Cloudflare R2"),
    ("workers.dev", "Cloudflare Workers"),
    ("pages.dev", "Cloudflare"),
    ("trycloudflare.com", "Cloudflare"),
    ("cloudfront.net", "CloudFront"),
    ("on.aws", "Lambda"),
    ("amazoncognito.com", "Cognito"),
    ("elb.amazonaws.com", "ALB"),
    ("blob.core.windows.net", "Azure Storage"),
    ("azurewebsites.net", "App Service"),
    ("azure-api.net", "API Management"),
    ("azurefd.net", "Front Door"),
    ("login.microsoftonline.com", "Entra ID"),
    ("sharepoint.com", "SharePoint"),
    ("run.app", "Cloud Run"),
    ("cloudfunctions.net", "Cloud Functions"),
    ("storage.googleapis.com", "Cloud Storage"),
    ("firebasestorage.googleapis.com", "Cloud Storage"),
    ("script.google.com", "Apps Script"),
    ("script.googleusercontent.com", "Apps Script"),
    ("maps.googleapis.com", "Google Maps"),
    ("vercel.app", "Vercel"),
    ("netlify.app", "Netlify"),
    ("herokuapp.com", "Heroku"),
    ("onrender.com", "Render"),
    ("up.railway.app", "Railway"),
    ("fly.dev", "Fly.io"),
    ("github.io", "GitHub Pages"),
    ("app.github.dev", "Codespaces"),
    ("devtunnels.ms", "Dev tunnels"),
    ("ngrok-free.app", "ngrok"),
    ("ngrok-free.dev", "ngrok"),
    ("ngrok.app", "ngrok"),
    ("ngrok.io", "ngrok"),
    ("loca.lt", "localtunnel"),
    ("supabase.co", "Supabase"),
    ("appwrite.io", "Appwrite"),
    ("auth0.com", "Auth0"),
    ("okta.com", "Okta"),
    ("salesforce.com", "Salesforce"),
    ("myshopify.com", "Shopify"),
    ("atlassian.net", "Jira"),
    ("slack.com", "Slack"),
    ("api.anthropic.com", "Anthropic"),
    ("digitaloceanspaces.com", "Amazon S3"),
    ("backblazeb2.com", "Amazon S3"),
    ("wasabisys.com", "Amazon S3"),
    ("codeload.github.com", "GitHub releases"),
    ("objects.githubusercontent.com", "GitHub releases"),
    ("release-assets.githubusercontent.com", "GitHub releases"),
)
"""Hosts, each with the product that is looked up for it; subdomains count."""

AMAZON: Final = (("execute-api", "API Gateway"), ("s3", "Amazon S3"))
"""Parts of hosts of amazonaws.com, whose regions stand behind them."""


PATHS: Final[tuple[tuple[str, str], ...]] = (
    ("/releases/download/", "GitHub releases"),
    ("/protocol/openid-connect/", "Keycloak"),
    ("/admin/realms/", "Keycloak"),
    ("/oauth2/default/v1/", "Okta"),
    ("/oauth2/aus", "Okta"),
    ("/socket.io/", "Socket.IO"),
    ("/functions/v1/", "Supabase"),
    ("/.netlify/functions/", "Netlify"),
    ("/wp-json/", "WordPress"),
    ("/sanctum/csrf-cookie", "Laravel"),
)
"""Parts of paths that one product has, wherever it is hosted."""

PORTS: Final[tuple[tuple[int, str], ...]] = (
    (11434, "Ollama"),
    (1234, "LM Studio"),
    (54321, "Supabase"),
    (5173, "Vite"),
    (7071, "Azure Functions Core Tools"),
    (9200, "Elasticsearch"),
)
"""Ports of one's own machine on which one product listens by default."""


def platform_of(host: str, path: str = "", port: int | None = None) -> str:
    """
    Return the product on whose platform *host* is, or that path and port tell; empty if none is known by them.
    """
    host = host.lower().rstrip(".")
    for suffix, product in PLATFORMS:
        if f".{host}".endswith(f".{suffix}"):
            return product
    if host.endswith(".amazonaws.com"):
        labels = host.split(".")
        for part, product in AMAZON:
            if any(label == part or label.startswith(f"{part}-") for label in labels):
                return product
    if host.partition(".")[0].startswith("ollama"):
        return "Ollama"
    told = next((product for part, product in PATHS if part in path), "")
    return told or next((product for number, product in PORTS if number == port), "")
