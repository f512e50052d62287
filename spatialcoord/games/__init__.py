"""Games of cooperation, claims and bargaining: plain algorithms on numbers, usable without the rest of the package."""

from spatialcoord.games.bankruptcy import Awards, bankruptcy, bankruptcy_game
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
from spatialcoord.games.shapley import ShapleySample, shapley, shapley_sampled

__all__ = [
    "Awards",
    "Balanced",
    "Core",
    "Division",
    "Game",
    "Kohlberg",
    "LeastCore",
    "Level",
    "Separable",
    "ShapleySample",
    "bankruptcy",
    "bankruptcy_game",
    "core",
    "example",
    "gately",
    "in_core",
    "kohlberg",
    "least_core",
    "nucleolus",
    "per_capita_nucleolus",
    "prenucleolus",
    "proportional_least_core",
    "proportional_nucleolus",
    "scrb",
    "shapley",
    "shapley_sampled",
    "tau",
    "weak_least_core",
]
