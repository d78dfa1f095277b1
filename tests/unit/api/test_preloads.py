"""The header with which a browser loads the scripts of a conversation's page at once."""

import asyncio

import pytest

from nova_app.api.preloads import Preloads, header_of, preload_header

MANIFEST = """window.__reactRouterManifest={"routes":{
"root":{"path":"","module":"/assets/root-1.js","imports":["/assets/shared-1.js"]},
"routes/[c]":{"path":"c/:conversation_id","module":"/assets/c-1.js","imports":["/assets/shared-1.js","/assets/part-1.js"]},
"routes/[login]":{"path":"login","module":"/assets/login-1.js","imports":[]}}};"""
HEADER = "</assets/c-1.js>; rel=modulepreload, </assets/part-1.js>; rel=modulepreload"


def test_it_names_what_the_document_does_not():
    assert header_of(MANIFEST) == HEADER


@pytest.mark.parametrize("manifest", ["", "{}", "x={};", '{"routes":{}}', '{"routes":[]}', '{"routes":{"root":1}}'])
def test_an_unknown_build_has_no_header(manifest):
    assert header_of(manifest) == ""


def test_without_pages_there_is_no_header(tmp_path):
    assert preload_header(None) == preload_header(tmp_path) == ""


def headers_of(path, content_type):
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", content_type)]})

    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(Preloads(app, HEADER)({"type": "http", "path": path}, None, send))
    return dict(sent[0]["headers"])


def test_only_documents_of_conversations_have_it():
    assert headers_of("/c/1", b"text/html; charset=utf-8")[b"link"] == HEADER.encode()
    for path in ("/", "/login", "/invite/c/", "/assets/c/1.js", "/reset/1"):
        assert b"link" not in headers_of(path, b"text/html; charset=utf-8")
    assert b"link" not in headers_of("/c/1", b"application/json")
