"""Who may do what in a conversation."""

import pytest

from nova_app.domain.authorization import Action, Standing, authorize, may
from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.models import ConversationKind, Role

OWNER, ADMIN, MEMBER = (Standing(ConversationKind.GROUP, role) for role in Role)
PARTNER = Standing(ConversationKind.DIRECT, None)
OF_ADMINS = {Action.DELETE, Action.MENTION_ALL}
OF_AUTHORS = {Action.EDIT, Action.DELETE}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("is_author", [True, False])
def test_the_matrix_of_rights(action, is_author):
    by_member = action not in OF_ADMINS | OF_AUTHORS or (is_author and action in OF_AUTHORS)

    assert may(MEMBER, action, is_author=is_author) == by_member
    assert may(PARTNER, action, is_author=is_author) == by_member
    for admin in (OWNER, ADMIN):
        assert may(admin, action, is_author=is_author) == (by_member or action in OF_ADMINS)
    assert not may(None, action, is_author=is_author)


@pytest.mark.parametrize(("standing", "code"), [(None, ErrorCode.NOT_FOUND), (MEMBER, ErrorCode.NOT_ALLOWED)])
def test_a_member_is_not_allowed_and_for_everybody_else_there_is_nothing(standing, code):
    with pytest.raises(Refused) as caught:
        authorize(standing, Action.DELETE)

    assert caught.value.code is code
