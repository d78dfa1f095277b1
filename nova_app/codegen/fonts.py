"""The fonts of the screen: Inter, shipped with the app; the system's own for emoji and for other scripts."""

from __future__ import annotations

from typing import Final

LATIN: Final = "/fonts/inter-latin-a0453693.woff2"
"""What every page needs at its first paint. Fonts have a hash in their names: browsers keep them for good."""

_LATIN_RANGE = (
    "U+0020-007E, U+00A0-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+2013-2014, U+2018-201E, "
    "U+2020, U+2022, U+2026, U+2030, U+2032-2033, U+2039-203A, U+2044, U+20AC, U+2122, U+2190-2193, U+2212, U+2215"
)
_LATIN_EXT_RANGE = (
    "U+0100-0130, U+0132-0151, U+0154-017F, U+01A0-01A1, U+01AF-01B0, U+0218-021B, U+1E9E, U+20B9-20BA, U+20BD"
)
_ITALIC_RANGE = "U+0020-007E, U+00A0-00FF, U+0131, U+0152-0153, U+2013-2014, U+2018-201E, U+2026"
# Signs that are text unless an emoji font takes them, such as a tick or a digit, are not among them.
_EMOJI_RANGE = (
    "U+200D, U+231A-231B, U+23F0, U+23F3, U+2600-2604, U+2615, U+2639-263A, U+26A1, U+2705, U+270A-270D, U+2728, "
    "U+274C, U+2753, U+2757, U+2764, U+2B50, U+FE0F, U+1F000-1FAFF, U+E0020-E007F"
)


def _inter(path: str, style: str, unicode_range: str) -> str:
    return (
        f'@font-face {{\n  font-family: "Inter Nova";\n  src: url("{path}") format("woff2");\n'
        f"  font-weight: 400 600;\n  font-style: {style};\n  font-display: swap;\n"
        f"  unicode-range: {unicode_range};\n}}\n"
    )


_EMOJI = (
    '@font-face {\n  font-family: "Nova Emoji";\n  src: local("Apple Color Emoji"), local("Segoe UI Emoji"), '
    f'local("Noto Color Emoji");\n  unicode-range: {_EMOJI_RANGE};\n}}\n'
)


def _waiting(weights: str, names: str, size: float) -> str:
    """Return the face that is shown while Inter is on its way: letters as wide, lines as high, so that nothing moves.

    Args:
        size: How much wider Inter's letters are, in percent; measured over sentences.
    """
    return (
        f'@font-face {{\n  font-family: "Inter Wait";\n  src: {names};\n  font-weight: {weights};\n'
        f"  size-adjust: {size:g}%;\n  ascent-override: {_ASCENT / size:.1%};\n"
        f"  descent-override: {_DESCENT / size:.1%};\n  line-gap-override: 0%;\n}}\n"
    )


# Inter's, in percent of the size.
_ASCENT, _DESCENT = 96.9, 24.1
_WAITING = _waiting("400 500", 'local("Arial"), local("Liberation Sans"), local("Helvetica")', 107) + _waiting(
    "600", 'local("Arial Bold"), local("Liberation Sans Bold"), local("Helvetica Bold")', 101
)
FONT_FACES: Final = "".join(
    (
        _inter(LATIN, "normal", _LATIN_RANGE),
        _inter("/fonts/inter-latin-ext-77b68108.woff2", "normal", _LATIN_EXT_RANGE),
        _inter("/fonts/inter-latin-italic-ec2f0441.woff2", "italic", _ITALIC_RANGE),
        _EMOJI,
        _WAITING,
    )
)
"""The rules that name them."""
