"""Reflex draws a question mark for a name that lucide does not have, and only logs it."""

import importlib

import pytest

from nova_app.components import icons

LUCIDE = importlib.import_module("reflex_components_lucide.icon").LUCIDE_ICON_LIST


@pytest.mark.parametrize("name", icons._LUCIDE.values())
def test_lucide_has_the_icon(name):
    assert name.replace("-", "_") in LUCIDE
