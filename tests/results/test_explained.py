"""Words of what is explained."""

import pytest

from spatialcoord.economy.accounts import ACCOUNTS
from spatialcoord.messages import catalogue


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_account_has_words_where_a_region_is_explained(lang):
    for account in ACCOUNTS:
        if not account.startswith("invested_"):
            assert catalogue(lang).t(f"explain.account.{account}")
