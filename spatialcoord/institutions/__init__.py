"""Who is bound: forms in which regions bind themselves, each with members, affairs, cost, delay and enforcement."""
