"""A YAML text as plain values that remember the line each key stands on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spatialcoord.errors import InputError, Problem

KeyPath = tuple[str, ...]


@dataclass
class Document:
    """Plain values of a scenario and where each came from.

    Attributes
    ----------
    values : dict
        What the text says, with lists as tuples.
    name : str
        File name as messages show it.
    lines : dict of key path to int
        Line (from 1) of each key and list element.
    overrides : set of key paths
        Keys whose value came from an override instead.
    """

    values: dict[str, Any]
    name: str
    lines: dict[KeyPath, int] = field(default_factory=dict)
    overrides: set[KeyPath] = field(default_factory=set)

    def place(self, path: KeyPath) -> str:
        """Where a key stands, for a message: "scenario.yaml:12, programme.floor" or "--set programme.floor"."""
        key = ".".join(path)
        for n in range(len(path), 0, -1):
            if path[:n] in self.overrides:
                return f"--set {'.'.join(path[:n])}" + (f", {key}" if n < len(path) else "")
            if path[:n] in self.lines:
                return f"{self.name}:{self.lines[path[:n]]}, {key}"
        return f"{self.name}, {key}" if key else self.name


def shown(path: Path) -> str:
    """A path as a user would type it: relative where it lies below the current folder."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def read_document(path: Path) -> Document:
    """Read a scenario file.

    Raises
    ------
    InputError
        The file is missing, not UTF-8, not YAML, or not a mapping of keys.
    """
    name = shown(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError(
            Problem(
                "there is no such file", where=name, remedy="A case is a folder that holds a scenario.yaml."
            )
        ) from None
    except OSError as error:
        raise InputError(Problem(f"the file cannot be read: {error.strerror}", where=name)) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise InputError(
            Problem(
                "the text is not UTF-8",
                where=f"{name}:{line}",
                remedy="Save the file with the encoding UTF-8.",
            )
        ) from None
    return parse_document(text, name)


def parse_document(text: str, name: str) -> Document:
    """Read a scenario's text; `name` stands for the file in messages.

    Raises
    ------
    InputError
        The text is not YAML, or not a mapping of keys.
    """
    values, lines = parse_yaml(text, name)
    if not isinstance(values, dict):
        raise InputError(
            Problem(
                "the file is empty" if values is None else "the file is not a mapping of keys to values",
                where=name,
                remedy="Start with a line such as 'case: mycase'; the bundled cases are examples.",
            )
        )
    return Document(values, name, lines)


def parse_yaml(text: str, name: str) -> tuple[Any, dict[KeyPath, int]]:
    """Plain values of a YAML text (lists as tuples) and the line of each key.

    Raises
    ------
    InputError
        The text is not YAML, a key stands twice, or there are several documents.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    yaml = YAML(typ="safe", pure=True)
    lines: dict[KeyPath, int] = {}
    try:
        _find_lines(yaml.compose(text), (), lines, ())
        return _tuples(yaml.load(text)), lines
    except YAMLError as error:
        raise InputError(_syntax_problem(error, name)) from None
    except (ValueError, RecursionError) as error:  # a date such as 2020-99-99, a list that contains itself
        raise InputError(Problem(f"the text is not usable YAML: {error}", where=name)) from None


def _find_lines(node: Any, path: KeyPath, lines: dict[KeyPath, int], above: tuple[int, ...]) -> None:
    from ruamel.yaml.nodes import MappingNode, SequenceNode

    if id(node) in above:  # an alias inside what it names
        raise ValueError("a value contains itself")
    above = (*above, id(node))
    if isinstance(node, MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            lines.setdefault(here, key.start_mark.line + 1)
            _find_lines(value, here, lines, above)
    elif isinstance(node, SequenceNode):
        for i, value in enumerate(node.value):
            here = (*path, str(i))
            lines.setdefault(here, value.start_mark.line + 1)
            _find_lines(value, here, lines, above)


def _tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def _syntax_problem(error: Any, name: str) -> Problem:
    from ruamel.yaml.constructor import DuplicateKeyError

    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    where = f"{name}:{mark.line + 1}" if mark is not None else name
    if isinstance(error, DuplicateKeyError):
        key = str(error.problem).split('"')[1] if '"' in str(error.problem) else "?"
        return Problem(
            f"the key '{key}' stands twice in one section", where=where, remedy="Keep one of the two lines."
        )
    detail = getattr(error, "problem", None) or str(error).splitlines()[0]
    return Problem(
        f"this is not YAML: {detail}",
        where=where,
        remedy="Look at the indentation, quotes and brackets of this line and the one before.",
    )
