"""What can be switched off in the cycle: its steps, and the study's three "many" and three "few"."""

from __future__ import annotations

from dataclasses import dataclass, replace

from spatialcoord.errors import InputError, Problem
from spatialcoord.registry import did_you_mean

STEPS = ("express", "negotiate", "supervise", "evaluate")
# plans without enforcement; no voice of market and civil society; no body that executes
LACKS = ("enforcement", "voices", "body")


@dataclass(frozen=True)
class Switches:
    """What takes part in the cycle.

    Attributes
    ----------
    express : bool
        Demands are heard.
    negotiate : bool
        Regions agree on something beyond the plan.
    supervise : bool
        Agreements are watched over.
    evaluate : bool
        What is observed changes what is believed.
    enforcement : bool
        Breaches have consequences.
    voices : bool
        Firms, residents and civil society are heard and sit at the table.
    body : bool
        Institutions have a body of their own: else only administrative agreements and councils can be formed, and nobody monitors.
    rolling : bool
        The next cycle begins where this one ends.
    """

    express: bool = True
    negotiate: bool = True
    supervise: bool = True
    evaluate: bool = True
    enforcement: bool = True
    voices: bool = True
    body: bool = True
    rolling: bool = True

    @property
    def off(self) -> tuple[str, ...]:
        """What is switched off."""
        return tuple(name for name, on in vars(self).items() if not on)

    @classmethod
    def without(cls, names: tuple[str, ...], where: str = "--without") -> Switches:
        """All but some.

        Raises
        ------
        InputError
            There is no such part.
        """
        known = list(vars(cls()))
        problems: list[Problem | str] = [
            Problem(f"the cycle has no part '{name}'", where, remedy=did_you_mean(name, known))
            for name in names
            if name not in known
        ]
        if problems:
            raise InputError(problems)
        return replace(cls(), **dict.fromkeys(names, False))
