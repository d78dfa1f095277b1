"""The examples of the documentation run as they stand."""

import re
from pathlib import Path

import pytest

from nova_app.client import NovaClient
from tests.asgi import BASE, gated

pytestmark = pytest.mark.anyio
PAGE = Path("docs/error-handling.md")
EXAMPLES = dict(re.findall(r"```python title=\"(\w+)\"\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL))


@pytest.mark.parametrize(("name", "says"), [("send", "stored as number 1"), ("typed", "I am ana")])
async def test_the_examples_for_scripts_run(nova, register, capsys, monkeypatch, name, says):
    import httpx

    ana = await register("ana")
    token = (await ana.post("/api/v1/auth/tokens", json={"name": "example"})).json()["token"]
    transport = httpx.ASGITransport(gated(nova))
    plain = NovaClient.__init__

    def in_process(self, base_url, **options):
        plain(self, base_url, transport=transport, **options)

    monkeypatch.setattr(NovaClient, "__init__", in_process)
    scope = {}
    exec(compile(EXAMPLES[name], name, "exec"), scope)
    await scope["main"](BASE, token)

    assert says in capsys.readouterr().out


def test_every_example_with_a_name_is_run():
    assert set(EXAMPLES) == {"send", "typed"}
