"""Multi-level authority: a form in which regions bind themselves."""

from spatialcoord.institutions.base import Institution, terms_with
from spatialcoord.registry import institutions


@institutions.register("multi_level_authority")
class MultiLevelAuthority(Institution):
    """A body by statute with a layer between provinces and nation that settles disputes among those inside it.

    The defaults put the study's ranking of forms into figures: design choices, to be replaced by data.
    """

    title = {"en": "Multi-level authority", "zh": "多层级管理机构"}
    source = "The study's proposal: nation, inter-provincial layer, province"
    cases = ("China: leading groups and offices for the Yangtze River Delta and for Beijing-Tianjin-Hebei",)
    Params = terms_with(
        "multi_level_authority",
        "A body by statute with a layer between provinces and nation that settles disputes among those inside it.",
        delegated=0.1,
        set_up=0.003,
        administration=0.03,
        delay=3,
        enforcement=0.95,
        consent=True,
    )
