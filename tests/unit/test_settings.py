"""What the environment decides."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from nova_app.settings import InvalidSetting, Settings, read_env_file


def test_an_empty_environment_means_the_defaults():
    assert Settings.from_env({}) == Settings()
    assert Settings.from_env({"NOVA_PORT": " "}) == Settings()


def test_values_are_read():
    settings = Settings.from_env(
        {"NOVA_PORT": "4000", "NOVA_PUBLIC_ORIGINS": "https://A.example, http://b.example:8080"}
    )

    assert settings.port == 4000
    assert settings.public_origins == ("https://a.example", "http://b.example:8080")
    assert not settings.is_https
    assert Settings.from_env({"NOVA_PUBLIC_ORIGINS": "https://a.example"}).is_https


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOVA_PORT", "0"),
        ("NOVA_PORT", "three"),
        ("NOVA_PUBLIC_ORIGINS", "*"),
        ("NOVA_PUBLIC_ORIGINS", ","),
        ("NOVA_PUBLIC_ORIGINS", "https://a.example/path"),
        ("NOVA_PUBLIC_ORIGINS", "a.example"),
        ("NOVA_PUBLIC_ORIGINS", "https://*.example"),
        ("NOVA_LOG_FORMAT", "xml"),
        ("NOVA_SEND_RATE", "0"),
        ("NOVA_SEND_RATE", "nan"),
        ("NOVA_SEND_BURST", "1.5"),
        ("NOVA_DATABASE_URL", "mysql://x"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_it(name, value):
    with pytest.raises(InvalidSetting) as caught:
        Settings.from_env({name: value})

    text = str(caught.value)
    assert name in text
    assert repr(value) in text
    assert "expected" in text
    assert "\n" not in text


def test_the_env_file_stands_beneath_the_environment(tmp_path):
    path = tmp_path / ".env"
    path.write_text('# comment\n\nNOVA_PORT=4000\nexport NOVA_LOG_FORMAT="json"\nnot a line\n')

    merged = read_env_file(path, {"NOVA_PORT": "5000"})

    assert merged == {"NOVA_PORT": "5000", "NOVA_LOG_FORMAT": "json"}
    assert read_env_file(tmp_path / "absent", {"A": "b"}) == {"A": "b"}


def test_every_setting_is_in_the_reference_with_its_default():
    reference = Path("docs/reference/settings.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(NOVA_[A-Z_]+)`", reference, flags=re.MULTILINE))

    assert documented == {item.metadata["name"] for item in fields(Settings)}
    for item in fields(Settings):
        row = next(line for line in reference.splitlines() if line.startswith(f"| `{item.metadata['name']}`"))
        shown = item.default if item.default not in ("", ()) else "unset"
        assert f"| `{shown}` |" in row, row
