"""Interstate compact: a form in which regions bind themselves."""

from spatialcoord.institutions.base import Institution, terms_with
from spatialcoord.registry import institutions


@institutions.register("interstate_compact")
class InterstateCompact(Institution):
    """States bind themselves by law of each; above the states it is a contract that courts enforce. It needs the consent of the centre.

    The defaults put the study's ranking of forms into figures: design choices, to be replaced by data.
    """

    title = {"en": "Interstate compact", "zh": "州际契约"}
    source = "Constitution of the United States, Article I, section 10: consent of Congress; Delaware River Basin Compact 1961, from memory"
    cases = (
        "United States: Delaware River Basin Compact 1961",
        "United States: Port Authority of New York and New Jersey 1921",
    )
    Params = terms_with(
        "interstate_compact",
        "States bind themselves by law of each; above the states it is a contract that courts enforce.",
        set_up=0.001,
        administration=0.01,
        delay=1,
        enforcement=0.8,
        consent=True,
    )
