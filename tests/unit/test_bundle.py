"""The built pages take every address from where they were loaded."""

import re
from pathlib import Path

import pytest
import reflex_base

from nova_app.bundle import (
    JOINED,
    NovaBundle,
    UnknownBundle,
    from_page_origin,
    with_own_names,
    with_pages,
    with_recovery,
    with_storage,
    with_waiting_pages,
)

ROOT = Path(__file__).parents[2]

CHUNK = (
    'var e={PING:"http://localhost:8000/ping",EVENT:`ws://localhost:8000/_event`,TRANSPORT:"websocket"};export{e as t};'
)

VITE = """\
  plugins: [
    alwaysUseReactDomServerNode(),
    reactRouter(),
  ],
          groups: [
            {
              test: /env.json/,
              name: "reflex-env",
            },
          ],
"""

ROUTER = (
    "async function ii(e,t){if(e.id in t)return t[e.id];try{let n=await import(e.module);return t[e.id]=n,n}"
    "catch(t){return console.error(`Error loading route module \\`${e.module}\\`, reloading page...`),console.error(t),"
    "window.__reactRouterContext&&window.__reactRouterContext.isSpaMode,window.location.reload(),"
    "new Promise(()=>{})}}var x=1;"
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
    with pytest.raises(UnknownBundle):
        NovaBundle().post_build(static_dir=tmp_path)
    chunk.write_text(CHUNK)
    router = tmp_path / "assets" / "router.js"
    router.write_text(ROUTER)

    NovaBundle().post_build(static_dir=tmp_path)

    assert "localhost:8000" not in chunk.read_text()
    assert "reload" not in router.read_text()


def test_the_router_asks_for_a_page_that_could_not_be_loaded():
    assert with_waiting_pages(ROUTER) == (
        "async function ii(e,t){if(e.id in t)return t[e.id];try{let n=await import(e.module);return t[e.id]=n,n}"
        "catch(t){return globalThis.novaLoadPage(e.module)}}var x=1;"
    )


@pytest.mark.parametrize("script", ["", ROUTER * 2, ROUTER.replace("window.location.reload()", "t.reload()")])
def test_a_router_that_gives_up_in_another_way_fails_the_build(script):
    with pytest.raises(UnknownBundle):
        with_waiting_pages(script)


def reflex_client():
    return (Path(reflex_base.__file__).parent / ".templates/web/utils/state.js").read_text()


def test_reflexs_socket_asks_before_it_connects_again():
    script = with_pages(reflex_client())

    calls = "novaPages.beforeConnect(() => socket.current?.connect(), () => socket.current?.disconnect());"
    assert calls in script
    assert script.count("socket.current.connect();") == 1, "only the first dial of a page goes unasked"
    assert script.count("novaPages.down();") == 2
    assert with_pages(script) == script


def test_another_reflex_fails_the_build():
    with pytest.raises(UnknownBundle):
        with_pages(reflex_client().replace("socket.current.connect()", "socket.current.open()"))


def test_a_theme_that_cannot_be_kept_does_not_end_the_page():
    theme = next(Path(reflex_base.__file__).parent.rglob("utils/react-theme.js")).read_text(encoding="utf-8")
    script = with_storage(theme)

    assert script.count("novaStorage.setItem(") == theme.count("localStorage.setItem(") > 0
    assert script.count("localStorage.") == 2
    assert script.index("const novaStorage") < script.index("novaStorage.getItem(")
    assert with_storage(script) == script
    with pytest.raises(UnknownBundle):
        with_storage("no theme")


def test_what_controls_send_has_no_half_characters():
    assert 'socket.emit("event", novaPages.outgoing(' in with_pages(reflex_client())


def react_entry():
    return (Path(reflex_base.__file__).parent / ".templates/web/app/entry.client.js").read_text()


def test_a_page_that_was_changed_before_react_took_it_over_is_only_logged():
    script = with_recovery(react_entry())

    assert "keepTextsTrue();hydrateRoot(" in script
    assert "{ onRecoverableError: (fault) => console.warn(fault) });" in script
    assert with_recovery(script) == script


def test_another_way_to_start_react_fails_the_build():
    with pytest.raises(UnknownBundle):
        with_recovery(react_entry().replace("hydrateRoot(document", "hydrateRoot(root"))


def test_what_is_done_to_a_chunk_is_part_of_its_name(tmp_path):
    named = with_own_names(VITE)

    assert named.index("augmentChunkHash") < named.index("alwaysUseReactDomServerNode")
    assert with_own_names(named) == named
    for missing in ("alwaysUseReactDomServerNode", "reflex-env"):
        with pytest.raises(UnknownBundle):
            with_own_names(VITE.replace(missing, ""))


def test_small_shared_modules_are_joined_after_the_addresses():
    named = with_own_names(VITE)

    groups = named[named.index("groups: [") :]
    assert re.findall(r'name: "([\w-]+)"', groups) == ["reflex-env", "icons", *JOINED]


@pytest.mark.parametrize("module", [module for modules in JOINED.values() for module in modules])
def test_each_module_that_is_joined_exists(module):
    assert (ROOT / f"assets/nova/{module}.js").is_file()
    tests = [re.compile(test.replace(r"\/", "/")) for test in re.findall(r"test: /(.+?)/, name", with_own_names(VITE))]
    assert [test.search(f"/.web/public/nova/{module}.js") is not None for test in tests].count(True) == 1
