"""Every path answers HEAD and OPTIONS, and a refused method is told which there are."""

import uuid

import pytest

from nova_app.api.app import list_routes
from tests.builders import a_picture

pytestmark = pytest.mark.anyio

ROUTES = sorted(list_routes())
METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"}


def filled(template):
    return "/".join(str(uuid.uuid4()) if part.startswith("{") else part for part in template.split("/"))


def allowed(answer):
    return set(answer.headers["allow"].split(", "))


def methods_of(template):
    own = {method for method, other in ROUTES if other == template}
    return own | {"OPTIONS"} | ({"HEAD"} if "GET" in own else set())


async def test_every_path_names_its_methods(register):
    ada = await register("ada")
    for template in sorted({template for _, template in ROUTES}):
        asked = await ada.options(filled(template))
        assert asked.status_code == 204, template
        assert allowed(asked) >= methods_of(template), template
        wrong = min(METHODS - allowed(asked))
        refused = await ada.request(wrong, filled(template))
        assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed"), template
        assert allowed(refused) == allowed(asked)
        assert all(method in refused.json()["detail"] for method in (*allowed(asked), wrong))


async def test_whatever_can_be_read_answers_head(register):
    ada = await register("ada")
    stored = (await ada.post("/api/v1/uploads", files={"file": ("a.png", a_picture())})).json()
    paths = [filled(template) for method, template in ROUTES if method == "GET"]
    paths += [stored["url"], stored["thumbnail_url"], "/runbooks/NovaInstanceDown.md", "/api/v1/openapi.json"]
    volatile = {"content-length", "x-request-id"}
    for path in paths:
        read, head = await ada.get(path), await ada.head(path)
        assert (head.status_code, head.content) == (read.status_code, b""), path
        assert {*head.headers} == {*read.headers}, path
        for name in {*read.headers} - (volatile if path == "/metrics" else {"x-request-id"}):
            is_same = head.headers[name] == read.headers[name]
            assert is_same or name == "content-length", (path, name)


async def test_an_unknown_path_is_unknown_by_any_method(register):
    ada = await register("ada")
    for method in METHODS:
        assert (await ada.request(method, "/api/v1/nothing")).status_code == 404
