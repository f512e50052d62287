"""Multi-level authority: a layer between regions and nation binds those inside it by statute."""

from spatialcoord.institutions.base import Institution, terms_with
from spatialcoord.registry import institutions


@institutions.register("multi_level_authority")
class MultiLevelAuthority(Institution):
    """A body by statute with a layer between provinces and nation that settles disputes among those inside it.

    The figures are design choices that put the study's order of the kinds into numbers.
    """

    title = {"en": "Multi-level authority", "zh": "多层级管理机构"}
    source = "The study's proposal: nation, inter-provincial layer, province"
    cases = ("China: leading groups and offices for the Yangtze River Delta and for Beijing-Tianjin-Hebei",)
    Params = terms_with(
        "multi_level_authority",
        delegated=0.1,
        set_up=0.003,
        administration=0.03,
        delay=3,
        enforcement=0.95,
        consent=True,
    )
