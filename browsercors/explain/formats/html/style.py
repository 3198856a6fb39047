"""
The look of the HTML page: a table of colours, and one style sheet.

Colours come in pairs, for the light and the dark scheme; a test measures their contrast.
"""

from __future__ import annotations

from typing import Final

__all__ = ["COLOURS", "STYLE"]

COLOURS: Final = {
    # name: (light, dark)
    "ground": ("#f7f7f4", "#14161a"),
    "surface": ("#ffffff", "#1c1f24"),
    "code": ("#f3f4f0", "#24282f"),
    "line": ("#d8dad3", "#3a4049"),
    "text": ("#1d2126", "#e7e9ec"),
    "muted": ("#565d66", "#a9b1bb"),
    "accent": ("#0b57b0", "#8ab8ff"),
    "bad": ("#a8201a", "#ffa299"),
    "bad-soft": ("#fdeeec", "#391f1d"),
    "good": ("#17653a", "#85d9a6"),
    "good-soft": ("#e9f5ed", "#17301f"),
    "warn": ("#744800", "#f2c76e"),
    "warn-soft": ("#fff5e0", "#33290f"),
    "mark": ("#ffd9d4", "#6b2a25"),
}


def _variables(position: int) -> str:
    return "".join(f"--{name}:{pair[position]};" for name, pair in COLOURS.items())


