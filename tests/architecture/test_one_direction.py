"""The open conversation reads facts and sends commands: it never changes what belongs to the messenger."""

import re
from pathlib import Path

import pytest

from tests.architecture.test_house import is_pure

CONVERSATION = Path(__file__).parents[2] / "assets" / "nova" / "conversation"
FACTS = r"\b(?:messenger|conversationStore|outboxWorker|outbox|deliveryReceipts)\b"
ASSIGNMENT = re.compile(rf"{FACTS}(?:\??\.\w+)+ (?:[-+|?]{{0,2}})=(?![=>])")
WRITES = "event|leave|meet|open|position|readUpTo|receive|seed|settle|settleAcked|settleShown|onFrames|welcome"
WRITING_CALL = re.compile(rf"{FACTS}[\w.?()]*\.(?:{WRITES})\(")
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


def upward_writes(source):
    """What a module of the open conversation changes outside of itself, as written."""
    code = COMMENT.sub("", source)
    return [match.group(0) for pattern in (ASSIGNMENT, WRITING_CALL) for match in pattern.finditer(code)]


@pytest.mark.parametrize(
    "line",
    [
        "messenger.activeId = id;",
        "open = messenger.view = new OpenConversation(messenger);",
        "messenger.onFrames([]);",
        "this.deps.messenger.conversationStore.readUpTo(id, seq)",
        "conversationStore().open(id)",
    ],
)
def test_an_upward_write_is_found(line):
    assert upward_writes(line)


@pytest.mark.parametrize("line", ["const { activeId } = messenger;", "if (messenger.activeId === id) return;"])
def test_a_read_is_not_a_write(line):
    assert upward_writes(line) == []


def test_the_open_conversation_writes_nothing_upwards():
    modules = sorted(CONVERSATION.rglob("*.js"))
    assert {path.name: found for path in modules if (found := upward_writes(path.read_text(encoding="utf-8")))} == {}


def test_rendering_is_pure():
    shells = [name for name in ("view_model", "rows", "receipts") if not is_pure(CONVERSATION / f"{name}.js")]
    assert shells == []
