"""The examples of the documentation run as they are printed."""

import ast
import builtins
import importlib
import re
from pathlib import Path

import pytest

from nova_app.client import NovaClient
from tests.asgi import BASE, gated

pytestmark = pytest.mark.anyio
PAGE = Path("docs/error-handling.md")
TEXTS = [*sorted(Path("docs").rglob("*.md")), Path("README.md"), Path("CONTRIBUTING.md")]
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
BLOCKS = [(path, *found) for path in TEXTS for found in FENCE.findall(path.read_text(encoding="utf-8"))]
PYTHON = [(path, code) for path, language, code in BLOCKS if language == "python"]
SHELL = [line for _, language, code in BLOCKS if not language for line in code.splitlines()]
INLINE = [code for path in TEXTS for code in re.findall(r"`([^`\n]+)`", path.read_text(encoding="utf-8"))]
COMMAND = re.compile(r"^(?:[A-Z_]+=\S+ )*(make|nova|python) ([^#]+)")
COMMANDS = {found.groups() for line in (*SHELL, *INLINE) if (found := COMMAND.match(line))}
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


def undefined_names(tree):
    """The names that a block of code uses and neither defines nor imports."""
    used, known = set(), set(dir(builtins))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else known).add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            known.add(node.name)
        elif isinstance(node, ast.arg):
            known.add(node.arg)
        elif isinstance(node, ast.alias):
            known.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            known.add(node.name)
    return used - known


@pytest.mark.parametrize(
    ("path", "code"), PYTHON, ids=[f"{path.name}-{number}" for number, (path, _) in enumerate(PYTHON)]
)
def test_examples_in_python_import_what_exists_and_use_what_they_define(path, code):
    tree = ast.parse(code)
    assert undefined_names(tree) == set(), path
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            module = importlib.import_module(node.module)
            assert [alias.name for alias in node.names if not hasattr(module, alias.name)] == [], node.module


def test_a_missing_definition_is_found():
    assert undefined_names(ast.parse("import os\ndef f(a):\n    return os.path.join(a, b)")) == {"b"}


def test_the_example_of_a_page_renders():
    (code,) = [code for path, code in PYTHON if path.name == "websocket-reconnection.md" and "def page()" in code]
    scope = {}
    exec(compile(code, "page", "exec"), scope)
    assert "Try now" in str(scope["page"]())


def test_commands_exist():
    """Targets of make, files and modules of Python, subcommands of nova."""
    targets = set(re.findall(r"^([a-z-]+):", Path("Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    declared = "".join(Path("nova_app", name).read_text(encoding="utf-8") for name in ("cli.py", "data_commands.py"))
    subcommands = set(re.findall(r"add_(?:parser|argument)\(\s*\"([\w-]+)", declared))
    assert {program for program, _ in COMMANDS} == {"make", "nova", "python"}
    for program, arguments in COMMANDS:
        first, *rest = arguments.split()
        if program == "make":
            assert first in targets, arguments
        elif program == "nova":
            assert first in {*subcommands, "--help"}, arguments
        else:
            module = Path(rest[0].replace(".", "/")) if first == "-m" else Path(first)
            forms = (module, module.with_suffix(".py"), module / "__main__.py")
            assert any(path.is_file() for path in forms), arguments
