"""Partial-affairs association: regions set up a public body for one affair."""

from spatialcoord.institutions.base import Institution, terms_with
from spatialcoord.registry import institutions


@institutions.register("partial_affairs_association")
class PartialAffairsAssociation(Institution):
    """A public body for one affair, with a head elected among the members, a mandatory auditor, and money paid by milestones.

    Head and auditor are in the cost of administration. The figures are design choices that put the study's order of the kinds
    into numbers.
    """

    title = {"en": "Partial-affairs association", "zh": "部分事务组合"}
    source = "Local Autonomy Act of Japan, articles 284 to 291, from memory; more than 3,000 at their peak, the study"
    cases = ("Japan: joint fire brigades, waste plants, hospitals and schools of municipalities",)
    Params = terms_with(
        "partial_affairs_association",
        one_affair=True,
        set_up=0.0015,
        administration=0.02,
        delay=2,
        enforcement=0.85,
        milestones=True,
    )
