"""Searching a million messages: narrowed inside the index, joined after it, and by looking at every text.

The three answer the same questions over the same file, one after another in each round;
figures are over all questions. Run with ``python benchmarks/search.py [messages]``; it
ends by itself (a million messages take a minute to write).
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[1]))

from nova_app.domain.events import MessagePosted
from nova_app.domain.search import parse
from nova_app.persistence.search import compile_match
from nova_app.persistence.search_index import CREATE_INDEX, index_messages

CONVERSATIONS, MEMBERSHIPS, VOCABULARY, QUESTIONS, LIKE_QUESTIONS = 2_000, 20, 20_000, 300, 12
BATCH = 10_000


def main(messages):
    with tempfile.TemporaryDirectory() as directory:
        connection = sqlite3.connect(Path(directory) / "nova.db")
        seconds = fill(connection, messages)
        print(f"{messages:,} messages in {CONVERSATIONS:,} conversations, indexed in {seconds:.0f} s")
        size = Path(directory, "nova.db").stat().st_size
        print(f"the file has {size / 1e6:,.0f} MB, {size / messages:.0f} bytes a message")
        ask(connection)


def fill(connection, messages):
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute(
        "CREATE TABLE message (number INTEGER PRIMARY KEY, conversation_id TEXT, author_id TEXT, text TEXT)"
    )
    connection.execute(CREATE_INDEX)
    chance = random.Random(1)
    words = [f"w{number:x}" for number in range(VOCABULARY)]
    weights = [1 / (rank + 1) for rank in range(VOCABULARY)]
    begin = time.perf_counter()
    for low, high in pairwise([*range(0, messages, BATCH), messages]):
        pool = iter(chance.choices(words, weights, k=(high - low) * 12))
        rows = [
            (
                number + 1,
                f"{chance.randrange(CONVERSATIONS):032x}",
                f"{chance.randrange(500):032x}",
                " ".join(next(pool) for _ in range(12)),
            )
            for number in range(low, high)
        ]
        connection.executemany("INSERT INTO message VALUES (?, ?, ?, ?)", rows)
        index_messages(
            connection,
            [(number, MessagePosted(place, number, "", "", author, text, "")) for number, place, author, text in rows],
        )
    connection.execute("COMMIT")
    return time.perf_counter() - begin


def ask(connection):
    chance = random.Random(2)
    figures = {"narrowed inside the index": [], "joined after the index": [], "every text (LIKE)": []}
    for number in range(QUESTIONS):
        places = [f"{chance.randrange(CONVERSATIONS):032x}" for _ in range(MEMBERSHIPS)]
        word = f"w{int(VOCABULARY ** chance.random()):x}"
        query = parse(word)
        found = [
            timed(figures["narrowed inside the index"], connection, *inside(query, places)),
            timed(figures["joined after the index"], connection, *after(query, places)),
        ]
        if number < LIKE_QUESTIONS:
            timed(figures["every text (LIKE)"], connection, *like(word, places))
        assert found[0] == found[1], (word, found)
    slow = median(figures["joined after the index"])
    for name, seconds in figures.items():
        cuts = quantiles(seconds, n=100)
        print(
            f"  {name:28} p50 {median(seconds) * 1e3:9.2f} ms   p99 {cuts[98] * 1e3:9.2f} ms"
            f"   {slow / median(seconds):8.2f} times the joined one"
        )


def timed(figures, connection, statement, parameters):
    begin = time.perf_counter()
    rows = connection.execute(statement, parameters).fetchall()
    figures.append(time.perf_counter() - begin)
    return [row[0] for row in rows]


def inside(query, places):
    statement = (
        "SELECT m.number FROM message_search s JOIN message m ON m.number = s.rowid"
        " WHERE message_search MATCH ? ORDER BY s.rowid DESC LIMIT 20"
    )
    return statement, (compile_match(query, places, None),)


def after(query, places):
    marks = ", ".join("?" * len(places))
    statement = (
        "SELECT m.number FROM message_search s JOIN message m ON m.number = s.rowid"
        f" WHERE message_search MATCH ? AND m.conversation_id IN ({marks}) ORDER BY s.rowid DESC LIMIT 20"
    )
    return statement, (f'text : "{query.terms[0].words[0]}"', *places)


def like(word, places):
    marks = ", ".join("?" * len(places))
    statement = (
        f"SELECT number FROM message WHERE conversation_id IN ({marks}) AND text LIKE ? ORDER BY number DESC LIMIT 20"
    )
    return statement, (*places, f"%{word}%")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
