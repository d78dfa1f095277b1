"""The budgets of the accounts, with a clock: what ``cost_table`` says, spent."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping

from nova_app.domain.errors import NovaError
from nova_app.services.cost_table import ACTIONS, Allowance, Budget, allowances, cost_of_frame
from nova_app.services.rate_limits import Limiter
from nova_app.settings import Settings


class Budgets:
    """Charges accounts for what they do."""

    def __init__(
        self,
        allowed: Mapping[Budget, Allowance],
        *,
        on_refused: Callable[[Budget], object] = lambda _budget: None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Give every account all of its budgets.

        Args:
            on_refused: Called before each refusal, to count it.
            seconds: A clock that only grows.
        """
        self._allowed = allowed
        self._limiters = {budget: Limiter(rate=item.rate, burst=item.burst) for budget, item in allowed.items()}
        self._on_refused = on_refused
        self._seconds = seconds

    @classmethod
    def of(cls, settings: Settings, *, on_refused: Callable[[Budget], object] = lambda _budget: None) -> Budgets:
        """Return the budgets that these settings give."""
        return cls(allowances(settings), on_refused=on_refused)

    def spend_action(self, account: str, action: str) -> None:
        """Charge a request of this account.

        Args:
            action: Its method and template, as in ``ACTIONS``.

        Raises:
            Refused: The budget's code and sentence, with the seconds to wait.
        """
        cost = ACTIONS[action]
        if cost.budget is not Budget.STRANGERS:
            self.spend(account, cost.budget, cost.units)

    def spend(self, account: str, budget: Budget, units: float = 1.0) -> None:
        """Take units of one budget, all or none.

        Raises:
            Refused: The budget's code and sentence, with the seconds to wait.
        """
        wait = self._limiters[budget].take(account, units, self._seconds())
        if wait > 0:
            self._on_refused(budget)
            raise self._allowed[budget].refusal(wait)

    def spend_into_debt(self, account: str, budget: Budget, units: float) -> None:
        """Take units of one budget of which at least one is left; what is missing has to be waited for later.

        Raises:
            Refused: The budget's code and sentence, with the seconds to wait.
        """
        self.spend(account, budget)
        self._limiters[budget].charge(account, units - 1, self._seconds())

    @contextlib.contextmanager
    def charging(self, account: str, costs: Mapping[Budget, float]) -> Iterator[None]:
        """Take units of several budgets for what is done within; what is refused or unavailable costs nothing.

        Raises:
            Refused: The code and sentence of a budget, with the seconds to wait.
        """
        spent: list[tuple[Budget, float]] = []
        try:
            for budget, units in costs.items():
                self.spend(account, budget, units)
                spent.append((budget, units))
            yield
        except NovaError:
            # Nothing was changed. Of any other failure that is not known.
            for budget, units in spent:
                self.give_back(account, budget, units)
            raise

    def give_back(self, account: str, budget: Budget, units: float = 1.0) -> None:
        """Return units of what turned out to be a repeat, or was not done."""
        self._limiters[budget].charge(account, -units, self._seconds())

    def charge_frame(self, account: str, kind: str, size: int) -> float:
        """Charge a frame that has arrived; return the seconds for which no other should be read."""
        return self._limiters[Budget.FRAMES].charge(account, cost_of_frame(kind, size), self._seconds())
