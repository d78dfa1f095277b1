"""The built pages take every address from where they were loaded."""

import pytest

from nova_app.bundle import NovaBundle, UnknownBundle, from_page_origin

CHUNK = (
    'var e={PING:"http://localhost:8000/ping",EVENT:`ws://localhost:8000/_event`,TRANSPORT:"websocket"};export{e as t};'
)


def test_every_absolute_address_becomes_the_pages_own():
    script = from_page_origin(CHUNK)

    assert "localhost:8000" not in script
    assert 'PING:((globalThis.location?.origin??"http://localhost")+"/ping")' in script
    assert '.replace(/^http/,"ws")+"/_event")' in script
    assert 'TRANSPORT:"websocket"' in script


def test_a_chunk_without_addresses_fails_the_build():
    with pytest.raises(UnknownBundle):
        from_page_origin('var e={TRANSPORT:"websocket"}')


def test_the_chunk_is_rewritten_in_place_and_must_be_there(tmp_path):
    with pytest.raises(UnknownBundle):
        NovaBundle().post_build(static_dir=tmp_path)
    (tmp_path / "assets").mkdir()
    chunk = tmp_path / "assets" / "reflex-env-x1.js"
    chunk.write_text(CHUNK)

    NovaBundle().post_build(static_dir=tmp_path)

    assert "localhost:8000" not in chunk.read_text()
