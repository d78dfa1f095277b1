"""Accounts by user name, for the signed-in: each answer says who exists, so that there are only so many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nova_app.domain.models import UserId
from nova_app.domain.ports import ConversationRepository
from nova_app.services.budgets import Budgets
from nova_app.services.cost_table import Budget


async def find_named(
    people: ConversationRepository, budgets: Budgets, account: UserId, names: Sequence[str]
) -> Mapping[str, UserId]:
    """Return the accounts of those names that belong to somebody.

    The names are charged as look-ups; give them back where people are added by them, which has limits of its own.

    Raises:
        Refused: ``TOO_MANY_ATTEMPTS``, with the seconds to wait.
        Unavailable: ``STORAGE_UNAVAILABLE``.
    """
    if not names:
        return {}
    budgets.spend_into_debt(account, Budget.PEOPLE, len(names))
    return await people.find_people(names)
