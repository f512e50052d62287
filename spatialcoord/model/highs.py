"""New HiGHS instances that say nothing and use one thread."""

from __future__ import annotations

import os
from typing import Any

import highspy

_greeted = False


def new_highs() -> Any:
    """A HiGHS instance without output.

    HiGHS 1.16 greets on standard output, once for each process, before any option can be set; what a program writes
    there is its user's (a table, a page of JSON), so the greeting goes nowhere.
    """
    global _greeted
    highs = highspy.Highs() if _greeted else _without_greeting()
    _greeted = True
    highs.setOptionValue("output_flag", False)
    # one value for the whole process: HiGHS fails when two instances of a process ask for different numbers
    highs.setOptionValue("threads", 1)
    # plans with whole-number decisions: starting anew at the root cost up to ten times the time with brackets of a tax and
    # saved none; the tolerance of 1e-6 left bounds broken by more than a plan may break them
    highs.setOptionValue("mip_allow_restart", False)
    highs.setOptionValue("mip_feasibility_tolerance", 1e-9)
    return highs


def _without_greeting() -> Any:
    try:
        kept = os.dup(1)
    except OSError:  # a process without standard output
        return highspy.Highs()
    try:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
        return highspy.Highs()
    finally:
        os.dup2(kept, 1)
        os.close(kept)
