"""Nothing unlisted is a 500: requests made from the API's own description, and those that once were one."""

import json
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nova_app.api.app import build_api, list_routes
from tests.asgi import services_of

FOUND = json.loads((Path(__file__).parents[1] / "wire" / "requests.json").read_text(encoding="utf-8"))
SECONDS = 12
"""So long the generated requests may take, however many that is on this machine."""
AN_ID = "00000000-0000-4000-8000-000000000000"

odd_text = st.one_of(
    st.sampled_from(["", " ", "\n", "\0", "..", "%", "'", '"', "*", "\u202e", "9" * 400, "-1", AN_ID, "me", "null"]),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=40),
)
odd_value = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(),
        odd_text,
        st.sampled_from(["\ud800", AN_ID]),
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(odd_text, inner, max_size=4),
    max_leaves=8,
)


def described(schema, parts):
    """Values that a schema describes, mixed with some that it does not."""
    while "$ref" in schema:
        schema = parts[schema["$ref"].rsplit("/", 1)[1]]
    if choices := schema.get("anyOf", schema.get("oneOf")):
        return st.one_of(*(described(one, parts) for one in choices))
    kinds = {
        "object": lambda: described_object(schema, parts),
        "array": lambda: st.lists(described(schema.get("items", {}), parts), max_size=4),
        "integer": lambda: st.integers(-2, 2**54),
        "string": lambda: st.just(AN_ID) if schema.get("format") == "uuid" else odd_text,
    }
    return st.sampled_from(schema["enum"]) if "enum" in schema else kinds.get(schema.get("type"), lambda: odd_value)()


def described_object(schema, parts):
    fields = {name: st.one_of(described(one, parts), odd_value) for name, one in schema.get("properties", {}).items()}
    required = {name: fields.pop(name) for name in schema.get("required", ()) if name in fields}
    return st.fixed_dictionaries(required, optional=fields)


def operations():
    """Every operation of the API's description, with the values that it takes."""
    document = build_api(None, None).openapi()
    parts = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parameters = operation.get("parameters", [])
            bodies = operation.get("requestBody", {}).get("content", {})
            body = bodies.get("application/json", {}).get("schema")
            yield method.upper(), path, parameters, st.none() if body is None else described(body, parts)


@st.composite
def requests(draw):
    method, path, parameters, body = draw(st.sampled_from(OPERATIONS))
    for name in [item["name"] for item in parameters if item["in"] == "path"]:
        path = path.replace(f"{{{name}}}", quote(draw(odd_text | st.just(AN_ID)), safe=""))
    query = {item["name"]: draw(odd_text) for item in parameters if item["in"] == "query" and draw(st.booleans())}
    headers = {"Idempotency-Key": draw(st.sampled_from([AN_ID, "x", "\t", "9" * 300]))} if draw(st.booleans()) else {}
    value = draw(st.one_of(body, odd_value))
    return method, path, query, headers, b"" if value is None else json.dumps(value).encode("utf-8", "surrogatepass")


OPERATIONS = list(operations())
ENDING = ("auth/logout", "auth/sessions", "auth/password", "admin/users")
"""What would end the session that the others need."""


def test_the_description_holds_every_route_that_it_should():
    described_routes = {(method, path) for method, path, *_ in OPERATIONS}
    assert {route for route in list_routes() if "socket" not in route[1]} <= described_routes | {("GET", "/metrics")}


@pytest.fixture
async def ada(register, nova, monkeypatch):
    client = await register("ada")
    # The limits have tests of their own; here they would keep most requests from going any further.
    monkeypatch.setattr(services_of(nova).budgets, "spend", lambda *_: None)
    client.until = time.monotonic() + SECONDS
    return client


def assert_listed(answer, request):
    assert answer.status_code < 500 or answer.json()["code"] == "storage_unavailable", (request, answer.text)
    if answer.status_code >= 400 and answer.request.url.path.startswith("/api"):
        assert answer.headers["content-type"] == "application/problem+json", (request, answer.text)


@pytest.mark.anyio
@settings(
    max_examples=600, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None, derandomize=False
)
@given(request=requests())
async def test_a_generated_request_is_answered_or_refused_in_words(request, ada):
    method, path, query, headers, body = request
    if time.monotonic() > ada.until or path.startswith(tuple(f"/api/v1/{part}" for part in ENDING)):
        return
    assert_listed(await ada.request(method, path, params=query, headers=headers, content=body), request)


@pytest.mark.anyio
@pytest.mark.parametrize("request_", FOUND, ids=lambda found: f"{found[0]} {found[1][:40]}")
async def test_a_request_that_was_found_stays_mended(register, request_):
    method, path, headers, body = request_
    ada = await register("ada")
    assert_listed(await ada.request(method, path, headers=headers, content=body.encode()), request_)
