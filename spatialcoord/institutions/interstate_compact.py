"""Interstate compact: states bind themselves by a law of each."""

from spatialcoord.institutions.base import Institution, terms_with
from spatialcoord.registry import institutions


@institutions.register("interstate_compact")
class InterstateCompact(Institution):
    """States bind themselves by a law of each; it stands above these laws as a contract that courts enforce.

    It needs the consent of the centre. The figures are design choices that put the study's order of the kinds into numbers.
    """

    title = {"en": "Interstate compact", "zh": "州际契约"}
    source = "Constitution of the United States, Article I, section 10: consent of Congress; Delaware River Basin Compact 1961, from memory"
    cases = (
        "United States: Delaware River Basin Compact 1961",
        "United States: Port Authority of New York and New Jersey 1921",
    )
    Params = terms_with(
        "interstate_compact", set_up=0.001, administration=0.01, delay=1, enforcement=0.8, consent=True
    )