RULES: Final = """
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--text);
font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
a{color:var(--accent);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:3px}
.skip{position:absolute;left:-100vw;top:.5rem;padding:.5rem 1rem;background:var(--surface);z-index:1}
.skip:focus{left:.5rem}
.top,main,.foot{max-width:58rem;margin-inline:auto;padding-inline:clamp(1rem,4vw,2.5rem)}
.top{padding-block:2rem .25rem}
.foot{padding-block:0 3rem;color:var(--muted);font-size:.875rem}
h1,h2,h3,h4{line-height:1.3;text-wrap:balance;margin:0}
h1{font-size:1rem;font-weight:600;color:var(--muted)}
h2{font-size:clamp(1.2rem,1rem + 1vw,1.5rem);font-weight:600;letter-spacing:-.005em;text-wrap:pretty}
h3{font-size:1.125rem;font-weight:650;margin-block-end:.75rem}
h4{font-size:1rem;font-weight:650}
dl+h4{font-size:.875rem;font-weight:550;color:var(--muted);margin-block:1rem .35rem}
p,ul,ol,dl,figure,pre,table{margin:0 0 .75rem}
ul,ol{padding-inline-start:1.4rem}
li+li{margin-block-start:.35rem}
code,pre{font:.875em/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace}
code{unicode-bidi:isolate-override;direction:ltr}
p code,li code,dd code,td code,th code,h2 code{background:var(--code);border-radius:4px;padding:.1em .35em;
-webkit-box-decoration-break:clone;box-decoration-break:clone}
pre{background:var(--code);border:1px solid var(--line);border-radius:8px;padding:.75rem 1rem;white-space:pre-wrap}
pre code{font-size:inherit}
pre{font-size:.8438rem}
.row{display:block;padding-inline-start:2ch;text-indent:-2ch}
.row b{font-weight:600}
.muted{color:var(--muted)}
.small{font-size:.875rem}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
section{margin-block-start:2.25rem}
.report{background:var(--surface);border:1px solid var(--line);border-radius:12px;margin-block:1.25rem 2rem;
padding:clamp(1rem,4vw,2rem);border-block-start:5px solid var(--tone,var(--line))}
.blocked{--tone:var(--bad);--soft:var(--bad-soft)}
.readable,.loaded{--tone:var(--good);--soft:var(--good-soft)}
.opaque,.restricted,.undecided{--tone:var(--warn);--soft:var(--warn-soft)}
.verdict{margin-block-end:.75rem;display:flex;flex-wrap:wrap;gap:.4rem .75rem;align-items:center}
.badge{display:inline-block;background:var(--soft);color:var(--tone);font-weight:650;font-size:.875rem;
padding:.1rem .7rem;border-radius:99px;white-space:nowrap;border:1px solid currentColor}
.summary{margin-block-end:2rem}
.summary table{margin-block-start:.75rem}
.summary tbody th{font-weight:400}
.summary td{width:1%;white-space:nowrap}
.summary thead th{overflow-wrap:normal}
.why{display:block;font-size:.875rem}
.why code{background:none;padding:0;color:var(--muted)}
.many .report{padding-block:0;margin-block:0 1rem}
.many h2+.report{margin-block-start:1rem}
.many .report>.inside{padding-block:1.25rem}
.many section+.summary{margin-block-start:2.25rem}
.many .report>details>summary{padding-block:1rem}
.many .report>details[open]{padding-block-end:1.5rem}
summary{cursor:pointer}
summary h2{display:inline;font-size:1.05rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem clamp(.75rem,3vw,1.5rem)}
dt{color:var(--muted)}
dd{margin:0;min-width:0}
.evidence{background:var(--code);border:1px solid var(--line);border-radius:8px;margin-block-end:1rem;
padding:1rem clamp(.75rem,3vw,1.25rem)}
.evidence p{margin:0}
.evidence p code{background:none;padding:0}
.excerpt+.excerpt{margin-block-start:.9rem}
.seen{float:inline-end;margin-inline-start:1rem;font-size:.875rem}
mark{background:var(--mark);color:inherit;border-radius:2px;box-shadow:0 2px 0 var(--bad);padding-block:.1em}
.remark{display:flex;color:var(--bad);font-weight:550;margin-block-start:.1rem}
.remark>:last-child{font-size:.9375rem}
.remark .indent{white-space:pre;flex:none;font-weight:400}
@media (max-width:48rem){.remark .indent{display:none}}
.plain{color:var(--muted)}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
tbody th{min-width:5.5em}
th,td{text-align:start;vertical-align:baseline;padding:.45rem .75rem .45rem 0;border-block-end:1px solid var(--line)}
thead th{color:var(--muted);font-weight:500;font-size:.875rem}
tbody th{font-weight:550}
td:last-child{padding-inline-end:0}
tbody th:first-child{min-width:5.5rem}
.browsers tbody th:first-child{min-width:7rem}
.figure table{margin:0}
.figure thead th{min-width:7rem}
.figure tbody :is(th,td){white-space:nowrap}
.figure caption{text-align:start}
.tone{color:var(--tone);font-weight:600;white-space:nowrap}
.fix{border:1px solid var(--line);border-radius:8px;padding:1rem clamp(.75rem,3vw,1.25rem);margin-block-end:1rem}
.fix>:last-child,.evidence>:last-child,.excerpt>:last-child{margin-block-end:0}
.fix h4{margin-block-end:.25rem}
.fix h4+p{margin-block-end:.9rem}
.proof{color:var(--good);font-weight:550}
.warning{background:var(--warn-soft);border-inline-start:4px solid var(--warn);border-radius:4px;
padding:.5rem .9rem;font-size:.9375rem}
.warning strong{color:var(--warn)}
.names{display:flex;flex-wrap:wrap;gap:.4rem;padding:0;list-style:none}
.names li+li{margin:0}
.more{border-block-start:1px solid var(--line)}
.more>summary{padding-block:.6rem;font-weight:550}
.more+.more,.fix .more:first-of-type{margin-block-start:0}
.more:last-of-type{border-block-end:1px solid var(--line)}
.inside{padding-block:.25rem 1rem;scroll-margin-block-start:4.5rem}
.inside:focus{outline:none}
.entry>.inside{border-inline-start:3px solid transparent;padding-inline-start:1rem;margin-inline-start:.25rem}
.entry>.inside:target{border-color:var(--accent)}
.entry h4{font-size:.875rem;font-weight:550;color:var(--muted);margin-block:.5rem .25rem}
.entry>summary{font-weight:400}
.kind{color:var(--muted)}
.figure{margin-block-end:1rem}
.figure{overflow-x:auto;border:1px solid var(--line);border-radius:8px;padding:.75rem;background:var(--surface)}
svg{display:block;height:auto;max-width:100%;margin-inline:auto;color:var(--text);
font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
svg.wide{min-width:34rem}
svg.wider{max-width:none}
svg text{fill:currentColor;text-anchor:middle;unicode-bidi:isolate-override;direction:ltr}
svg .role{font:600 13px system-ui,-apple-system,"Segoe UI",sans-serif}
svg .who{font-size:11px;fill:var(--muted)}
svg .box{fill:var(--code);stroke:var(--line)}
svg .life{stroke:var(--line);stroke-dasharray:3 4}
svg .said{paint-order:stroke;stroke:var(--surface);stroke-width:5px;stroke-linejoin:round}
svg .arrow{stroke:currentColor;stroke-width:1.5;fill:none}
svg .head{fill:currentColor}
svg .answer .arrow{stroke-dasharray:6 4}
svg .lost .arrow{stroke-dasharray:2 4}
svg .lost .cross{stroke-dasharray:none}
svg .refused,svg .lost{color:var(--bad)}
svg .hit{fill:transparent}
svg a:hover .hit,svg a:focus .hit{fill:var(--accent);fill-opacity:.12}
svg .ending{fill:var(--soft);stroke:var(--tone)}
svg .verdict-text{fill:var(--tone);font-weight:600}
@supports (font:-apple-system-body){details:has(:target)::details-content{content-visibility:visible;block-size:auto}}
@media print{
body{background:none;font-size:10pt}
.skip,.seen{display:none}
.top,main,.foot{max-width:none;padding-inline:0}
.report{border-width:0;border-block-start-width:5px;padding-inline:0;border-radius:0}
details::details-content{content-visibility:visible;block-size:auto}
pre,.excerpt,tr,.figure{break-inside:avoid}
h2,h3,h4,summary,p:has(+pre){break-after:avoid}
a{color:inherit}
}
"""

STYLE: Final = (
    f":root{{color-scheme:light dark;{_variables(0)}}}"
    f"@media screen and (prefers-color-scheme:dark){{:root{{{_variables(1)}}}}}"
    f"{RULES}"
)
