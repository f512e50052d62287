"""Wide-area union: regions set up a public body for many affairs."""

from spatialcoord.institutions.base import Institution, terms_with
from spatialcoord.registry import institutions


@institutions.register("wide_area_union")
class WideAreaUnion(Institution):
    """A public body for many affairs, to which powers and funds from above can be delegated.

    What a member loses in one affair can be made good in another. The figures are design choices that put the study's order of the kinds into
    numbers.
    """

    title = {"en": "Wide-area union", "zh": "广域联合"}
    source = "Local Autonomy Act of Japan, articles 284 and 291-2, 1994, from memory"
    cases = ("Japan: Union of Kansai Governments, two fu and five ken at its founding in 2010",)
    Params = terms_with(
        "wide_area_union", delegated=0.1, set_up=0.0015, administration=0.02, delay=2, enforcement=0.85
    )
