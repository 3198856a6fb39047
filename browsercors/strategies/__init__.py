"""
Hypothesis strategies: origins and their near misses, requests, answers, policies, and sessions of pages.

They draw what a browser can do and nothing else, shrink to the simplest page and request, and discard nothing. An
argument that is wrong is an `InvalidArgument` when the strategy is first drawn from.
"""

from browsercors.hypothesis_entry import register
from browsercors.strategies.origins import near_misses, origins
from browsercors.strategies.policies import policies, sessions
from browsercors.strategies.requests import fetches, methods, request_headers
from browsercors.strategies.responses import cors_headers, responses

__all__ = (
    "cors_headers",
    "fetches",
    "methods",
    "near_misses",
    "origins",
    "policies",
    "request_headers",
    "responses",
    "sessions",
)

register()
