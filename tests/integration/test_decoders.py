"""The processes that look into files: small, limited, replaced, and gone when nobody sends any."""

import asyncio
import os
from pathlib import Path

import pytest

from nova_app.decoder import worker
from nova_app.domain.errors import ErrorCode, Refused
from nova_app.persistence.decoders import Decoders
from tests.asgi import eventually
from tests.builders import a_picture

pytestmark = pytest.mark.anyio


@pytest.fixture
async def decoders():
    made = Decoders()
    yield made
    await made.close()


@pytest.fixture
def look(tmp_path):
    async def ask(decoders, data, account="ada", name="file"):
        received = tmp_path / f"{name}.part"
        received.write_bytes(data)
        return await decoders.inspect(received, tmp_path / name, tmp_path / f"{name}.thumb", account)

    return ask


def is_alive(pid):
    return Path(f"/proc/{pid}").exists()


async def test_a_decoder_holds_no_code_and_no_secret_of_the_rest(decoders, look, monkeypatch):
    monkeypatch.setenv("NOVA_METRICS_TOKEN", "marked-secret")
    await look(decoders, a_picture())
    (pid,) = decoders.pids
    assert b"marked-secret" not in Path(f"/proc/{pid}/environ").read_bytes()
    loaded = Path(f"/proc/{pid}/maps").read_text()
    assert "_imaging" in loaded
    assert not [name for name in ("uvloop", "sqlite3", "pydantic", "httptools") if name in loaded]


async def test_one_process_serves_many_files_and_ends_when_none_come(look):
    decoders = Decoders(idle_seconds=0.3)
    await look(decoders, a_picture())
    (first,) = decoders.pids
    await look(decoders, b"some text")
    assert decoders.pids == [first]
    await eventually(lambda: not is_alive(first))
    assert (await look(decoders, a_picture())).width == 60
    await decoders.close()
    assert decoders.pids == []


async def test_a_file_that_takes_too_long_costs_its_process_and_is_refused(look):
    decoders = Decoders(answer_seconds=0.0)
    with pytest.raises(Refused) as refused:
        await look(decoders, a_picture())
    assert refused.value.code is ErrorCode.IMAGE_TOO_LARGE
    assert decoders.pids == []
    await decoders.close()


async def test_a_process_that_was_killed_between_two_files_is_replaced(decoders, look):
    await look(decoders, a_picture())
    os.kill(decoders.pids[0], 9)
    assert (await look(decoders, a_picture())).width == 60


async def test_an_abandoned_request_ends_its_process(decoders, look):
    await look(decoders, a_picture())
    (first,) = decoders.pids
    task = asyncio.create_task(look(decoders, a_picture(size=(3_000, 3_000))))
    await eventually(lambda: not decoders.pids)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not is_alive(first)


@pytest.mark.parametrize(("name", "value"), [("MEMORY_MAX_BYTES", 40 * 1024 * 1024), ("CPU_MAX_SECONDS", 0)])
async def test_a_decoder_ends_at_its_limits(tmp_path, name, value):
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); from nova_app.decoder import worker; "
        f"worker.{name} = {value}; worker.main()"
    )
    decoders = Decoders()
    from nova_app.persistence import decoders as module

    before, module._PROGRAM = module._PROGRAM, program
    try:
        received = tmp_path / "a.part"
        received.write_bytes(a_picture("PNG", (6_000, 6_000)))
        with pytest.raises(Refused) as refused:
            await decoders.inspect(received, tmp_path / "a", tmp_path / "a.thumb", "ada")
        assert refused.value.code is ErrorCode.IMAGE_TOO_LARGE
    finally:
        module._PROGRAM = before
        await decoders.close()


def test_what_a_job_raises_is_its_answer(tmp_path):
    job = {name: str(tmp_path / name) for name in ("received", "stored", "thumbnail")}
    assert worker.answer(job) == {"errno": 2}
    (tmp_path / "received").write_bytes(a_picture()[:-30])
    assert worker.answer(job)["is_too_large"] is False
