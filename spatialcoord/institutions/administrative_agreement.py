"""Administrative agreement: governments bind themselves by signature."""

from spatialcoord.institutions.base import Institution, terms_with
from spatialcoord.registry import institutions


@institutions.register("administrative_agreement")
class AdministrativeAgreement(Institution):
    """Governments agree by signature: at once and cheaply, but nothing but goodwill and superiors binds them.

    The figures are design choices that put the study's order of the kinds into numbers.
    """

    title = {"en": "Administrative agreement", "zh": "行政协议"}
    source = "The study's form of regional cooperation agreements of the Pan-Pearl River Delta and the Yangtze River Delta"
    cases = ("China: agreements of the Yangtze River Delta and the Pan-Pearl River Delta",)
    Params = terms_with(
        "administrative_agreement", set_up=0.0002, administration=0.005, delay=0, enforcement=0.5
    )
