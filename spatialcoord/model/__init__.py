"""The core: labelled affine maps, a Pyomo model that is a view on arrays, and a HiGHS session that mirrors them."""

from spatialcoord.model.affine import INF, Affine
from spatialcoord.model.dims import Data, Dim
from spatialcoord.model.ledger import Ledger
from spatialcoord.model.model import Model
from spatialcoord.model.relation import Relation, between
from spatialcoord.model.solver import SpatialCoordSolver
from spatialcoord.model.status import Solution

__all__ = [
    "INF",
    "Affine",
    "Data",
    "Dim",
    "Ledger",
    "Model",
    "Relation",
    "Solution",
    "SpatialCoordSolver",
    "between",
]
