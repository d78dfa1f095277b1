"""Who may do what in a conversation."""

import itertools

import pytest

from nova_app.domain.authorization import Action, Standing, authorize, may
from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.models import ConversationKind, Role

OWNER, ADMIN, MEMBER = (Standing(ConversationKind.GROUP, role) for role in Role)
PARTNER = Standing(ConversationKind.DIRECT, None)
OF_ADMINS = {Action.DELETE, Action.MENTION_ALL, Action.RENAME}
OF_AUTHORS = {Action.EDIT, Action.DELETE}
ON_MEMBERS = {Action.REMOVE_MEMBER, Action.CHANGE_ROLE}


@pytest.mark.parametrize("action", sorted(set(Action) - ON_MEMBERS))
@pytest.mark.parametrize("is_author", [True, False])
def test_the_matrix_of_rights(action, is_author):
    by_member = action not in OF_ADMINS | OF_AUTHORS or (is_author and action in OF_AUTHORS)

    assert may(MEMBER, action, is_author=is_author) == by_member
    assert may(PARTNER, action, is_author=is_author) == by_member
    for admin in (OWNER, ADMIN):
        assert may(admin, action, is_author=is_author) == (by_member or action in OF_ADMINS)
    assert not may(None, action, is_author=is_author)


ALLOWED = {
    # An owner may do everything to everybody.
    *itertools.product([Role.OWNER], Role, [None, *Role]),
    # An admin may remove members, and make them admins; no admin and no owner.
    (Role.ADMIN, Role.MEMBER, None),
    (Role.ADMIN, Role.MEMBER, Role.MEMBER),
    (Role.ADMIN, Role.MEMBER, Role.ADMIN),
}
"""By whom, to whom, and which role they would get; without one it is about removing."""


@pytest.mark.parametrize("actor", [None, *Role])
@pytest.mark.parametrize("subject", [None, *Role])
@pytest.mark.parametrize("new_role", [None, *Role])
@pytest.mark.parametrize("is_author", [True, False])
def test_the_matrix_of_power_over_members(actor, subject, new_role, is_author):
    kind = ConversationKind.GROUP if actor else ConversationKind.DIRECT
    action = Action.REMOVE_MEMBER if new_role is None else Action.CHANGE_ROLE
    facts = {"subject": subject, "new_role": new_role, "is_author": is_author}

    assert may(Standing(kind, actor), action, **facts) == ((actor, subject, new_role) in ALLOWED)
    assert not may(None, action, **facts)


@pytest.mark.parametrize(("standing", "code"), [(None, ErrorCode.NOT_FOUND), (MEMBER, ErrorCode.NOT_ALLOWED)])
@pytest.mark.parametrize("action", [Action.DELETE, Action.RENAME, Action.REMOVE_MEMBER, Action.CHANGE_ROLE])
def test_a_member_is_not_allowed_and_for_everybody_else_there_is_nothing(standing, code, action):
    with pytest.raises(Refused) as caught:
        authorize(standing, action, subject=Role.MEMBER)

    assert caught.value.code is code
