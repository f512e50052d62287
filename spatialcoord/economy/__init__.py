"""How regional income answers policy: accounts, production, absorption, spillovers, and the outcomes made equal."""
