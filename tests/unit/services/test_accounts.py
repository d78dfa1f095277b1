import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher

from nova_app.domain.errors import ErrorCode, Refused, Unavailable
from nova_app.observability.instruments import create_instruments
from nova_app.services.account_events import AccountEvents
from nova_app.services.accounts import Accounts
from nova_app.services.passwords import Passwords
from nova_app.services.registration import Registration
from tests.fakes import FakeAccountEventLog

pytestmark = pytest.mark.anyio

DAY = 86_400
ANA = {"username": "ana", "display_name": "Ana", "password": "correct horse battery", "address": "10.0.0.1"}
SIGN_IN = {"username": "ana", "password": "correct horse battery", "address": "10.0.0.1"}


@pytest.fixture
def make_accounts(storage, publisher, clock, settings):
    with ThreadPoolExecutor(1) as executor:

        def make(time_cost=1, **overrides):
            hasher = PasswordHasher(time_cost=time_cost, memory_cost=64, parallelism=1)
            return Accounts(
                storage.accounts,
                publisher,
                clock,
                settings.model_copy(update=overrides),
                executor,
                usage=create_instruments().usage,
                registration=Registration(storage.accounts, None, clock, setting="open"),
                events=AccountEvents(FakeAccountEventLog(), publisher, clock),
                passwords=Passwords(executor, hasher),
            )

        yield make


@pytest.fixture
def accounts(make_accounts):
    return make_accounts()


async def code_of(work):
    with pytest.raises(Refused) as refusal:
        await work
    return refusal.value.code


async def ended(accounts, identity):
    """Why a session or token opens its account no more; None while it does."""
    return (await accounts.find_ended([identity.session_id])).get(identity.session_id)


async def test_registering_makes_a_profile_and_a_session(accounts, clock):
    profile, secret = await accounts.register(**{**ANA, "username": "  Ana.B-1 ", "display_name": " Ana B "})

    assert (profile.username, profile.display_name, profile.created_at) == ("ana.b-1", "Ana B", clock.now())
    identity = await accounts.resolve(secret, "")
    assert (identity.user_id, identity.is_token) == (profile.user_id, False)


@pytest.mark.parametrize(
    "username", ["", "a", "-ana", ".ana", "a b", "änne", "ana\n\n!", "a" * 33, "ana@home", "a\u0131"]
)
async def test_bad_username_is_refused_with_a_sentence(accounts, username):
    with pytest.raises(Refused) as refusal:
        await accounts.register(**{**ANA, "username": username})

    assert refusal.value.code is ErrorCode.INVALID_FIELDS
    assert set(refusal.value.fields) == {"username"}


async def test_all_bad_fields_are_named_at_once(accounts):
    with pytest.raises(Refused) as refusal:
        await accounts.register(username="!", display_name=" ", password="short", address="10.0.0.1")

    assert set(refusal.value.fields) == {"username", "display_name", "password"}


@pytest.mark.parametrize("field", [{"display_name": "x" * 65}, {"display_name": "a\nb"}, {"password": "x" * 257}])
async def test_too_long_or_odd_fields_are_refused(accounts, field):
    assert await code_of(accounts.register(**{**ANA, **field})) is ErrorCode.INVALID_FIELDS


async def test_taken_name_is_refused_in_any_case(accounts):
    await accounts.register(**ANA)

    with pytest.raises(Refused) as refusal:
        await accounts.register(**{**ANA, "username": "ANA"})

    assert refusal.value.code is ErrorCode.USERNAME_TAKEN
    assert set(refusal.value.fields) == {"username"}


async def test_name_taken_while_hashing_is_refused_with_its_field(accounts, storage, monkeypatch):
    await accounts.register(**ANA)

    async def find_nobody(username):
        return None

    monkeypatch.setattr(storage.accounts, "find_user_by_name", find_nobody)
    with pytest.raises(Refused) as refusal:
        await accounts.register(**ANA)

    assert set(refusal.value.fields) == {"username"}


