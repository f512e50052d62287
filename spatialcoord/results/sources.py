"""The tables in a case's ``sources.md``, as cells of plain text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spatialcoord.results.sheets import Sheet

if TYPE_CHECKING:
    from spatialcoord.results.plan import Plan

_RULE = re.compile(r"\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?")
_MARKS = (
    (re.compile(r"\[([^\]]*)\]\(([^)]*)\)"), r"\1 (\2)"),  # a link: its words, then its address
    (re.compile(r"\*\*(.+?)\*\*|`(.+?)`"), lambda m: m[1] or m[2]),
)


def source_tables(plan: Plan, lang: str = "en") -> list[Sheet]:
    """Every table of the case's sources, in the language where the case has it.

    Parameters
    ----------
    plan : Plan
        A plan whose Dataset holds the text of ``sources.md`` (attribute ``sources``, ``sources_zh``).
    lang : str
        Language; the text without a language takes the place of one that is missing.

    Returns
    -------
    list of Sheet
        Empty where the case names no sources.
    """
    attrs = plan.dataset.attrs
    return tables_of(str(attrs.get(f"sources_{lang}") or attrs.get("sources") or ""))


def tables_of(text: str) -> list[Sheet]:
    """The pipe tables of a Markdown text; rows are filled or cut to the length of their head."""
    blocks: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.lstrip().startswith("|"):
            blocks[-1].append(line.strip())
        elif blocks[-1]:
            blocks.append([])
    found = []
    for block in blocks:
        if len(block) < 2 or not _RULE.fullmatch(block[1]):
            continue
        head, rows = _cells(block[0]), [_cells(line) for line in block[2:]]
        found.append(Sheet(head, [(row + [""] * len(head))[: len(head)] for row in rows]))
    return found


def _cells(line: str) -> list[str]:
    inner = re.sub(r"^\||(?<!\\)\|$", "", line)
    return [_plain(cell.replace("\\|", "|").strip()) for cell in re.split(r"(?<!\\)\|", inner)]


def _plain(text: str) -> str:
    for pattern, replacement in _MARKS:
        text = pattern.sub(replacement, text)
    return text
