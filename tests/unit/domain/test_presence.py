"""Who is here and who may see it, with a clock that the tests turn."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nova_app.domain.presence import GRACE_SECONDS, PresenceBook, PresenceChanges


def a_book(*people, room="room"):
    """People who share one conversation and their presence, each with a socket named like them, told everything."""
    book = PresenceBook()
    for person in people:
        enter(book, person, room)
    for socket in book.waiting:
        book.take_changes(socket)
    return book


def enter(book, person, *rooms, socket=None, shares=True):
    book.arrive(socket or person, person)
    book.set_stored_choice(person, shares=shares)
    for room in rooms:
        book.join(person, room)


def test_who_shares_a_conversation_sees_who_comes():
    book = a_book("ana")

    enter(book, "ben", "room")

    assert book.take_changes("ana") == PresenceChanges(["ben"], [])
    assert book.take_changes("ben") == PresenceChanges(["ana"], [])
    assert book.waiting == []


def test_who_shares_none_sees_nobody():
    book = a_book("ana")

    enter(book, "ben", "another room")

    assert not book.sees("ana", "ben")
    assert book.take_changes("ana") is None


def test_a_second_device_is_no_news_and_receives_the_same():
    book = a_book("ana", "ben")

    book.arrive("ben's phone", "ben")

    assert book.take_changes("ana") is None
    assert book.take_changes("ben's phone") == PresenceChanges(["ana"], [])


def test_one_ends_only_with_the_grace_after_the_last_device():
    book = a_book("ana", "ben")
    book.arrive("ben's phone", "ben")

    book.depart("ben", now=0.0)
    book.expire(now=1000.0)
    assert book.sees("ana", "ben"), "the phone is still here"
    book.depart("ben's phone", now=1000.0)
    book.expire(now=1000.0 + GRACE_SECONDS - 0.1)
    assert book.sees("ana", "ben")
    book.expire(now=1000.0 + GRACE_SECONDS)

    assert book.take_changes("ana") == PresenceChanges([], ["ben"])


def test_who_reconnects_in_time_does_not_flicker():
    book = a_book("ana", "ben")

    book.depart("ben", now=0.0)
    book.expire(now=GRACE_SECONDS / 2)
    book.arrive("ben again", "ben")
    book.expire(now=GRACE_SECONDS * 9)

    assert book.take_changes("ana") is None
    assert book.sees("ana", "ben")


def test_nobody_is_seen_before_it_is_known_whether_they_want_to_be():
    book = a_book("ana")

    book.arrive("ben", "ben")
    book.join("ben", "room")
    assert book.take_changes("ana") is None
    book.set_stored_choice("ben", shares=True)

    assert book.take_changes("ana") == PresenceChanges(["ben"], [])


def test_a_choice_that_was_received_is_newer_than_the_one_that_was_read():
    book = a_book("ana")
    book.arrive("ben", "ben")
    book.join("ben", "room")

    book.set_choice("ben", shares=False)
    book.set_stored_choice("ben", shares=True)

    assert book.take_changes("ana") is None
    assert not book.shows("ben")


def test_who_hides_is_gone_for_others_and_sees_nobody_and_comes_back():
    book = a_book("ana", "ben", "cleo")

    book.set_choice("ben", shares=False)
    assert book.take_changes("ana") == PresenceChanges([], ["ben"])
    assert book.take_changes("ben") == PresenceChanges([], ["ana", "cleo"])
    assert book.sees("ana", "cleo")
    book.set_choice("ben", shares=True)

    assert book.take_changes("ana") == PresenceChanges(["ben"], [])
    assert book.take_changes("ben") == PresenceChanges(["ana", "cleo"], [])


def test_a_change_that_is_taken_back_before_it_was_sent_is_no_news():
    book = a_book("ana", "ben")

    book.set_choice("ben", shares=False)
    book.set_choice("ben", shares=True)

    assert book.take_changes("ana") is None


def test_who_leaves_the_last_conversation_in_common_is_seen_no_more():
    book = a_book("ana", "ben")
    book.join("ana", "second")
    book.join("ben", "second")

    book.leave("ben", "room")
    assert book.sees("ana", "ben")
    book.leave("ben", "second")

    assert book.take_changes("ana") == PresenceChanges([], ["ben"])
    assert book.take_changes("ben") == PresenceChanges([], ["ana"])


def test_who_leaves_a_conversation_while_away_is_seen_no_more():
    book = a_book("ana", "ben")
    book.depart("ben", now=0.0)

    book.leave("ben", "room")

    assert book.take_changes("ana") == PresenceChanges([], ["ben"])


def test_nothing_is_kept_of_who_has_gone():
    book = a_book("ana", "ben")

    for person in ("ana", "ben"):
        book.depart(person, now=0.0)
    assert not book.is_calm
    book.expire(now=GRACE_SECONDS)

    assert book.is_calm
    assert not any((book._people, book._views, book._circles, book._leaving, book._waiting))


PEOPLE = ("ana", "ben", "cleo")
ROOMS = ("r1", "r2")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), st.sampled_from(PEOPLE), st.integers(0, 1)),
        st.tuples(st.just("depart"), st.sampled_from(PEOPLE), st.integers(0, 1)),
        st.tuples(st.just("join"), st.sampled_from(PEOPLE), st.sampled_from(ROOMS)),
        st.tuples(st.just("leave"), st.sampled_from(PEOPLE), st.sampled_from(ROOMS)),
        st.tuples(st.just("choose"), st.sampled_from(PEOPLE), st.booleans()),
        st.tuples(st.just("wait"), st.sampled_from((1.0, 5.0, GRACE_SECONDS)), st.none()),
        st.tuples(st.just("tell"), st.sampled_from(PEOPLE), st.integers(0, 1)),
    ),
    max_size=60,
)


class Model:
    """The rules once more, without any bookkeeping of who was told what."""

    def __init__(self):
        self.sockets, self.rooms, self.shares, self.left_at, self.now = {}, {}, {}, {}, 0.0

    def is_here(self, person):
        return person in self.sockets.values() or person in self.left_at

    def step(self, kind, who, what):
        if kind == "arrive":
            self.sockets[who, what] = who
            self.left_at.pop(who, None)
        elif kind == "depart" and self.sockets.pop((who, what), None) and who not in self.sockets.values():
            self.left_at[who] = self.now
        elif kind == "join" and self.is_here(who):
            self.rooms.setdefault(who, set()).add(what)
        elif kind == "leave":
            self.rooms.get(who, set()).discard(what)
        elif kind == "choose" and self.is_here(who):
            self.shares[who] = what
        elif kind == "wait":
            self.now += who
            for person in [p for p, at in self.left_at.items() if at + GRACE_SECONDS <= self.now]:
                for table in (self.left_at, self.rooms, self.shares):
                    table.pop(person, None)

    def visible(self, viewer):
        if not self.shares.get(viewer):
            return set()
        return {
            person
            for person in PEOPLE
            if person != viewer
            and self.is_here(person)
            and self.shares.get(person)
            and self.rooms.get(viewer, set()) & self.rooms.get(person, set())
        }


def perform(book, model, known, step):
    kind, who, what = step
    if kind == "arrive" and (who, what) in model.sockets:
        return
    model.step(kind, who, what)
    if kind == "arrive":
        book.arrive((who, what), who)
        known[who, what] = set()
    elif kind == "depart":
        book.depart((who, what), model.now)
        known.pop((who, what), None)
    elif kind in ("join", "leave"):
        getattr(book, kind)(who, what)
    elif kind == "choose":
        book.set_choice(who, shares=what)
    elif kind == "wait":
        book.expire(model.now)
    elif (who, what) in known:
        send_to(book, known, (who, what))


def send_to(book, known, socket):
    changes = book.take_changes(socket)
    if changes is None:
        return
    assert not known[socket] & set(changes.online), "nobody is told to have come who is known to be here"
    assert set(changes.offline) <= known[socket], "nobody is told to have gone who was never told to be here"
    known[socket] = known[socket] | set(changes.online) - set(changes.offline)
    known[socket] -= set(changes.offline)


@settings(max_examples=400, deadline=None)
@given(STEPS)
def test_whatever_happens_each_reader_ends_with_exactly_whom_they_may_see(steps):
    book, model, known = PresenceBook(), Model(), {}

    for step in steps:
        perform(book, model, known, step)
    for socket in book.waiting:
        send_to(book, known, socket)

    for (person, device), notified in known.items():
        assert notified == model.visible(person), f"device {device} of {person}"
    for viewer in PEOPLE:
        for person in PEOPLE:
            is_model = person in model.visible(viewer) and model.is_here(viewer)
            assert book.sees(viewer, person) == is_model


@settings(deadline=None)
@given(STEPS)
def test_when_everybody_is_gone_nothing_is_left(steps):
    book, model, known = PresenceBook(), Model(), {}

    for step in steps:
        perform(book, model, known, step)
    for socket in list(known):
        book.depart(socket, model.now)
    book.expire(model.now + GRACE_SECONDS)

    assert book.is_calm
    assert not any((book._people, book._views, book._circles))
