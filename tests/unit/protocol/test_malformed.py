"""A frame that strict JSON refuses still names its message, whatever is wrong with it."""

import json
import time
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_app.protocol import frames
from nova_app.protocol.codes import LIMITS
from nova_app.protocol.server_frames import encode
from nova_app.protocol.session import Session

KEY = "1c7f2a90-0000-4000-8000-0000000000e1"
ROOM = "7b1d0a52-0000-4000-8000-0000000000c1"
HEAD = f'{{"type":"send","client_id":"{KEY}","conversation_id":"{ROOM}","text":'
BROKEN = {
    "a high half": HEAD + r'"half \ud83d end"}',
    "a low half": HEAD + r'"half \udc00 end"}',
    "two high halves": HEAD + r'"\ud83d\ud83d"}',
    "halves in the wrong order": HEAD + r'"\udc00\ud83d"}',
    "a half before a letter": HEAD + r'"\ud83dx"}',
    "an unescaped half": HEAD + '"half \ud83d end"}',
    "a bad escape": HEAD + r'"\x"}',
    "a cut escape": HEAD + r'"\u12"}',
    "an unfinished string": HEAD + '"never ends',
    "a line break": HEAD + '"two\nlines"}',
    "an unfinished object": HEAD + '"text"',
    "a comma too many": HEAD + '"text",}',
    "no value": HEAD + "}",
    "no number": HEAD + "NaN}",
    "something behind it": HEAD + '"text"} {}',
    "the name after the text": rf'{{"type":"send","text":"\ud83d","conversation_id":"{ROOM}","client_id":"{KEY}"}}',
    "white space": f'{{ "client_id" :\n"{KEY}" , "type"\t: "send", "text": "\\ud83d"}}',
    "escapes in a name": rf'{{"type":"send","client\u005fid":"{KEY}","text":"\ud83d"}}',
    "deep arrays": HEAD + "[" * 30_000,
    "deep objects": HEAD + '{"a":' * 10_000,
    "deep arrays in an unknown field": HEAD + '"text","x":' + "[" * 30_000 + "]" * 30_000 + "}",
}
NAMELESS = {
    "no object": "[" * 30_000,
    "objects without end": '{"a":' * 10_000,
    "another type": r'{"type":"read","client_id":"x","seq":"\ud83d"}',
    "a name further in": rf'{{"type":"send","text":"\ud83d","x":{{"client_id":"{KEY}"}}}}',
    "a name in the text": rf'{{"type":"send","text":"\ud83d \"client_id\":\"{KEY}\""}}',
    "half a character as the name": r'{"type":"send","client_id":"\ud83d","text":"\ud83d"}',
    "no text as the name": r'{"type":"send","client_id":7,"text":"\ud83d"}',
    "an endless name": rf'{{"type":"send","client_id":"{"x" * 60_000}","text":"\ud83d"}}',
    "quotes without end": '{"' + r"\"" * 30_000,
    "backslashes without end": '{"' + "\\" * 60_001,
}


def replies_to(data):
    session = Session("ana")
    session.receive('{"type":"hello","protocol":1}')
    session.end_turn()
    session.receive(data)
    turn = session.end_turn()
    assert turn.close is None
    return [json.loads(encode(reply).data) for reply in turn.replies]


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_send_is_refused_by_its_client_id(data):
    (reply,) = replies_to(data)

    assert (reply["type"], reply["client_id"], reply["error"]["code"]) == ("nack", KEY, "malformed_frame")


@pytest.mark.parametrize("data", NAMELESS.values(), ids=NAMELESS)
def test_what_names_no_message_gets_an_error(data):
    begin = time.perf_counter()
    (reply,) = replies_to(data)

    assert (reply["type"], reply["error"]["code"]) == ("error", "malformed_frame")
    assert len(json.dumps(reply)) < 2_000, "what came is not sent back at length"
    assert time.perf_counter() - begin < 2, "the search is linear"


PIECES = [*'"\\{}[],: é', '"text":', r'"\ud83d"', "1e999", "9" * 25, "null", '"type":"ping",', '"id":', "\ud83d"]
NAMES = ['{"type":"send",', f'"client_id":"{KEY}"', '"client_id":']
fragments = st.sampled_from(PIECES + NAMES)


@given(st.one_of(st.binary(), st.text(), st.lists(fragments, max_size=30).map("".join)))
def test_no_frame_makes_the_server_fail_and_none_goes_without_an_answer(data):
    replies = replies_to(data)

    if not replies:
        with pytest.raises(frames.UnknownFrame):
            frames.decode(data)
    for reply in replies:
        assert reply["type"] in {"pong", "error", "nack"}


@given(
    text=st.text(st.characters(exclude_categories=())),
    junk=st.sampled_from([r"\ud800", r"\udfff", r"\q", r"\u00", "\x01"]),
    after=st.booleans(),
)
def test_whatever_is_in_the_text_the_name_is_found(text, junk, after):
    client_id = str(uuid.uuid4())
    name = f'"client_id":"{client_id}"'
    body = f'"text":{json.dumps(text)[:-1]}{junk}"'
    fields = [body, name] if after else [name, body]

    (reply,) = replies_to('{"type":"send",' + ",".join(fields) + "}")

    assert (reply["type"], reply["client_id"]) == ("nack", client_id)


def test_the_largest_frame_is_read_in_time():
    data = (HEAD + r'"\ud83d","a":"b",' + '"c":"d",' * 20_000)[: LIMITS.frame_max_bytes]
    begin = time.perf_counter()

    replies_to(data)

    assert time.perf_counter() - begin < 1
