"""A small scenario text that is right, for tests that make it wrong."""

import pytest

TEXT = """\
case: toy
title: {en: Toy, zh: 玩具}
question:
  en: Who gets what?
regions:
  tables:
    - {file: regions.csv, columns: [population, output]}
currency: CNY
money_unit: million CNY
price_year: 2020
programme:
  years: {first: 2021, last: 2025}
  budget: {share_of_output: 0.004}
  envelopes:
    transfer: {max_share: 0.3}
    investment: {min_share: 0.7}
instruments:
  infrastructure:
    cofinance: {rate: 0.1}
  general_transfer:
"""


@pytest.fixture(scope="session")
def text() -> str:
    """The scenario; its lines are counted by the tests."""
    return TEXT
