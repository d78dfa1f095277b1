"""What strangers write to take over a page, and what a page may consist of whatever they write."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

BROAD, SECOND = "broad", "second"
CORPORA = (BROAD, SECOND)

CANARY = """
for (const name of ["alert", "prompt", "confirm", "print"]) window[name] = () => { top.isTaken = true; };
"""
"""Runs in every frame of every page; ``isTaken`` is set by whatever of a corpus runs."""

_TAGS = (
    "html head body title meta link style script div span p a button input textarea label select option optgroup form "
    "fieldset legend ul ol li dl dt dd h1 h2 h3 h4 header footer main nav section article aside figure figcaption "
    "dialog details summary blockquote pre code strong em b i del mark bdi time progress output table thead tbody tr "
    "th td img audio video br hr svg path circle line rect g polyline polygon datalist kbd small sub"
)
_ATTRIBUTES = (
    "id class dir lang title role tabindex hidden style type name value placeholder href src alt rel target download "
    "for disabled readonly required checked selected multiple accept autocomplete autofocus maxlength minlength min "
    "max step rows cols spellcheck width height loading decoding datetime start colspan scope open popover "
    "popovertarget popovertargetaction controls preload playsinline viewbox fill stroke stroke-width stroke-linecap "
    "stroke-linejoin draggable "
    "stroke-dasharray stroke-dashoffset d cx cy r x y x1 x2 y1 y2 rx points pathlength transform focusable ry "
    "inputmode enterkeyhint autocapitalize autocorrect translate method novalidate form list label charset content "
    "property media crossorigin as integrity fetchpriority async defer sizes color suppresshydrationwarning "
    "xmlns preserveaspectratio fill-rule clip-rule opacity inert cite kind closedby"
)

FIND_FAULTS = """([tags, attributes, scripts]) => {
    const faults = [];
    const isAllowed = (name) => attributes.includes(name.toLowerCase()) || /^(data|aria)-[\\w-]+$/.test(name);
    const leads = /^(https?:|mailto:|blob:|data:image\\/svg\\+xml|\\/|\\?|#|$)/i;
    for (const element of document.querySelectorAll("*")) {
        if (!tags.includes(element.localName)) faults.push(`<${element.localName}>`);
        for (const { name, value } of element.attributes) {
            if (!isAllowed(name)) faults.push(`${element.localName}[${name}=${value}]`);
            if (["href", "src"].includes(name) && !leads.test(value)) faults.push(`${name}=${value}`);
            if (name === "src" && new URL(value, location).host !== location.host && /^http/.test(value)) {
                faults.push(`src=${value}`);
            }
        }
        if (element.localName === "script" && !element.src && !scripts.includes(element.textContent)) {
            faults.push(`<script>${element.textContent.slice(0, 80)}`);
        }
    }
    const { scrollWidth } = document.documentElement;
    if (scrollWidth > innerWidth + 1) faults.push(`${scrollWidth} px wide`);
    if (window.isTaken) faults.push("it ran");
    return [...new Set(faults)];
}"""
"""Everything in the document that is not of the allowed kinds, and whether anything ran or made the page too wide."""

_HIDDEN = re.compile(r"(?<=\])\(<?https?:[^\s)]*[^)]*\)|(?<=```).*|(?<=~~~).*")


@dataclass(frozen=True)
class Corpus:
    """What is written everywhere; ``refused_names`` and ``not_emoji`` are what the server must refuse."""

    texts: tuple[str, ...]
    names: tuple[str, ...]
    refused_names: tuple[str, ...]
    titles: tuple[str, ...]
    file_names: tuple[str, ...]
    not_emoji: tuple[str, ...]


def read_corpus(name):
    """Read a corpus from the file that keeps it."""
    kept = json.loads((Path(__file__).parent / f"{name}.json").read_text())
    repeated = [part * times for part, times in kept.pop("repeated")]
    return Corpus(texts=(*kept.pop("texts"), *repeated), **{field: tuple(value) for field, value in kept.items()})


def find_faults(page, scripts):
    """What is wrong with the document as it is now.

    Args:
        scripts: The page as the server sent it.
    """
    return page.evaluate(FIND_FAULTS, [_TAGS.split(), _ATTRIBUTES.split(), scripts])


def letters(text):
    """What has to be read of a text, whatever is a mark in it."""
    return "".join(char for char in text if char.isalpha())


def is_readable(typed, shown):
    """Whether a text that was typed can be read in what is shown of it: all but where links lead, and what code is."""
    return letters(_HIDDEN.sub("", typed)) == letters(shown)
