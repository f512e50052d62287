"""What comes of parties at a table: agreements beyond the plan, shared out and kept; and the loop that begins again."""

from spatialcoord.coordination.coordinate import coordinate
from spatialcoord.coordination.cycle_rules import Rules
from spatialcoord.coordination.negotiation import negotiate

__all__ = ["Rules", "coordinate", "negotiate"]
