"""What happens before Nova serves, in its order."""

import pytest

import nova_app.serve as serving
from nova_app.realtime.port import SocketPort


def test_build_that_fails_leaves_the_database_to_the_version_that_wrote_it(settings, monkeypatch):
    monkeypatch.setattr(serving, "build_if_changed", lambda *_: False)
    monkeypatch.setattr(serving, "configure_logs", lambda *_: None)

    assert serving.serve(settings) == 1

    assert not settings.database_path.exists()


@pytest.mark.parametrize(("shell", "is_fast"), [("fast", True), ("asgi", False)])
def test_the_setting_chooses_the_shell_of_the_socket(settings, shell, is_fast):
    config = serving._config(settings.model_copy(update={"socket_shell": shell}))

    assert (isinstance(config.http, type) and issubclass(config.http, SocketPort)) is is_fast
    assert not is_fast or config.http.find_shell() is None, "no socket is opened below ASGI while Nova does not run"
