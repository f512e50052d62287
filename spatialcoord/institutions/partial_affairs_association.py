"""Partial-affairs association: a form in which regions bind themselves for one affair."""

from pydantic import Field

from spatialcoord.institutions.base import Affair, Institution, terms_with
from spatialcoord.registry import institutions

ABOUT = (
    "A public body for one affair, with an elected head, a mandatory auditor and money paid by milestones."
)


@institutions.register("partial_affairs_association")
class PartialAffairsAssociation(Institution):
    """A public body for one affair, with a head elected among the members, an auditor that the law demands, and money paid by milestones.

    The defaults put the study's ranking of forms into figures: design choices, to be replaced by data. Head and auditor are in the
    cost of administration.
    """

    title = {"en": "Partial-affairs association", "zh": "部分事务组合"}
    source = "Local Autonomy Act of Japan, articles 284 to 291, from memory; more than 3,000 at their peak, the study"
    cases = ("Japan: joint fire brigades, waste plants, hospitals and schools of municipalities",)

    class Params(
        terms_with(  # type: ignore[misc]
            "partial_affairs_association",
            ABOUT,
            set_up=0.0015,
            administration=0.02,
            delay=2,
            enforcement=0.85,
            milestones=True,
        )
    ):
        """One affair, and its terms."""

        affairs: tuple[Affair, ...] = Field(
            description="The one affair it decides.", min_length=1, max_length=1
        )
