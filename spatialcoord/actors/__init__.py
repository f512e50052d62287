"""Who is affected by a plan and speaks about it: one file an actor, each registering itself.

An actor reads the accounts of an evaluated allocation and says what it is worth to each of its parties, in money. All of them
are proxies, made of what the accounts hold; what an actor is said to want beyond it is named in its docstring and left out.
"""
