"""Adapts the output of Reflex's build to Nova.

The pages work with any host, port and proxy without being built again, and Reflex's socket
asks the runtime before it connects and names the account of the page.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from reflex_base.plugins.base import Plugin

_CHUNKS = "assets/reflex-env-*.js"
_ANY_CHUNK = "assets/*.js"
_GIVE_UP_MARK = "Error loading route module"
_URL = re.compile(r"""(["'`])(https?|wss?)://[^"'`/]+(/[^"'`]*)?\1""")


class UnknownBundle(Exception):
    """The build does not have the expected form."""


_PAGES = 'import { pages as novaPages } from "$/public/nova/index.js";'
_ASK_FIRST = "novaPages.beforeConnect(() => socket.current?.connect(), () => socket.current?.disconnect());"
_CALLS = (
    # The address of the socket names the account that this page was drawn for.
    ("query: { token },", "query: { token, ...novaPages.query },"),
    (
        "socket.current.io.opts.query = { token: getToken() };",
        "socket.current.io.opts.query = { token: getToken(), ...novaPages.query };",
    ),
    # Reflex reconnects at once and without jitter: all clients together.
    (
        "socket.current.auth = bootAuth(false);\n      socket.current.connect();",
        f"socket.current.auth = bootAuth(false);\n      {_ASK_FIRST}",
    ),
    (
        "socket.current.wait_connect = false;\n    reported_missing_substates.clear();",
        "socket.current.wait_connect = false;\n    novaPages.up();\n    reported_missing_substates.clear();",
    ),
    ("const retryConnect = (error) => {\n", "const retryConnect = (error) => {\n    novaPages.down();\n"),
    (
        "window.__reflex_otel?.onSocketDisconnect?.(reason);",
        "novaPages.down();\n    window.__reflex_otel?.onSocketDisconnect?.(reason);",
    ),
    # What handlers of the server ask of the page runs by name: the policy of pages forbids scripts in texts.
    (
        "  // Handle special events\n",
        '  if (event.name == "_nova") return novaPages.called(event.payload);\n  // Handle special events\n',
    ),
    # Half a character of a pasted text cannot be written as UTF-8: no handler could pass it on.
    (
        'socket.emit("event", encodeFormDataArgs(routed_event));',
        'socket.emit("event", novaPages.outgoing(encodeFormDataArgs(routed_event)));',
    ),
)


_STORAGE = """\
const novaStorage = {
  getItem: (name) => { try { return localStorage.getItem(name); } catch { return null; } },
  setItem: (name, value) => { try { localStorage.setItem(name, value); } catch { /* full or forbidden */ } },
};
"""

# React Router gives up on a page's module by loading the address again, also when it only fetches
# ahead: without a connection that ends at the browser's own error page.
_GIVE_UP = re.compile(
    r"console\.error\(`Error loading route module \\`\$\{(?P<route>\w+)\.module\}\\`, reloading page\.\.\.`\),"
    r"console\.error\(\w+\),[^;{}]*?window\.location\.reload\(\),new Promise\(\(\)=>\{\}\)"
)

_TEXTS = 'import { keepTextsTrue } from "$/public/nova/moved_texts.js";'
_HYDRATE = "hydrateRoot(document, createElement(HydratedRouter));"
_RECOVERED = (
    "hydrateRoot(document, createElement(HydratedRouter), { onRecoverableError: (fault) => console.warn(fault) });"
)


_VITE_PLUGINS = "    alwaysUseReactDomServerNode(),\n"
_VITE_GROUPS = """\
            {
              test: /env.json/,
              name: "reflex-env",
            },
"""
JOINED = {
    "everywhere": ("base/local_storage", "base/well_formed", "generated/codes"),
    "chats": (
        "account/browser_notifications",
        "account/notification_record",
        "account/notification_rule",
        "account/show_notification",
        "base/clipboard",
        "base/list_keys",
        "base/visible_text",
        "files/upload_items",
        "messages/discarded_texts",
    ),
}
"""Small modules of ``assets/nova`` that several pages share: each would be a file, and a request, of its own."""


class NovaBundle(Plugin):
    """Adapts the build: Reflex's socket, the chunk with the backend's address, the router's lazy pages."""

    def pre_compile(self, **context: Any) -> None:
        """Make Reflex's own socket ask before it connects, and report its state."""
        context["add_modify_task"]("utils/state.js", with_pages)
        context["add_modify_task"]("utils/react-theme.js", with_storage)
        context["add_modify_task"]("app/entry.client.js", with_recovery)
        context["add_modify_task"]("vite.config.js", with_own_names)

    def post_build(self, **context: Any) -> None:
        """Derive every address from where the page was loaded.

        Raises:
            UnknownBundle: There is not exactly one such chunk, or no address in it.
        """
        chunks = sorted(Path(context["static_dir"]).glob(_CHUNKS))
        if len(chunks) != 1:
            raise UnknownBundle(f"expected one {_CHUNKS} in the build, found {len(chunks)}")
        chunk = chunks[0]
        chunk.write_text(from_page_origin(chunk.read_text(encoding="utf-8")), encoding="utf-8")
        _patch_router(Path(context["static_dir"]))


def with_pages(script: str) -> str:
    """Return Reflex's client with the calls that control its socket; unchanged if it has them already.

    Raises:
        UnknownBundle: This Reflex does not have the expected code.
    """
    if _PAGES in script:
        return script
    for before, after in _CALLS:
        if script.count(before) != 1:
            raise UnknownBundle(f"expected {before!r} once in Reflex's client, found it {script.count(before)} times")
        script = script.replace(before, after)
    return f"{_PAGES}\n{script}"


def with_storage(script: str) -> str:
    """Return Reflex's theme so that it works without storage: a full or forbidden one would break the page.

    Raises:
        UnknownBundle: This Reflex keeps the theme elsewhere.
    """
    if _STORAGE in script:
        return script
    if "localStorage.setItem(" not in script:
        raise UnknownBundle("expected Reflex's theme in localStorage, found no such call")
    return _STORAGE + script.replace("localStorage.", "novaStorage.")


def with_own_names(config: str) -> str:
    """Return Vite's configuration so that what is done to its chunks here is part of their names, and small ones join.

    Browsers keep a file with a hash in its name for good: other content must have another name.

    Raises:
        UnknownBundle: This Reflex configures Vite in another way.
    """
    if "novaNames" in config:
        return config
    for expected in (_VITE_PLUGINS, _VITE_GROUPS):
        if config.count(expected) != 1:
            raise UnknownBundle(f"expected {expected!r} once in Vite's configuration")
    digest = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]
    # A group without the imports of its modules (see below) may have to give a page's own script more exports.
    options = '(all) => ({ ...all, preserveEntrySignatures: "allow-extension" })'
    names = f'    {{ name: "novaNames", augmentChunkHash: () => "{digest}", options: {options} }},\n'
    config = config.replace(_VITE_PLUGINS, names + _VITE_PLUGINS)
    return config.replace(_VITE_GROUPS, _VITE_GROUPS + _joined())


def _joined() -> str:
    """Return the groups of Vite's configuration that put small modules, without their imports, into a file each."""
    found = {"icons": "lucide-react"}
    for name, modules in JOINED.items():
        found[name] = rf"public/nova/({'|'.join(modules)})\.js".replace("/", r"\/")
    rules = "minShareCount: 2, includeDependenciesRecursively: false"
    return "".join(f'            {{ test: /{test}/, name: "{name}", {rules} }},\n' for name, test in found.items())


def _patch_router(static_dir: Path) -> None:
    found = 0
    for chunk in sorted(static_dir.glob(_ANY_CHUNK)):
        script = chunk.read_text(encoding="utf-8")
        if _GIVE_UP_MARK in script:
            chunk.write_text(with_waiting_pages(script), encoding="utf-8")
            found += 1
    if found != 1:
        raise UnknownBundle(f"expected the router's loading of pages in one chunk, found it in {found}")


def with_waiting_pages(script: str) -> str:
    """Return React Router's chunk so that it asks the runtime (``page_loading.js``) about a page that failed to load.

    Raises:
        UnknownBundle: This React Router gives up in another way.
    """
    patched, count = _GIVE_UP.subn(r"globalThis.novaLoadPage(\g<route>.module)", script)
    if count != 1:
        raise UnknownBundle(f"expected one place where the router gives up on a page, found {count}")
    return patched


def with_recovery(script: str) -> str:
    """Return React's entry, which keeps texts correct, and only logs a page that was changed before hydration.

    A translator or an extension may be faster than React, which then draws the page from the
    beginning: nothing is lost, so no error is shown.

    Raises:
        UnknownBundle: This Reflex starts React in another way.
    """
    if _RECOVERED in script:
        return script
    if script.count(_HYDRATE) != 1:
        raise UnknownBundle(f"expected {_HYDRATE!r} once in React's entry, found it {script.count(_HYDRATE)} times")
    return f"{_TEXTS}\n{script.replace(_HYDRATE, f'keepTextsTrue();{_RECOVERED}')}"


def from_page_origin(script: str) -> str:
    """Return the chunk with each absolute address replaced by one of the page's own origin.

    Raises:
        UnknownBundle: There is no address in it.
    """
    rewritten, count = _URL.subn(_replace, script)
    if count == 0:
        raise UnknownBundle("expected absolute addresses in the environment chunk, found none")
    return rewritten


def _replace(found: re.Match[str]) -> str:
    scheme, path = found.group(2), json.dumps(found.group(3) or "")
    # Pages are prerendered where there is no location.
    origin = '(globalThis.location?.origin??"http://localhost")'
    if scheme.startswith("ws"):
        origin += '.replace(/^http/,"ws")'
    return f"({origin}+{path})"