async def test_every_sign_in_makes_a_new_secret_of_which_only_a_hash_is_kept(accounts, storage):
    _, first = await accounts.register(**ANA)
    profile, second = await accounts.sign_in(**{**SIGN_IN, "username": " ANA "})

    assert profile.username == "ana"
    assert first != second
    assert len(second) >= 43
    kept = {session.secret_hash for session in storage.accounts.sessions.values()}
    assert kept == {hashlib.sha256(secret.encode()).hexdigest() for secret in (first, second)}


async def test_unknown_wrong_and_disabled_get_the_same_answer_and_work(accounts, storage, clock, monkeypatch):
    profile, _ = await accounts.register(**ANA)
    checks = []
    verify = Passwords._verify
    monkeypatch.setattr(Passwords, "_verify", lambda self, *args: checks.append(args) or verify(self, *args))
    answers = []

    async def attempt(**change):
        with pytest.raises(Refused) as refusal:
            await accounts.sign_in(**{**SIGN_IN, **change})
        answers.append((refusal.value.code, refusal.value.detail, refusal.value.fields))

    await attempt(password="wrong horse")
    await attempt(username="nobody")
    await storage.accounts.change_user(profile.user_id, {"disabled_at": clock.now()})
    await attempt()

    assert answers == [answers[0]] * 3
    assert answers[0][0] is ErrorCode.WRONG_CREDENTIALS
    assert len(checks) == 3


async def test_sixth_attempt_of_a_minute_is_refused_before_any_work(accounts, clock):
    await accounts.register(**ANA)
    for _ in range(5):
        await code_of(accounts.sign_in(**{**SIGN_IN, "password": "wrong horse"}))

    with pytest.raises(Refused) as refusal:
        await accounts.sign_in(**SIGN_IN)
    assert refusal.value.code is ErrorCode.TOO_MANY_ATTEMPTS
    assert refusal.value.retry_after_seconds == pytest.approx(12)

    clock.advance(12)
    await accounts.sign_in(**SIGN_IN)


async def test_registrations_from_one_address_are_limited(make_accounts):
    accounts = make_accounts(registrations_per_address=1)
    await accounts.register(**ANA)

    assert await code_of(accounts.register(**{**ANA, "username": "ben"})) is ErrorCode.TOO_MANY_ATTEMPTS
    await accounts.register(**{**ANA, "username": "ben", "address": "10.0.0.2"})


async def test_weak_hash_is_replaced_at_sign_in(make_accounts, storage):
    profile, _ = await make_accounts().register(**ANA)
    before = storage.accounts.users[profile.user_id].password_hash

    await make_accounts(time_cost=2).sign_in(**SIGN_IN)

    after = storage.accounts.users[profile.user_id].password_hash
    assert ("t=1," in before, "t=2," in after) == (True, True)


async def test_sign_out_ends_the_session_and_its_sockets_once(accounts, publisher):
    _, secret = await accounts.register(**ANA)
    identity = await accounts.resolve(secret, "")

    await accounts.sign_out(secret)
    await accounts.sign_out(secret)
    await accounts.sign_out("")

    assert publisher.revoked == [identity.session_id]
    assert await code_of(accounts.resolve(secret, "")) is ErrorCode.NOT_SIGNED_IN
    assert await ended(accounts, identity)


@pytest.mark.parametrize("secret", ["", "nonsense", "\ud800"])
async def test_nothing_and_nonsense_are_not_signed_in(accounts, secret):
    assert await code_of(accounts.resolve(secret, "")) is ErrorCode.NOT_SIGNED_IN
    assert await code_of(accounts.resolve("", secret)) is ErrorCode.NOT_SIGNED_IN


async def test_unused_session_ends_after_thirty_days(accounts, clock):
    _, secret = await accounts.register(**ANA)
    clock.advance(29 * DAY)
    identity = await accounts.resolve(secret, "")
    clock.advance(30 * DAY - 1)
    assert not await ended(accounts, identity)
    clock.advance(1)

    assert await ended(accounts, identity)
    assert await code_of(accounts.resolve(secret, "")) is ErrorCode.NOT_SIGNED_IN


