"""What the environment decides."""

import pytest

from nova_app.settings import InvalidSetting, Settings, allowed_for, find_unknown_names, load_settings, name_of


@pytest.fixture(autouse=True)
def environ(monkeypatch, tmp_path):
    """An environment of its own: no ``.env`` file, no setting."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("nova_app.settings.ROOT", tmp_path, raising=False)
    for name in Settings.model_fields:
        monkeypatch.delenv(name_of(name), raising=False)
    return monkeypatch


def test_an_empty_environment_means_the_defaults(environ):
    assert load_settings().model_dump() == Settings().model_dump()
    environ.setenv("NOVA_PORT", " ")
    environ.setenv("NOVA_PUBLIC_ORIGINS", "")
    assert load_settings().model_dump() == Settings().model_dump()


def test_values_are_read(environ):
    environ.setenv("NOVA_PORT", " 4000 ")
    environ.setenv("NOVA_PUBLIC_ORIGINS", "http://A.example, http://b.example:8080")
    environ.setenv("NOVA_TRUSTED_PROXIES", "10.0.0.1 ,::1,")
    environ.setenv("NOVA_WEBHOOK_NETWORKS", "10.0.0.0/8,192.168.0.7")
    environ.setenv("NOVA_METRICS_TOKEN", "0123456789abcdef")
    settings = load_settings()

    assert settings.port == 4000
    assert settings.public_origins == ("http://a.example", "http://b.example:8080")
    assert settings.trusted_proxies == ("10.0.0.1", "::1")
    assert settings.webhook_networks == ("10.0.0.0/8", "192.168.0.7/32")
    assert settings.metrics_token == "0123456789abcdef"
    assert not settings.is_https
    environ.setenv("NOVA_PUBLIC_ORIGINS", "https://a.example")
    assert load_settings().is_https


def test_settings_made_by_hand_take_nothing_from_the_environment(environ):
    environ.setenv("NOVA_PORT", "4000")
    assert Settings(send_burst=3).port == 3000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOVA_PORT", "0"),
        ("NOVA_PORT", "65536"),
        ("NOVA_PORT", "three"),
        ("NOVA_PUBLIC_ORIGINS", "*"),
        ("NOVA_PUBLIC_ORIGINS", ","),
        ("NOVA_PUBLIC_ORIGINS", "https://a.example/path"),
        ("NOVA_PUBLIC_ORIGINS", "https://a.example, b.example"),
        ("NOVA_PUBLIC_ORIGINS", "a.example"),
        ("NOVA_PUBLIC_ORIGINS", "https://*.example"),
        ("NOVA_PUBLIC_ORIGINS", '["https://a.example"]'),
        ("NOVA_ALERTMANAGER_URL", "localhost:9093"),
        ("NOVA_WEBHOOK_NETWORKS", "10.0.0.1/8"),
        ("NOVA_LOG_FORMAT", "xml"),
        ("NOVA_SEND_RATE", "0"),
        ("NOVA_SEND_RATE", "nan"),
        ("NOVA_SEND_RATE", "inf"),
        ("NOVA_SEND_BURST", "1.5"),
        ("NOVA_DATABASE_URL", "mysql://x"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_it(environ, name, value):
    environ.setenv(name, value)
    with pytest.raises(InvalidSetting) as caught:
        load_settings()

    assert str(caught.value) == (
        f"{name}={value!r} is not usable: expected {allowed_for(name.removeprefix('NOVA_').lower())}"
    )
    assert caught.value.name == name


def test_every_setting_says_what_it_may_be_and_what_it_does():
    for name, setting in Settings.model_fields.items():
        assert allowed_for(name)
        assert setting.description.endswith(".")


def test_the_environment_wins_over_the_env_file(environ, tmp_path):
    (tmp_path / ".env").write_text(
        '# comment\n\nNOVA_PORT=4000\nexport NOVA_LOG_FORMAT="json"\nNOVA_SEND_BURST=7 # per account\nOTHER=1\n'
    )
    environ.setenv("NOVA_PORT", "5000")
    settings = load_settings()

    assert (settings.port, settings.log_format, settings.send_burst) == (5000, "json", 7)
    environ.setenv("NOVA_PORT", "")
    assert load_settings().port == 3000


def test_a_wrong_value_in_the_env_file_is_named_like_any_other(tmp_path):
    (tmp_path / ".env").write_text("NOVA_PORT=none\n")
    with pytest.raises(InvalidSetting, match=r"^NOVA_PORT='none' is not usable"):
        load_settings()


def test_settings_and_data_are_the_same_from_every_directory(environ, tmp_path):
    (tmp_path / ".env").write_text("NOVA_PORT=4000\n")
    (tmp_path / "elsewhere").mkdir()
    environ.chdir(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / ".env").write_text("NOVA_PORT=5000\n")

    assert load_settings().port == 4000
    assert load_settings().data_dir == tmp_path / "data"
    assert load_settings().database_path == tmp_path / "data" / "nova.db"


def test_a_misspelt_name_in_the_env_file_is_found_from_every_directory(environ, tmp_path):
    (tmp_path / ".env").write_text("NOVA_REGISTRATON=closed\n")
    (tmp_path / "elsewhere").mkdir()
    environ.chdir(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / ".env").write_text("NOVA_XYZZY_42=5000\n")
    assert find_unknown_names() == [("NOVA_REGISTRATON", "NOVA_REGISTRATION")]


@pytest.mark.parametrize(("path", "found"), [("x/y", "{root}/x/y"), ("../z", "{root}/../z")])
def test_a_relative_path_begins_where_nova_is(environ, tmp_path, path, found):
    (tmp_path / "elsewhere").mkdir()
    environ.chdir(tmp_path / "elsewhere")
    environ.setenv("NOVA_DATA_DIR", path)
    assert str(load_settings().data_dir) == found.format(root=tmp_path)
    environ.setenv("NOVA_DATABASE_URL", f"sqlite:///{path}")
    assert str(load_settings().database_path) == found.format(root=tmp_path)


def test_a_file_in_another_encoding_is_named_in_one_line(tmp_path):
    (tmp_path / ".env").write_bytes("NOVA_DATA_DIR=/srv/gespräche".encode("latin-1"))
    with pytest.raises(InvalidSetting) as caught:
        load_settings()
    assert str(caught.value) == f"{tmp_path / '.env'} cannot be read: it is not UTF-8"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOVA_TRUSTED_PROXIES", "0.0.0.0/0"),
        ("NOVA_TRUSTED_PROXIES", "10.0.0.1, ::/0"),
        ("NOVA_TRUSTED_PROXIES", "128.0.0.0/1"),
        ("NOVA_PUBLIC_ORIGINS", "https://a.example, http://b.example:8080"),
        ("NOVA_DASHBOARDS_URL", "javascript:alert(1)"),
        ("NOVA_RUNBOOKS_URL", "data:text/html,x"),
        ("NOVA_METRICS_TOKEN", "x"),
        ("NOVA_UPLOAD_MAX_MB", "99999999999999"),
        ("NOVA_SESSION_IDLE_DAYS", "99999999999"),
        ("NOVA_SESSION_MAX_DAYS", "99999999999"),
    ],
)
def test_an_unsafe_value_is_refused(environ, name, value):
    environ.setenv(name, value)
    with pytest.raises(InvalidSetting, match=name):
        load_settings()


@pytest.mark.parametrize("value", ["*", "http://evil.example"])
def test_reflexs_own_origins_cannot_open_what_nova_closes(environ, value):
    environ.setenv("REFLEX_CORS_ALLOWED_ORIGINS", value)
    with pytest.raises(InvalidSetting, match="NOVA_PUBLIC_ORIGINS"):
        load_settings()


@pytest.mark.parametrize("value", ["*", "nonsense", "10.0.0.1, *"])
def test_proxies_that_are_nobody_or_everybody_are_refused(environ, value):
    environ.setenv("NOVA_TRUSTED_PROXIES", value)
    with pytest.raises(InvalidSetting):
        load_settings()
