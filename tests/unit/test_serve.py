"""What happens before Nova serves, in its order."""

import nova_app.serve as serving


def test_build_that_fails_leaves_the_database_to_the_version_that_wrote_it(settings, monkeypatch):
    monkeypatch.setattr(serving, "build_if_changed", lambda *_: False)
    monkeypatch.setattr(serving, "configure_logs", lambda *_: None)

    assert serving.serve(settings) == 1

    assert not settings.database_path.exists()