async def test_every_session_ends_after_ninety_days(accounts, clock):
    _, secret = await accounts.register(**ANA)
    for _ in range(4):
        clock.advance(22 * DAY)
        await accounts.resolve(secret, "")
    clock.advance(2 * DAY)

    assert await code_of(accounts.resolve(secret, "")) is ErrorCode.NOT_SIGNED_IN


async def test_use_is_noted_at_most_once_a_minute(accounts, storage, clock):
    _, secret = await accounts.register(**ANA)
    for _ in range(12):
        clock.advance(10)
        await accounts.resolve(secret, "")

    assert storage.accounts.touches == 2


async def test_storage_that_cannot_be_written_does_not_keep_people_out(accounts, storage, clock, monkeypatch):
    _, secret = await accounts.register(**ANA)
    clock.advance(100)

    async def fail(session_id, seen_at):
        raise Unavailable(ErrorCode.STORAGE_UNAVAILABLE)

    monkeypatch.setattr(storage.accounts, "touch_session", fail)

    assert await accounts.resolve(secret, "")


async def test_disabled_account_gets_its_own_code_on_its_old_session(accounts, access, storage, clock):
    profile, secret = await accounts.register(**ANA)
    identity = await accounts.resolve(secret, "")
    _, token = await access.create_token(profile.user_id, "bot")
    await storage.accounts.change_user(profile.user_id, {"disabled_at": clock.now()})

    assert await code_of(accounts.resolve(secret, "")) is ErrorCode.ACCOUNT_DISABLED
    assert await code_of(accounts.resolve("", token)) is ErrorCode.ACCOUNT_DISABLED
    assert await ended(accounts, identity)


async def test_token_identifies_a_program(accounts, access, storage):
    profile, _ = await accounts.register(**ANA)

    _, token = await access.create_token(profile.user_id, " bot ")

    identity = await accounts.resolve("ignored", token)
    assert (identity.user_id, identity.is_token) == (profile.user_id, True)
    assert not await ended(accounts, identity)
    assert [kept.name for kept in storage.accounts.tokens.values()] == ["bot"]
    assert token not in str(storage.accounts.tokens)
    storage.accounts.tokens.clear()
    assert await ended(accounts, identity)


async def test_another_password_ends_every_other_session_and_no_token(accounts, access, publisher):
    profile, secret = await accounts.register(**ANA)
    _, elsewhere = await accounts.sign_in(**SIGN_IN)
    _, token = await access.create_token(profile.user_id, "bot")
    identity, other = await accounts.resolve(secret, ""), await accounts.resolve(elsewhere, "")

    await accounts.change_password(identity, current="correct horse battery", new="battery staple horse")

    assert publisher.revoked == [other.session_id]
    assert not await ended(accounts, identity)
    assert await accounts.resolve("", token)
    assert await code_of(accounts.resolve(elsewhere, "")) is ErrorCode.NOT_SIGNED_IN
    assert await code_of(accounts.sign_in(**SIGN_IN)) is ErrorCode.WRONG_CREDENTIALS
    await accounts.sign_in(**{**SIGN_IN, "password": "battery staple horse"})


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [("wrong horse", "battery staple horse", "current_password"), ("correct horse battery", "short", "new_password")],
)
async def test_a_password_that_cannot_be_changed_says_why_at_its_field(accounts, publisher, current, new, field):
    _, secret = await accounts.register(**ANA)
    await accounts.sign_in(**SIGN_IN)
    identity = await accounts.resolve(secret, "")

    with pytest.raises(Refused) as refusal:
        await accounts.change_password(identity, current=current, new=new)

    assert (refusal.value.code, set(refusal.value.fields)) == (ErrorCode.INVALID_FIELDS, {field})
    assert publisher.revoked == []
    await accounts.sign_in(**SIGN_IN)


async def test_a_stolen_session_cannot_guess_the_password(make_accounts):
    accounts = make_accounts(sign_ins_per_account=3)
    _, secret = await accounts.register(**ANA)
    identity = await accounts.resolve(secret, "")

    for _ in range(3):
        guess = accounts.change_password(identity, current="a guess", new="battery staple horse")
        assert await code_of(guess) is ErrorCode.INVALID_FIELDS

    right = accounts.change_password(identity, current="correct horse battery", new="battery staple horse")
    assert await code_of(right) is ErrorCode.TOO_MANY_ATTEMPTS


