"""Names of a scenario's numbers, its lines and regions in a language, for pictures and sentences."""

from __future__ import annotations

from collections.abc import Iterable

from spatialcoord import registry
from spatialcoord.instruments.base import line_title
from spatialcoord.messages import Catalogue
from spatialcoord.planner.case import Case
from spatialcoord.planner.evaluate import objective_unit as unit_of_objective


class Labels:
    """Words of one case in one language.

    Parameters
    ----------
    case : Case
        The case.
    words : Catalogue
        The language.
    """

    def __init__(self, case: Case, words: Catalogue) -> None:
        self.words, self.case = words, case
        names = case.graph.names(words.lang).values.astype(str)
        self._regions = dict(zip(case.setting.regions, names, strict=True))

    def region(self, region: str) -> str:
        """Name of a region."""
        return str(self._regions[region])

    def regions(self, ids: Iterable[str]) -> str:
        """Names of regions in a row."""
        return self.row(self.region(region) for region in ids)

    def row(self, names: Iterable[str]) -> str:
        """Names one after the other, as the language writes it."""
        return self.words.t("sensitivity.comma").join(names)

    def line(self, instrument: str) -> str:
        """Title of an instrument, or of a group of them."""
        if instrument.partition(".")[0] not in registry.instruments:
            return self._known(f"envelope_{instrument}", instrument)
        return line_title(instrument, self.words.lang)

    def index(self) -> str:
        """Titles of the measures that the objective names."""
        return self.row(self._title(registry.measures, name) for name in self.case.scenario.objective.weights)

    def number(self, path: str) -> str:
        """Name of a number of the scenario; its key, spaced, where the words do not know it."""
        section, *rest = path.split(".")
        if section == "measures" and rest[0] in registry.measures:
            name = self._known(rest[-1], " ".join(rest[1:]))
            return self.words.t("sensitivity.of", part=self._title(registry.measures, rest[0]), name=name)
        if section == "instruments":
            key = "_".join(rest[1:])
            return self.words.t(
                "sensitivity.of", part=self.line(rest[0]), name=self._known(key, " ".join(rest[1:]))
            )
        if rest[:1] == ["envelopes"]:
            name = self._known(rest[2], rest[2])
            return self.words.t("sensitivity.of", part=self.line(rest[1]), name=name)
        return self._known("_".join(rest), " ".join(rest))

    def unit(self, unit: str) -> str:
        """A unit in words; nothing for a pure number."""
        if unit in ("1", ""):
            return ""
        key = unit.replace(" ", "_").replace("-", "").replace("/", "_")
        return self.words.texts.get(f"sensitivity.unit.{key}", self.words.unit(unit))

    def value(self, value: float, unit: str = "1") -> str:
        """A value with its unit."""
        written = f"{value:.6g}".replace("-", "−")
        named = self.unit(unit)
        return self.words.t("summary.quantity", number=written, unit=named) if named else written

    def short(self, value: float) -> str:
        """A value without its unit."""
        return f"{value:.4g}".replace("-", "−")

    def signed(self, x: float, digits: int) -> str:
        """A number with its sign."""
        number = self.words.number(abs(x), digits)
        return number if number == self.words.number(0.0, digits) else ("+" if x > 0 else "−") + number

    def objective_unit(self) -> str:
        """Unit of the objective, in words."""
        return self.words.unit(objective_unit(self.case)).removeprefix("1")

    def figures(self, x: float, significant: int = 3) -> str:
        """A signed number with so many significant figures."""
        return self.signed(x, digits_of(x, significant))

    def quantity(self, x: float, signed: bool = True) -> str:
        """A difference in the objective with its unit."""
        number = self.figures(x) if signed else self.figures(x).lstrip("+")
        unit = self.objective_unit()
        return self.words.t("summary.quantity", number=number, unit=unit) if unit else number

    def price(self, unit: str) -> str:
        """A unit that may be one quantity per another ("CNY per head per million CNY"), in words."""
        over, per, under = unit.rpartition(" per ")
        if not per or under == "head":
            return self.words.unit(unit)
        return self.words.t("sensitivity.per", over=self.words.unit(over), under=self.words.unit(under))

    def _title(self, parts: registry.Registry, name: str) -> str:
        title = parts.get(name).title
        return str(title.get(self.words.lang) or title["en"])

    def _known(self, key: str, otherwise: str) -> str:
        return self.words.texts.get(f"sensitivity.name.{key}", otherwise.replace("_", " "))


def objective_unit(case: Case) -> str:
    """Unit of the scenario's objective."""
    return unit_of_objective(case.setting)


def digits_of(x: float, significant: int = 3) -> int:
    """Decimals that show so many significant figures of a number; at most twelve."""
    from math import floor, log10

    return 0 if x == 0 else min(12, max(0, significant - 1 - floor(log10(abs(x)))))
