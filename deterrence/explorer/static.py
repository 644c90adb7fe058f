"""What a page shows before its script runs, and where none may run: the brief, in plain HTML.

>>> told = {"model": {"title": "<b>", "summary": "A story.", "insight": ""}, "symbols": {},
...         "brief": None, "game": ["m"]}
>>> static_html(told).splitlines()[0]
'<h1>&lt;b&gt;</h1>'
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deterrence.explorer.formulas import expression
from deterrence.words.markup import html_text
from deterrence.words.typeset import expression_html

#: Parts of the brief, under their headings.
_PARTS = (
    ("when", "When"),
    ("flips", "What flips it"),
    ("stability", "Stability"),
    ("unknown", "Not known"),
)


def static_html(data: Mapping[str, Any]) -> str:
    """Return title, story, the brief's answer, the insight, and how to get more."""
    return "\n".join(_lines(data))


def _lines(data: Mapping[str, Any]) -> Iterator[str]:
    model, brief, symbols = data["model"], data["brief"], data["symbols"]
    yield f"<h1>{html_text(model['title'])}</h1>"
    if brief is not None:
        answer = " ".join(_inline(line, symbols) for line in brief["answer"])
        yield f'<p class="answer">{answer}</p>'
    if model["summary"]:
        yield f"<p>{html_text(model['summary'])}</p>"
    for part, heading in _PARTS:
        if brief is not None and brief.get(part):
            items = "".join(f"<li>{_inline(line, symbols)}</li>" for line in brief[part])
            yield f"<h2>{heading}</h2>\n<ul>{items}</ul>"
    if model["insight"]:
        yield f"<h2>The point</h2>\n<p>{html_text(model['insight'])}</p>"
    game = " ".join(map(shlex.quote, data["game"]))
    yield (
        "<noscript><p>This page needs JavaScript for the guesses to be moved. Without it, "
        f"<code>deterrence brief {html_text(game)}</code> tells more.</p></noscript>"
    )


def _inline(parts: Sequence[Any], symbols: Mapping[str, str]) -> str:
    told = (
        html_text(p) if isinstance(p, str) else expression_html(expression(p["f"]), symbols)
        for p in parts
    )
    # In a line of text fractions are small.
    return "".join(told).replace(' displaystyle="true"', "")
