"""YAML as Prometheus and Alertmanager read it."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from monitoring.generate import ROOT
from monitoring.overlay import OVERLAYS
from monitoring.stack import Stack
from monitoring.yaml_files import map_values, read_yaml, to_yaml

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), include_characters="\n"), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_what_is_written_is_read_again(content):
    assert yaml.safe_load(to_yaml(content, head="# a comment\n")) == content


def test_a_value_is_written_out_each_time():
    shared = {"a": 1}
    assert to_yaml([shared, shared]) == "- a: 1\n- a: 1\n"


def test_values_are_changed_by_their_key_and_by_what_they_are():
    content = {"for": "1m", "rules": [{"for": "2m", "expr": "up"}, {"files": ["a", "b"]}]}
    quick = {("for", "1m"): "1s", ("files", "b"): "c"}
    assert map_values(content, lambda key, value: quick.get((key, value), value)) == {
        "for": "1s",
        "rules": [{"for": "2m", "expr": "up"}, {"files": ["a", "c"]}],
    }


@pytest.mark.parametrize("name", ["plain", "with: a colon", "with # a hash", "with 'quotes'"])
def test_any_directory_can_hold_the_configuration(name, tmp_path):
    stack = Stack(
        tmp_path / name, 1, 2, {}, {"pagerduty_key": "k"}, pagerduty_url="http://localhost:1/#x", overlays=OVERLAYS
    )
    stack.write()
    original, laid = read_yaml(ROOT / "alertmanager.yml"), read_yaml(stack.directory / "alertmanager.yml")
    (pager,) = [entry for receiver in laid["receivers"] for entry in receiver.get("pagerduty_configs", [])]

    assert pager["routing_key_file"] == str(stack.directory / "secrets" / "pagerduty_key")
    assert laid["global"]["pagerduty_url"] == "http://localhost:1/#x"
    assert laid["route"] == original["route"]
    for path in (ROOT / "rules").glob("*.yml"):
        assert read_yaml(stack.directory / "rules" / path.name) == read_yaml(path)
