"""What a log line may hold: nothing that a stranger, a form or a database put into it."""

import io
import json
import logging
import sqlite3
import sys
import threading
import time
import types

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from nova_app.observability.logs import HumanFormatter, configure_logs
from nova_app.persistence.engine import create_write_engine

MARK = "typed-in-a-form"


@pytest.fixture(params=["human", "json"])
def log(request):
    """Logging as the server sets it up, into memory; what was set up before comes back."""
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    names = ("nova", "nova_app", "alembic", "uvicorn", "socketio.server", "engineio.server", "httpx", "websockets")
    levels = {name: logging.getLogger(name).level for name in names}
    stream, stderr, hooks = io.StringIO(), sys.stderr, (threading.excepthook, sys.unraisablehook)
    sys.stderr = stream
    try:
        configure_logs(request.param)
    finally:
        sys.stderr = stderr
    stream.form = request.param
    yield stream
    root.handlers[:], root.level = before
    threading.excepthook, sys.unraisablehook = hooks
    logging.captureWarnings(capture=False)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def library(name="some_library"):
    return logging.getLogger(name)


def a_message_with(text):
    return "".join(["Received event data as a string: ", text])


def log_a_request(logger, payload):
    logger.error(f"Error processing event queue entry for Event(payload={payload!r}):")


def test_a_library_that_prints_a_request_whole_is_cut_to_its_constant_words(log):
    log_a_request(library(), {"password": MARK, "cookie": "nova_session=TXke123"})

    assert MARK not in log.getvalue()
    assert "TXke123" not in log.getvalue()
    assert "Error processing event queue entry for Event(payload=" in log.getvalue()


def test_arguments_of_a_library_are_left_out_and_numbers_stay(log):
    library().warning("Unsupported upgrade request from %s after %d tries: %r", MARK, 3, {"x": MARK})

    assert MARK not in log.getvalue()
    assert "Unsupported upgrade request from" in log.getvalue()
    assert " 3 tries" in log.getvalue()


def test_a_message_that_was_made_elsewhere_names_only_its_place(log):
    library().error(a_message_with(MARK))

    assert MARK not in log.getvalue()
    assert "test_logs.py" in log.getvalue()


def test_fields_of_a_library_are_left_out(log):
    library().warning("A constant warning", extra={"request_id": MARK, "headers": MARK})

    assert MARK not in log.getvalue()


def test_an_exception_keeps_type_place_and_cause_without_its_text(log):
    def read():
        raise KeyError(MARK)

    def answer():
        try:
            read()
        except KeyError as fault:
            raise ValueError(f"no such thing: {MARK}") from fault

    try:
        answer()
    except ValueError:
        logging.getLogger("nova_app.api").exception("a request failed")

    written = log.getvalue()
    assert MARK not in written
    for known in ("Traceback (most recent call last)", "test_logs.py", "KeyError", "ValueError: no such thing: "):
        assert known in written


def test_a_failure_of_the_system_keeps_its_words(log):
    library("uvicorn.error").error(OSError(98, f"while binding {MARK}"))

    assert "Address already in use" in log.getvalue()
    assert MARK not in log.getvalue()


def test_a_group_of_exceptions_is_described_without_texts(log):
    group = ExceptionGroup("several", [ValueError(MARK), OSError(28, MARK)])
    library().error("A task failed", exc_info=group)

    assert MARK not in log.getvalue()
    assert "No space left" in log.getvalue()


def test_a_failed_statement_names_its_cause_and_not_its_parameters(log, tmp_path):
    engine = create_write_engine(tmp_path / "x.db")
    with pytest.raises(DBAPIError) as failure, engine.begin() as connection:
        connection.execute(text("SELECT * FROM absent WHERE word = :word"), {"word": MARK})
    engine.dispose()
    assert MARK not in str(failure.value)

    logging.getLogger("nova_app.persistence.reader").error("a read failed", exc_info=failure.value)

    assert MARK not in log.getvalue()
    assert "SQLITE_ERROR" in log.getvalue()


def test_what_an_index_says_of_a_query_is_not_written(log):
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
    try:
        connection.execute("SELECT * FROM words WHERE words MATCH ?", (f'"{MARK}" AND AND',))
    except sqlite3.OperationalError:
        logging.getLogger("nova_app").exception("a read failed")
    finally:
        connection.close()

    assert MARK not in log.getvalue()


