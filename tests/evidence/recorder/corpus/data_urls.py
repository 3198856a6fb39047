"""
`data:` URLs: the type that their responses state, and the body.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus.build import get, scenario, xhr
from tests.evidence.recorder.scenario import Scenario

URLS: Final = (
    'data:text/plain;a="b",x',
    'data:text/plain;a="b c",x',
    'data:text/plain;a="b;c";d=e,x',
    'data:text/plain;a="b\\"c",x',
    'data:text/plain;a=b"c,x',
    'data:text/plain;a="b,x',
    'data:text/plain;a="b"c,x',
    'data:text/plain;charset="utf-8",x',
    "data:text/plain;charset=utf-8;a=b,x",
    "data:text/plain;a=b;charset=utf-8,x",
    "data:text/plain;charset=utf-8;charset=x,x",
    "data:text/plain;charset=,x",
    "data:text/plain;a=,x",
    "data:text/plain;a=b;a=c,x",
    "data:text/plain;a,x",
    "data:text/plain;,x",
    "data:text/plain;=b,x",
    "data:text/plain; a=b ; c=d,x",
    "data:text/plain ;a=b,x",
    "data:text/plain;a = b,x",
    "data:text/plain;a=b c,x",
    "data:text/plain;a b=c,x",
    "data:text/plain;a=%62,x",
    "data:text/plain;é=b,x",
    "data:TEXT/Plain;A=B,x",
    "data:;charset=utf-8,x",
    'data:;a="b",x',
    "data:a=b,x",
    "data:text;a=b,x",
    "data:te xt/plain;a=b,x",
    "data:text/plain;base64;a=b,eA==",
    "data:text/plain;a=b;base64,eA==",
    'data:text/plain;a="b";base64,eA==',
    "data:text/plain;charset=utf-8;base64,eA==",
    "data:text/plain;base64,e A = =",
    "data:text/plain;base64,eA=",
    "data:text/plain;base64,eA",
    "data:text/plain;base64,eA%3D%3D",
    "data:text/plain;base64 ,eA==",
    "data:text/plain; base64,eA==",
    "data:image/png, x y ",
    "data:text/plain, x y ",
    "data:application/json,{}#x",
    "data:,x?y",
    'data:text/plain;a=",x',
    'data:text/plain;a="",x',
    "data:text/plain;a='b',x",
    "data:text/plain;a =b,x",
    "data:text/plain;a= b,x",
    'data:text/plain;a= "b",x',
    "data:text/plain;a=b=c,x",
    'data:text/plain;a="b" ,x',
    "data:text/plain;CHARSET=utf-8,x",
    "data:text/plain;charset= utf-8,x",
    'data:text/plain;charset="utf-8,x',
    'data:text/plain;charset="a b",x',
    "data:text/plain;charset=a b,x",
    "data:text/plain;charset=a/b,x",
    'data:text/plain;charset="",x',
    'data:text/plain;charset="utf-8"a,x',
    "data:text/plain;charset=;charset=utf-8,x",
    "data:application/x;a=b;charset=x, y z ,w",
    "data:text/html;charset=utf-16,x",
    "data:;,x",
    "data:;a,x",
    "data:;base64,eA==",
    "data:;charset=utf-8;base64,eA==",
    "data:a/b/c;d=e,x",
    "data: text/plain;a=b,x",
    "data:text/%70lain,x",
    "data:text/plain;a=b;,x",
    "data:text/plain;a=b;;c=d,x",
    "data:text/plain;a=\xe9,x",
    "data:text/plain;a=b%3Bc=d,x",
)


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `data-urls`.
    """
    for number, url in enumerate(URLS):
        yield scenario(f"data-urls/{number:02}", (get(url=url), xhr(url=url)), transports=("sites",))
