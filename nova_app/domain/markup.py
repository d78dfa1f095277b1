"""The parts of a text in which nothing but text is meant: code and quoted lines. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")
_QUOTED = re.compile(r"[ ]{0,3}>")
_TICKS = re.compile(r"`+")


def without_code_and_quotes(text: str) -> str:
    """Return the text without fenced code, quoted lines and code spans; what is left out ends a line."""
    paragraphs: list[list[str]] = [[]]
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if fence:
            is_end = mark is not None and mark[1].startswith(fence) and not line.strip(" `~")
            fence = "" if is_end else fence
        elif mark is not None:
            fence = mark[1]
            paragraphs.append([])
        elif _QUOTED.match(line) or not line.strip():
            paragraphs.append([])
        else:
            paragraphs[-1].append(line)
    return "\n".join(_without_code_spans("\n".join(lines)) for lines in paragraphs)


def _without_code_spans(paragraph: str) -> str:
    """Return a paragraph without what is between two equally long runs of backticks; one pass."""
    if "`" not in paragraph:
        return paragraph
    runs = [found.span() for found in _TICKS.finditer(paragraph)]
    closing = _closing_runs(runs)
    kept, at, number = [], 0, 0
    while number < len(runs):
        end = closing[number]
        if end is None:
            number += 1
            continue
        kept += [paragraph[at : runs[number][0]], " - "]
        at, number = runs[end][1], end + 1
    return "".join([*kept, paragraph[at:]])


def _closing_runs(runs: Sequence[tuple[int, int]]) -> list[int | None]:
    """Return for each run of backticks the next one of the same length."""
    nearest: dict[int, int] = {}
    closing: list[int | None] = [None] * len(runs)
    for number in range(len(runs) - 1, -1, -1):
        length = runs[number][1] - runs[number][0]
        closing[number] = nearest.get(length)
        nearest[length] = number
    return closing
