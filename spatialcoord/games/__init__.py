"""Games of cooperation, claims and bargaining: plain algorithms on numbers, usable without the rest of the package."""

from spatialcoord.games.bankruptcy import Awards, bankruptcy, bankruptcy_game
from spatialcoord.games.bargaining import Bargain, bargain
from spatialcoord.games.coalitions import Membership, membership, stable_coalitions
from spatialcoord.games.compliance import Compliance, Party, self_enforcing
from spatialcoord.games.core import (
    Balanced,
    Core,
    LeastCore,
    core,
    in_core,
    least_core,
    proportional_least_core,
    weak_least_core,
)
from spatialcoord.games.division import Division
from spatialcoord.games.divisions import Separable, gately, scrb, tau
from spatialcoord.games.examples import example
from spatialcoord.games.game import Game
from spatialcoord.games.kohlberg import Kohlberg, Level, kohlberg
from spatialcoord.games.nucleolus import (
    nucleolus,
    per_capita_nucleolus,
    prenucleolus,
    proportional_nucleolus,
)
from spatialcoord.games.outcomes import Outcomes
from spatialcoord.games.shapley import ShapleySample, shapley, shapley_sampled
from spatialcoord.games.stability import Stability, stability

__all__ = [
    "Awards",
    "Balanced",
    "Bargain",
    "Compliance",
    "Core",
    "Division",
    "Game",
    "Kohlberg",
    "LeastCore",
    "Level",
    "Membership",
    "Outcomes",
    "Party",
    "Separable",
    "ShapleySample",
    "Stability",
    "bankruptcy",
    "bankruptcy_game",
    "bargain",
    "core",
    "example",
    "gately",
    "in_core",
    "kohlberg",
    "least_core",
    "membership",
    "nucleolus",
    "per_capita_nucleolus",
    "prenucleolus",
    "proportional_least_core",
    "proportional_nucleolus",
    "scrb",
    "self_enforcing",
    "shapley",
    "shapley_sampled",
    "stability",
    "stable_coalitions",
    "tau",
    "weak_least_core",
]