async def test_a_password_that_was_changed_elsewhere_meanwhile_is_not_changed_again(accounts, storage, publisher):
    profile, secret = await accounts.register(**ANA)
    identity = await accounts.resolve(secret, "")
    hash_elsewhere = accounts._passwords.hash

    async def hash_late(password):
        await storage.accounts.change_user(profile.user_id, {"password_hash": "changed elsewhere"})
        return await hash_elsewhere(password)

    accounts._passwords.hash = hash_late
    change = accounts.change_password(identity, current="correct horse battery", new="battery staple horse")

    assert await code_of(change) is ErrorCode.INVALID_FIELDS
    assert storage.accounts.users[profile.user_id].password_hash == "changed elsewhere"
    assert publisher.revoked == []


async def test_a_token_ends_after_a_year(accounts, access, clock):
    profile, _ = await accounts.register(**ANA)
    _, token = await access.create_token(profile.user_id, "bot")
    clock.advance(364 * DAY)
    identity = await accounts.resolve("", token)
    clock.advance(DAY)
    assert await code_of(accounts.resolve("", token)) is ErrorCode.NOT_SIGNED_IN
    assert await ended(accounts, identity) is ErrorCode.NOT_SIGNED_IN


async def test_a_stranger_does_not_lock_the_owner_out(accounts):
    _, secret = await accounts.register(**ANA)
    for _ in range(30):
        await code_of(accounts.sign_in(**{**SIGN_IN, "password": "wrong horse", "address": "203.0.113.9"}))

    await accounts.sign_in(**SIGN_IN)
    identity = await accounts.resolve(secret, "")
    await accounts.change_password(identity, current="correct horse battery", new="a much longer secret of ana")


async def test_the_delay_grows_with_each_wrong_password(accounts, clock):
    await accounts.register(**ANA)
    delays = []
    for _ in range(20):
        with pytest.raises(Refused) as refusal:
            await accounts.sign_in(**{**SIGN_IN, "password": "wrong horse"})
        if refusal.value.code is ErrorCode.TOO_MANY_ATTEMPTS:
            delays.append(round(refusal.value.retry_after_seconds))
            clock.advance(delays[-1])
    assert delays[:7] == [12, 24, 48, 96, 192, 384, 768]


async def test_a_known_device_passes_behind_a_stranger_at_the_same_address(accounts):
    profile, _ = await accounts.register(**ANA)
    known = await accounts.remember_device(profile.user_id)
    for _ in range(30):
        await code_of(accounts.sign_in(**{**SIGN_IN, "password": "wrong horse"}))
    assert await code_of(accounts.sign_in(**SIGN_IN)) is ErrorCode.TOO_MANY_ATTEMPTS
    await accounts.sign_in(**SIGN_IN, known_device=known)
    for forged in ("", "x.y", known[:-1], "\ud800"):
        assert await code_of(accounts.sign_in(**SIGN_IN, known_device=forged)) is ErrorCode.TOO_MANY_ATTEMPTS
    for _ in range(5):
        await code_of(accounts.sign_in(**{**SIGN_IN, "password": "wrong horse"}, known_device=known))
    assert await code_of(accounts.sign_in(**SIGN_IN, known_device=known)) is ErrorCode.TOO_MANY_ATTEMPTS


@pytest.mark.parametrize(
    "password",
    ["12345678", "password", "aaaaaaaa", "ana.lind", "fourteen chars", "aaaaaaaaaaaaaaaaaaaa", "1234567890123456",
     "qwertyuiopasdfghjkl", "P@ssword P@ssword", "correct horse battery staple", "Letmein-Letmein-Letmein",
     "ana.lind ana.lind", "nova password ana lind", "abcdefghijklmnopqr"],
)  # fmt: skip
async def test_a_password_that_is_guessed_first_is_refused(accounts, password):
    with pytest.raises(Refused) as refusal:
        await accounts.register(**{**ANA, "username": "ana.lind", "display_name": "Ana Lind", "password": password})
    assert set(refusal.value.fields) == {"password"}
