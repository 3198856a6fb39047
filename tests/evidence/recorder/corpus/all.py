"""
Puts the families together.
"""

from collections import Counter
from functools import cache
from typing import Final

from tests.evidence.recorder.corpus import (
    authentication,
    cache_modes,
    caching,
    channels,
    clear_site_data,
    content_security_policy,
    cookies,
    credentials,
    data_urls,
    elements,
    elements_again,
    elements_fonts,
    elements_images,
    elements_media,
    elements_mixed,
    elements_policies,
    elements_preloads,
    elements_scripts,
    elements_styles,
    elements_timing,
    errors,
    event_sources,
    found,
    handing_on,
    http_cache,
    http_cache_details,
    local_network,
    methods,
    modes,
    oddities,
    opaque,
    opaque_response_blocking,
    parallel,
    preflight_cache,
    preflights,
    redirects,
    referrers,
    response_headers,
    safelist,
    script_headers,
    service_worker_registrations,
    service_workers,
    strict_transport,
    timing_of_fetches,
    topology,
    transport,
    websocket_frames,
    websockets,
    wire,
    workers,
)
from tests.evidence.recorder.scenario import Scenario

_MODULES: Final = (
    methods,
    safelist,
    script_headers,
    response_headers,
    credentials,
    authentication,
    preflights,
    errors,
    redirects,
    opaque,
    preflight_cache,
    parallel,
    modes,
    cache_modes,
    http_cache,
    http_cache_details,
    caching,
    cookies,
    referrers,
    wire,
    elements,
    elements_images,
    elements_scripts,
    elements_styles,
    elements_fonts,
    elements_media,
    elements_mixed,
    elements_preloads,
    elements_again,
    opaque_response_blocking,
    elements_timing,
    timing_of_fetches,
    elements_policies,
    channels,
    event_sources,
    handing_on,
    workers,
    service_workers,
    service_worker_registrations,
    content_security_policy,
    strict_transport,
    clear_site_data,
    local_network,
    oddities,
    data_urls,
    topology,
    transport,
    websockets,
    websocket_frames,
    found,
)


@cache
def scenarios() -> tuple[Scenario, ...]:
    """
    All scenarios, in a fixed order.

    Raises:
        ValueError: Two have the same id.
    """
    found = tuple(scenario for module in _MODULES for scenario in module.scenarios())
    twice = [name for name, times in Counter(scenario.id for scenario in found).items() if times > 1]
    if twice:
        message = f"ids of several scenarios: {twice}"
        raise ValueError(message)
    return found
