"""The ``nova`` command."""

from __future__ import annotations

import argparse
import gc
import os
from collections.abc import Sequence
from pathlib import Path

from nova_app.data_commands import DATA_COMMANDS, add_data_commands
from nova_app.settings import ROOT, load_settings
from nova_app.user_arguments import add_arguments


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of Nova's commands; returns its exit code."""
    parser = argparse.ArgumentParser(prog="nova", description="A self-hosted messenger.")
    parser.add_argument("--version", action="store_true", help="print the version and the revision of the code")
    commands = parser.add_subparsers(dest="command")
    serving = commands.add_parser("serve", help="upgrade the database, build the pages if needed, and serve")
    serving.add_argument("--no-build", action="store_true", help="serve the pages of the last build")
    commands.add_parser("demo", help="serve, with simulated users who chat")
    commands.add_parser("probe", help="send a message through Nova at intervals and export the results as metrics")
    commands.add_parser("build", help="build the pages unless they are up to date")
    commands.add_parser("migrate", help="upgrade the database")
    deliveries = commands.add_parser("deliveries", help="webhook deliveries that failed").add_subparsers(
        dest="action", required=True
    )
    listing = deliveries.add_parser("list", help="list deliveries that failed permanently, oldest first")
    listing.add_argument("--all", action="store_true", help="include deliveries that are still being retried")
    listing.add_argument("--limit", type=int, default=50, help="maximum number of deliveries to list (default: 50)")
    replaying = deliveries.add_parser("replay", help="retry deliveries that failed permanently")
    replaying.add_argument("id", nargs="*", help="a delivery to retry (default: all of them)")
    users = commands.add_parser("users", help="accounts: list, add, invite, deactivate, sign out and more")
    add_arguments(users)
    add_data_commands(commands)
    generating = commands.add_parser("generate", help="write the generated files")
    generating.add_argument("--check", action="store_true", help="only check whether they are up to date")
    options = parser.parse_args(arguments)
    if options.version:
        return _version()
    if options.command is None:
        parser.error("expected a command")
    return _COMMANDS[options.command](options)


def _version() -> int:
    from nova_app.observability.process import build  # noqa: PLC0415 - the other commands do not need it

    number, revision, python = build()
    print(f"nova {number} (revision {revision}, Python {python})")
    return 0


def _serve(options: argparse.Namespace) -> int:
    # What a start loads stays: looking for garbage among it takes a quarter of the time. On again once it listens.
    gc.disable()
    from nova_app.serve import serve, settings_or_exit  # noqa: PLC0415 - the other commands need no server

    return serve(settings_or_exit(load_settings), build=not options.no_build)


def _demo(_options: argparse.Namespace) -> int:
    import asyncio  # noqa: PLC0415 - see above
    import threading  # noqa: PLC0415 - see above

    from nova_app.demo import talk  # noqa: PLC0415 - see above
    from nova_app.serve import serve, settings_or_exit  # noqa: PLC0415 - see above

    settings = settings_or_exit(load_settings)
    # A thread of its own: the simulated users connect over the network, as others do.
    threading.Thread(target=lambda: asyncio.run(talk(settings)), daemon=True).start()
    return serve(settings)


def _probe(_options: argparse.Namespace) -> int:
    import asyncio  # noqa: PLC0415 - see above
    import contextlib  # noqa: PLC0415 - see above

    from nova_app.observability.logs import configure_logs  # noqa: PLC0415 - see above
    from nova_app.probe import run  # noqa: PLC0415 - see above
    from nova_app.serve import settings_or_exit  # noqa: PLC0415 - see above
    from nova_app.start import prepare_process  # noqa: PLC0415 - see above

    settings = settings_or_exit(load_settings)
    configure_logs(settings.log_format, settings.log_level)
    prepare_process(settings)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(settings))
    return 0


def _build(_options: argparse.Namespace) -> int:
    from nova_app.build import build_if_changed  # noqa: PLC0415 - see above

    return 0 if build_if_changed(ROOT) else 1


def _migrate(_options: argparse.Namespace) -> int:
    from nova_app.serve import migrate_or_exit, settings_or_exit  # noqa: PLC0415 - see above
    from nova_app.start import holding_or_exit, prepare_process  # noqa: PLC0415 - see above

    settings = settings_or_exit(load_settings)
    prepare_process(settings)
    with holding_or_exit(settings):
        migrate_or_exit(settings)
    return 0


def _deliveries(options: argparse.Namespace) -> int:
    from datetime import UTC, datetime  # noqa: PLC0415 - see above

    from nova_app.persistence.dead_letters import list_letters, replay  # noqa: PLC0415 - see above
    from nova_app.serve import migrate_or_exit, settings_or_exit  # noqa: PLC0415 - see above
    from nova_app.start import prepare_process  # noqa: PLC0415 - see above

    settings = settings_or_exit(load_settings)
    prepare_process(settings)
    migrate_or_exit(settings)
    if options.action == "replay":
        print(f"{replay(settings, options.id, datetime.now(UTC))} deliveries are tried again")
        return 0
    for letter in list_letters(settings, every=options.all, most=options.limit):
        print(letter.id, letter.created_at, letter.state, f"{letter.attempts} tries", letter.url, letter.last_error)
    return 0


def _users(options: argparse.Namespace) -> int:
    from nova_app.serve import settings_or_exit  # noqa: PLC0415 - see above
    from nova_app.start import prepare_process  # noqa: PLC0415 - see above
    from nova_app.users import run  # noqa: PLC0415 - see above

    settings = settings_or_exit(load_settings)
    prepare_process(settings)
    return run(settings, options)


def _generate(options: argparse.Namespace) -> int:
    from nova_app.codegen.browser import FOLDER, render_browser  # noqa: PLC0415 - see above
    from nova_app.codegen.docs import PAGES, with_table  # noqa: PLC0415 - see above
    from nova_app.codegen.tokens import PATH, render_tokens  # noqa: PLC0415 - see above

    os.chdir(ROOT)
    fresh = {Path(name): text for name, text in render_browser().items()}
    fresh[Path(PATH)] = render_tokens()
    for name, render in PAGES.items():
        fresh[Path(name)] = with_table(Path(name).read_text(encoding="utf-8"), render())
    stale = [path for path, text in fresh.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    stale += [path for path in Path(FOLDER).rglob("*.js") if path not in fresh]
    if options.check:
        print("\n".join(f"{path} is stale: run 'make codes'" for path in stale) or "the generated files are fresh")
        return 1 if stale else 0
    for path in stale:
        if path in fresh:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(fresh[path], encoding="utf-8")
        else:
            path.unlink()
    return 0


_COMMANDS = {
    "serve": _serve,
    "demo": _demo,
    "probe": _probe,
    "build": _build,
    "migrate": _migrate,
    "deliveries": _deliveries,
    "users": _users,
    "generate": _generate,
    **DATA_COMMANDS,
}
