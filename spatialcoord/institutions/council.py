"""Council: regions advise each other and bind themselves weakly."""

from spatialcoord.institutions.base import Institution, terms_with
from spatialcoord.registry import institutions


@institutions.register("council")
class Council(Institution):
    """It advises and informs, has no legal personality and binds weakly.

    Members bring little, and nothing follows from a breach but embarrassment. The figures are design choices that put the study's
    order of the kinds into numbers.
    """

    title = {"en": "Council", "zh": "协议会"}
    source = "Local Autonomy Act of Japan, article 252-2, from memory; working communities of European border regions"
    cases = (
        "Japan: councils of municipalities",
        "Europe: EU Strategy for the Baltic Sea Region 2009, EU Strategy for the Danube Region 2011",
    )
    Params = terms_with(
        "council",
        contribution=0.02,
        set_up=0.0001,
        administration=0.003,
        delay=0,
        enforcement=0.35,
        penalty=0.5,
    )
