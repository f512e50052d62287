"""Which keys a scenario knows, read from its JSON schema: for suggestions, units and overrides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from spatialcoord.registry import did_you_mean
from spatialcoord.scenario.document import KeyPath


class KnownKeys:
    """Keys of a JSON schema.

    Parameters
    ----------
    schema : dict
        JSON schema with ``$defs``.
    """

    def __init__(self, schema: dict[str, Any]) -> None:
        self._schema = schema

    def node(self, path: KeyPath) -> list[dict[str, Any]]:
        """Schema nodes at a path (several where a value may have several forms), empty where the path is unknown."""
        nodes = self._forms(self._schema)
        for key in path:
            nodes = [form for node in nodes for child in _children(node, key) for form in self._forms(child)]
        return nodes

    def below(self, path: KeyPath) -> list[str]:
        """Named keys of the section at a path."""
        return [key for node in self.node(path) for key in node.get("properties", {})]

    def about(self, path: KeyPath, what: str) -> str:
        """Annotation at a path ("unit", "description"), empty where there is none."""
        nodes = self._forms(self._schema)
        for key in path:
            children = [child for node in nodes for child in _children(node, key)]
            nodes = [form for child in children for form in self._forms(child)]
            found = [str(n[what]) for n in [*children, *nodes] if what in n]
        return found[0] if path and found else ""

    def suggestion(self, path: KeyPath) -> str:
        """What was probably meant by an unknown key: a near key of the same section, or its right section."""
        *above, word = path
        elsewhere = [".".join(p) for p in self._walk(self._schema, (), ()) if p[-1] == word]
        known = self.below(tuple(above))
        guess = did_you_mean(word, known)
        if elsewhere and not guess.startswith("Did"):
            return f"'{word}' belongs elsewhere: {elsewhere[0]}."
        return guess

    def _forms(self, node: dict[str, Any]) -> list[dict[str, Any]]:
        """A node with references followed and alternatives told apart."""
        if "$ref" in node:
            return self._forms(self._schema["$defs"][node["$ref"].rsplit("/", 1)[-1]])
        parts = [*node.get("anyOf", ()), *node.get("oneOf", ()), *node.get("allOf", ())]
        return [form for part in parts for form in self._forms(part)] or [node]

    def _walk(self, node: dict[str, Any], path: KeyPath, seen: tuple[int, ...]) -> Iterator[KeyPath]:
        for form in self._forms(node):
            if id(form) in seen:
                continue
            for key, child in form.get("properties", {}).items():
                yield (*path, key)
                yield from self._walk(child, (*path, key), (*seen, id(form)))


def _children(node: dict[str, Any], key: str) -> list[dict[str, Any]]:
    if key in node.get("properties", {}):
        return [node["properties"][key]]
    found = [node["additionalProperties"]] if isinstance(node.get("additionalProperties"), dict) else []
    if key.isdigit():
        found += [node["items"]] if isinstance(node.get("items"), dict) else []
        found += node.get("prefixItems", [])[int(key) : int(key) + 1]
    return found