def test_a_line_for_people_says_in_which_zone_its_time_is(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    try:
        line = HumanFormatter().format(logging.makeLogRecord({"name": "nova_app", "msg": "x", "created": 0.0}))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert line.startswith("1970-01-01 05:30:00+0530 ")


def test_control_characters_make_no_line_of_their_own(log):
    forged = "x\n2026-11-28 00:00:00 warning nova.audit: FORGED\r\x1b[2J\u202e\u2028"
    logging.getLogger("nova_app").warning("a name was refused: %s", forged, extra={"code": forged})

    written = log.getvalue()
    assert len(written.splitlines()) == 1
    assert not {"\x1b", "\r", "\u202e", "\u2028"} & set(written)


def test_secrets_in_our_own_words_are_masked(log):
    secret = "dGhpcyBpcyBhIHNlY3JldCBvZiBhIHNlc3Npb24"
    logging.getLogger("nova_app").warning("refused: Cookie: nova_session=%s", "abc")
    logging.getLogger("nova_app").warning("refused: Authorization: Bearer %s", "abc.def")
    logging.getLogger("nova_app").warning("refused: %s", secret, extra={"reason": secret})
    logging.getLogger("nova_app").warning('refused: {"password": "%s"}', "abc")

    assert not [word for word in ("abc", secret) if word in log.getvalue()]


def test_unknown_fields_are_withheld_and_known_ones_and_numbers_stay(log):
    fields = {"code": "not_found", "text": MARK, "payload": {"deep": MARK}, "number": 7, "request_id": "r-12345678"}
    logging.getLogger("nova_app").warning("refused", extra=fields)

    written = log.getvalue()
    assert MARK not in written
    for known in ("not_found", "r-12345678", "7"):
        assert known in written


def test_lines_carry_the_date_and_machines_get_one_object(log):
    logging.getLogger("nova_app").warning("refused")

    line = log.getvalue().rstrip("\n")
    if log.form == "json":
        assert json.loads(line)["time"].endswith("+00:00")
    else:
        assert line[:5].removesuffix("-").isdigit()
        assert line[10] == " "


def test_a_thread_that_ends_and_a_record_that_cannot_be_written_say_only_where(log):
    def fail():
        raise RuntimeError(MARK)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    # Handed to the handler alone: pytest's own would fail the test for such a record.
    faulty = logging.LogRecord("nova_app", logging.WARNING, "a.py", 7, "two values: %s %d", (MARK,), None)
    logging.getLogger().handlers[0].handle(faulty)

    assert "a thread ended with an error" in log.getvalue()
    assert "a log record could not be written" in log.getvalue()
    assert MARK not in log.getvalue()


def test_a_flood_from_one_place_is_counted_and_not_written(log):
    clock = types.SimpleNamespace(now=0.0)
    (repeats,) = logging.getLogger().handlers[0].filters
    repeats._seconds = lambda: clock.now
    for second in range(180):
        clock.now = float(second)
        for _ in range(100):
            logging.getLogger("nova_app").warning("the disk is full")

    lines = log.getvalue().splitlines()
    assert 5 <= len(lines) <= 10
    assert "left_out" in lines[-1]


def test_libraries_with_handlers_of_their_own_have_none(log):
    socketio = pytest.importorskip("socketio")
    socketio.AsyncServer(async_mode="asgi", logger=False, engineio_logger=False)

    assert logging.getLogger("socketio.server").handlers == []
    assert logging.getLogger("engineio.server").handlers == []
    assert log.getvalue() == ""


hostile = st.text(min_size=1, max_size=40).map(lambda tail: f"⟦{tail}⟧")


@given(hostile)
def test_whatever_a_stranger_sends_a_library_is_never_written(sent):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(HumanFormatter())
    logger = logging.getLogger("some_library.property")
    logger.handlers[:], logger.propagate = [handler], False
    try:
        logger.warning(f"a frame that cannot be read: {sent}")
        logger.warning("a frame that cannot be read: %s", sent)
        logger.warning("a frame", extra={"code": sent})
        logger.warning(sent)
        logger.warning(ValueError(sent))
        logger.warning("a frame that cannot be read", exc_info=RuntimeError(sent))
    finally:
        logger.handlers.clear()
    assert "⟦" not in stream.getvalue()
    assert len(stream.getvalue().splitlines()) == 7


def test_ordinary_lines_are_bounded_as_a_whole_and_the_rest_is_counted(log, monkeypatch):
    now = [100.0]
    filters = [one for handler in logging.getLogger().handlers for one in handler.filters]
    monkeypatch.setattr(filters[0], "_seconds", lambda: now[0])
    for number in range(5_000):
        logging.getLogger("nova_app.somewhere").info("line %d", number)
    assert len(log.getvalue().splitlines()) == 500

    now[0] += 1
    logging.getLogger("nova_app.somewhere").info("later")
    assert "4500" in log.getvalue().splitlines()[-1]
