"""The arithmetic of the sampling desk: a draw that anybody can repeat, and what its errors say.

The draw is weighted and without replacement, by the method of Efraimidis and Spirakis ("Weighted
random sampling with a reservoir", Information Processing Letters 97 (2006), 181-185): every member
gets the key u^(1/weight), and the members with the largest keys are drawn. u comes from the SHA-256
of the seed and the member, and -ln(u)/weight, which falls as the key rises, is reckoned in decimals
whose logarithm is rounded correctly. So seed and population give the same draw on any machine,
whatever order the population is in.

The risks that make a submission weigh more stand here; SQL finds them (sampling_population.py):

- new_clerk: somebody who entered it has not held a clerk's post at the school for half a year, or
  the school answered an earlier campaign and none of those who entered this answer handed that in.
- many_changes: people new to the register, come from another school or no longer reported are more
  than one in five of those reported or on the register, whichever are more.
- many_warnings: last time, in the attempt before or in the campaign before, there was more than one
  warning for five teachers.
- again: it was handed in before.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal
from statistics import NormalDist
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

#: What each risk adds to the weight of 1 that every submission has.
RISKS = {"new_clerk": 2, "many_changes": 2, "many_warnings": 2, "again": 1}
RISK_NAMES = {
    "new_clerk": _("New clerk"),
    "many_changes": _("Many changes"),
    "many_warnings": _("Many warnings last time"),
    "again": _("Handed in again"),
}
#: Enough digits that two keys of a province are never rounded to the same one.
_DECIMALS = Context(prec=40)
#: Two-sided 95 %.
_Z = NormalDist().inv_cdf(0.975)


class Member(NamedTuple):
    """One submission of a population, as it was handed in for the `attempt`-th time."""

    submission: int
    attempt: int
    weight: int


def weight(risks: Iterable[str]) -> int:
    """How much a submission with these risks weighs; 1 with none."""
    return 1 + sum(RISKS[risk] for risk in risks)


def size(population: int, *, share: int, least: int) -> int:
    """How many are drawn: the share in percent, rounded up, at least so many, at most all."""
    return min(population, max(least, -(-share * population // 100)))


def draw(population: Iterable[Member], *, seed: str, share: int, least: int) -> list[Member]:
    """The members drawn, in the order in which they were (see the module). `seed` is a text."""
    members = list(population)
    ranked = sorted(members, key=lambda one: (_rank(one, seed), one))
    return ranked[: size(len(members), share=share, least=least)]


def _rank(member: Member, seed: str) -> Decimal:
    """-ln(u)/weight, u between 0 and 1: the smaller, the earlier it is drawn."""
    drawn = number(seed, f"{member.submission}:{member.attempt}")
    u = _DECIMALS.divide(Decimal(2 * drawn + 1), Decimal(2**65))
    return _DECIMALS.divide(-_DECIMALS.ln(u), Decimal(member.weight))


def record_number(seed: str, submission: int, attempt: int) -> int:
    """Which record of a drawn submission is opened: its place among them, in the order of their
    keys and counted from 0, is the rest of this number divided by how many there are. 63 bits."""
    return number(seed, f"{submission}:{attempt}:record") >> 1


def number(seed: str, of: str) -> int:
    """64 bits of the SHA-256 of "<seed>:<of>"."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{of}".encode()).digest()[:8], "big")


@dataclass(frozen=True)
class Errors:
    """What a draw found: how many were judged, and how many of them were wrong.

    The risky are drawn more often, so the rate is rather above that of the whole population.
    """

    judged: int
    wrong: int

    @property
    def rate(self) -> float | None:
        """Share of the wrong ones, 0 to 1; None while nothing is judged."""
        return self.wrong / self.judged if self.judged else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Between which rates the true one lies, with 95 % confidence (Wilson's score interval).

        E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212; method 3
        of R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872.
        """
        if not self.judged:
            return None
        n, p, z2 = self.judged, self.wrong / self.judged, _Z**2
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        reach = _Z / (1 + z2 / n) * (p * (1 - p) / n + z2 / (4 * n**2)) ** 0.5
        low = 0.0 if self.wrong == 0 else middle - reach
        high = 1.0 if self.wrong == n else middle + reach
        return low, high

    def within(self, limit: int) -> bool:
        """Whether the rate is known and not above a limit in percent; in whole numbers."""
        return self.judged > 0 and self.wrong * 100 <= limit * self.judged
