"""
ASP.NET Core, by a named policy.
"""

from __future__ import annotations

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

__all__ = ["aspnet_core"]

TEXT: Final = Template(
    """\
// Above builder.Build():
builder.Services.AddCors(options => options.AddPolicy("pages", policy => policy
{settings}));

// Below app.UseRouting(), above app.UseAuthentication() and app.UseAuthorization():
app.UseWhen(context => context.Request.Path == {path}, branch =>
{{
{branch}
}});
"""
)

VARY: Final = """\
    // With one origin the policy sends no Vary.
    branch.Use((context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.Append("Vary", "Origin");
            return Task.CompletedTask;
        });
        return next(context);
    });
"""


def aspnet_core(needs: Needs) -> ConfigurationText:
    """
    Write *needs* as a policy, and as middleware for the path.
    """
    is_for_all = needs.origin == "*"
    settings = [
        "AllowAnyOrigin()" if is_for_all else f"WithOrigins({quoted(needs.origin)})",
        f"WithMethods({quoted(asked_methods(needs))})",
        *([f"WithHeaders({quoted(needs.headers)})"] if needs.headers else []),
        *([f"WithExposedHeaders({quoted(needs.expose)})"] if needs.expose else []),
        *(["AllowCredentials()"] if needs.credentials else []),
        *([f"SetPreflightMaxAge(TimeSpan.FromSeconds({needs.max_age}))"] if needs.max_age is not None else []),
    ]
    text = TEXT.fill(
        {
            "settings": "\n".join(f"    .{setting}" for setting in settings),
            "path": quoted(decoded(needs.path)),
            "branch": f'{"" if is_for_all else VARY}    branch.UseCors("pages");',
        }
    )
    notes = ["The comparison of paths ignores case, as the routes of ASP.NET Core do.", ONE_PATH]
    if needs.on_errors:
        notes.append(
            "For answers to exceptions app.UseExceptionHandler() has to stand above it: those that the server itself "
            "makes carry no such headers."
        )
    return ConfigurationText((("Program.cs", "csharp", text),), tuple(notes))
