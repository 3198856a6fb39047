"""
Amazon S3, by the CORS configuration of a bucket.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from browsercors.explain.configurations.configuration_text import ConfigurationText, asked_methods
from browsercors.explain.words.sanitise import shown

if TYPE_CHECKING:
    from browsercors.explain.report import Needs

__all__ = ["s3"]

METHODS: Final = ("GET", "PUT", "POST", "DELETE", "HEAD")


def s3(needs: Needs) -> ConfigurationText:
    """
    Write *needs* as the rules of a bucket.
    """
    methods = asked_methods(needs)
    if needs.method not in METHODS:
        return ConfigurationText((), (f"S3 allows {', '.join(METHODS)}, and {shown(needs.method)} is none of these.",))
    if "*" in needs.origin and needs.origin != "*":
        return ConfigurationText((), ("S3 would take the asterisk in this origin for a wildcard.",))
    rule: dict[str, object] = {
        "AllowedOrigins": [needs.origin],
        "AllowedMethods": [method for method in methods if method in METHODS],
    }
    headers = [name for name in needs.headers if "*" not in name]
    if headers:
        rule["AllowedHeaders"] = headers
    if needs.expose:
        rule["ExposeHeaders"] = list(needs.expose)
    if needs.max_age is not None:
        rule["MaxAgeSeconds"] = needs.max_age
    text = json.dumps({"CORSRules": [rule]}, indent=2)
    notes = [
        "aws s3api put-bucket-cors takes this file; the console takes the list in CORSRules alone.",
        "A rule is for the whole bucket: it cannot be limited to a path.",
        "There is no setting for credentials: S3 allows them by itself for an origin that is listed, and not for *.",
        "S3 says Vary: Origin in answers to requests with an Origin only.",
    ]
    left_out = [*(method for method in methods if method not in METHODS), *(set(needs.headers) - set(headers))]
    if left_out:
        notes.append(f"S3 cannot allow {shown(tuple(sorted(left_out)))}.")
    return ConfigurationText((("cors.json", "json", f"{text}\n"),), tuple(notes))
