"""What comes of parties at a table: agreements beyond the plan, shared out and kept."""
