"""
Spring, by its CorsFilter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from browsercors.explain.configurations.configuration_text import (
    ONE_PATH,
    ConfigurationText,
    asked_methods,
    decoded,
    quoted,
)
from browsercors.explain.words.templates import Template

if TYPE_CHECKING:
    from browsercors.explain.report import Needs

__all__ = ["spring"]

PATTERN_SPECIAL: Final = re.compile(r"[{}*]")
"""What a path pattern cannot say literally."""

TEXT: Final = Template(
    """\
import java.util.List;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;

@Configuration
public class CorsForPages {{

    @Bean
    public CorsFilter corsFilter() {{
        CorsConfiguration cors = new CorsConfiguration();
{settings}
        UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
        source.registerCorsConfiguration({path}, cors);
        return new CorsFilter(source);
    }}
}}
"""
)


def spring(needs: Needs) -> ConfigurationText:
    """
    Write *needs* as a filter, which stands before the handlers and allows nothing that is not said.
    """
    settings = [
        f"setAllowedOrigins(List.of({quoted(needs.origin)}))",
        f"setAllowedMethods(List.of({quoted(asked_methods(needs))}))",
        *([f"setAllowedHeaders(List.of({quoted(needs.headers)}))"] if needs.headers else []),
        *([f"setExposedHeaders(List.of({quoted(needs.expose)}))"] if needs.expose else []),
        *(["setAllowCredentials(true)"] if needs.credentials else []),
        *([f"setMaxAge({needs.max_age}L)"] if needs.max_age is not None else []),
    ]
    path = decoded(needs.path)
    notes = [
        "With Spring Security, http.cors(Customizer.withDefaults()) puts this bean before authentication.",
        ONE_PATH,
    ]
    if PATTERN_SPECIAL.search(path):
        notes.append("Braces and asterisks cannot be literal in a path pattern: here ? stands for each.")
    text = TEXT.fill(
        {
            "settings": "\n".join(f"        cors.{setting};" for setting in settings),
            "path": quoted(PATTERN_SPECIAL.sub("?", path)),
        }
    )
    return ConfigurationText((("CorsForPages.java", "java", text),), tuple(notes))
