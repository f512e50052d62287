"""What comes of parties at a table: agreements beyond the plan, shared out and kept."""

from spatialcoord.coordination.negotiation import negotiate

__all__ = ["negotiate"]
