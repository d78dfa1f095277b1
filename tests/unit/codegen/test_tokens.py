"""The design tokens: every pair of colours that stands on the screen can be told apart, in every theme."""

import pytest

from nova_app.codegen.colours import Oklch, contrast, hex_of, is_shown, within_gamut
from nova_app.codegen.palette import colours
from nova_app.codegen.tokens import MORE_CONTRAST, PATH, jobs, render_tokens

TEXT, PART = 4.5, 3.0
GROUNDS = ("ground-page", "ground-list", "ground-rail", "ground-raised", "ground-sunken")
TEXTS = (
    *((ink, ground) for ink in ("ink", "soft") for ground in GROUNDS),
    *(("faint", ground) for ground in ("ground-page", "ground-list", "neutral-3")),
    *(("soft", ground) for ground in ("hovered", "chosen", "for-you-ground", "place", "other", "segments", "segment")),
    *(("ink", ground) for ground in ("hovered", "pressed", "own", "for-you-ground", "hovered-on-raised", "place")),
    *(("link", ground) for ground in ("ground-page", "ground-list", "ground-raised", "accent-3", "gold-3")),
    *(("on-solid", ground) for ground in ("solid", "solid-hovered", "red-9")),
    ("ground-page", "ink"),  # a count of unread messages
    ("on-gold", "for-you"),
    ("gold-12", "gold-4"),
    *((f"{family}-11", "ground-page") for family in ("gold", "green", "orange", "red")),
    *((f"{family}-{step}", f"{family}-3") for family in ("gold", "green", "orange", "red") for step in (11, 12)),
    ("red-11", "ground-list"),
    ("orange-11", "ground-rail"),
    *((f"person-{number}-ink", f"person-{number}") for number in range(1, 13)),
)
PARTS = (
    *((part, ground) for part in ("field-line", "accent-8") for ground in GROUNDS[:4]),
    *(("solid", ground) for ground in ("ground-page", "ground-raised", "ground-list")),
    *(("green-9", ground) for ground in ("ground-page", "ground-list")),
    *((sign, "ground-rail") for sign in ("green-11", "orange-11", "red-11")),
    ("for-you-line", "for-you-ground"),
    ("orange-11", "ground-raised"),
    ("red-9", "ground-page"),
)


def colour_of(name, theme, *, more=False):
    step = MORE_CONTRAST[name] if more and name in MORE_CONTRAST else jobs().get(name, (name, name))[theme == "dark"]
    return getattr(colours()[step], theme)


@pytest.mark.parametrize("more", [False, True], ids=["usual", "more-contrast"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"), [*((*pair, TEXT) for pair in TEXTS), *((*pair, PART) for pair in PARTS)]
)
def test_contrast_is_sufficient(front, back, least, theme, more):
    assert contrast(colour_of(front, theme, more=more), colour_of(back, theme, more=more)) >= least


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("job", ["soft", "faint", "hairline", "line"])
def test_more_contrast_is_more(job, theme):
    page = colour_of("ground-page", theme)
    assert contrast(colour_of(job, theme, more=True), page) > contrast(colour_of(job, theme), page)


def test_known_contrasts_are_computed():
    black, white = Oklch(0, 0, 0), Oklch(1, 0, 0)
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(white, white) == 1
    assert (hex_of(black), hex_of(white)) == ("#000000", "#ffffff")
    assert hex_of(Oklch(0.62796, 0.25768, 29.234)) == "#ff0000"


def test_too_much_chroma_is_reduced_to_what_a_screen_has():
    assert not is_shown(Oklch(0.9, 0.3, 262))
    shown = within_gamut(0.9, 0.3, 262)
    assert is_shown(shown)
    assert not is_shown(Oklch(0.9, shown.chroma + 0.002, 262))


def test_every_colour_is_one_that_a_screen_has():
    assert [name for name, pair in colours().items() if not (is_shown(pair.light) and is_shown(pair.dark))] == []


def test_every_job_names_a_colour():
    assert {step for pair in jobs().values() for step in pair} | set(MORE_CONTRAST.values()) <= set(colours())


def test_the_sheet_is_written_from_the_values():
    text = render_tokens()
    assert PATH == "assets/styles/tokens.css"
    assert "  --accent-9: light-dark(oklch(0.525 0.205 262), oklch(0.552 0.19 262));\n" in text
    assert "  --soft: var(--neutral-11);\n" in text
    assert '[data-contrast="more"] {\n  --soft: var(--neutral-12);\n' in text
