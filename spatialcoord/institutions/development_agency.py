"""Development agency: the centre founds a body for regions by statute."""

from spatialcoord.institutions.base import Institution, terms_with
from spatialcoord.registry import institutions


@institutions.register("development_agency")
class DevelopmentAgency(Institution):
    """The centre founds it by statute, with a budget and planning of its own.

    It decides on the programme's lines, not on the members' money, and begins sooner than bodies of many members: one law of the
    centre is enough, and no member has to ratify. The figures are design choices that put the study's order of the kinds into
    numbers.
    """

    title = {"en": "Development agency", "zh": "开发机构"}
    source = "Tennessee Valley Authority Act 1933; Appalachian Regional Development Act 1965; Hokkaido Development Act 1950, from memory"
    cases = (
        "United States: Tennessee Valley Authority, Appalachian Regional Commission",
        "Japan: Hokkaido Development Agency",
    )
    Params = terms_with(
        "development_agency",
        contribution=0.0,
        delegated=0.5,
        set_up=0.003,
        administration=0.03,
        delay=1,
        enforcement=0.95,
        consent=True,
    )
