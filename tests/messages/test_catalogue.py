"""Words: the same in every language, and numbers as each language writes them."""

import re
import string
from pathlib import Path

import pytest

import spatialcoord
from spatialcoord.errors import InputError
from spatialcoord.messages import catalogue, languages

PLURALS = ("zero", "one", "two", "few", "many", "other")
# placeholders a plural form may leave out
COUNT = {"count"}


def _stem(key: str) -> str:
    head, _, tail = key.rpartition(".")
    return head if tail in PLURALS else key


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_the_package_speaks_english_and_chinese():
    assert {"en", "zh"} <= set(languages())


@pytest.mark.parametrize("lang", [lang for lang in languages() if lang != "en"])
def test_every_language_has_every_sentence_with_the_same_placeholders(lang):
    english, other = catalogue("en").texts, catalogue(lang).texts
    # names of sizes differ: a language that counts in 10^4 and 10^8 has its own
    own = {
        key
        for key in english.keys() | other.keys()
        if key.startswith("units.") and "{" not in english.get(key, "")
    }
    assert {_stem(k) for k in english.keys() - own} == {_stem(k) for k in other.keys() - own}
    for key, text in other.items():
        for key_en in (k for k in english if _stem(k) == _stem(key)):
            assert _placeholders(text) - COUNT == _placeholders(english[key_en]) - COUNT, key


@pytest.mark.parametrize("lang", languages())
def test_no_sentence_is_empty_or_lacks_a_named_placeholder(lang):
    for key, text in catalogue(lang).texts.items():
        assert text.strip() or key.endswith("join"), key
        assert all(name.isidentifier() for name in _placeholders(text)), key


def test_chinese_is_chinese():
    units = re.compile(r"^(units|.*\.unit)\b")
    plain = {k: v for k, v in catalogue("zh").texts.items() if not units.match(k)}
    han = [k for k, v in plain.items() if re.search(r"[\u4e00-\u9fff]", re.sub(r"\{\w+\}", "", v))]
    assert len(han) > 0.9 * len(plain)


def test_every_sentence_the_code_asks_for_exists():
    known = {form for key in catalogue("en").texts for form in (key, _stem(key))}
    asked = {
        (path.name, key)
        for path in Path(spatialcoord.__file__).parent.rglob("*.py")
        for key in re.findall(r"\bt\(\s*['\"]([a-z_]+\.[a-z_.]+)['\"]", path.read_text(encoding="utf-8"))
    }
    assert len(asked) > 10
    assert {(name, key) for name, key in asked if key not in known} == set()


@pytest.mark.parametrize("lang", languages())
def test_every_status_of_a_solve_has_its_sentence(lang):
    from spatialcoord.model.status import NAMES, SENTENCES

    assert {f"status.{name}" for name in {*NAMES.values(), *SENTENCES}} <= catalogue(lang).texts.keys()


def test_unknown_language_is_a_mistake_and_unknown_key_a_fault():
    with pytest.raises(InputError, match="no language 'fr'"):
        catalogue("fr")
    with pytest.raises(KeyError):
        catalogue("en").t("cli.no_such_key")


@pytest.mark.parametrize(
    ("count", "en", "zh"),
    [(1, "1 problem", "共 1 个问题"), (0, "0 problems", "共 0 个问题"), (3, "3 problems", "共 3 个问题")],
)
def test_plural_follows_the_language(count, en, zh):
    assert catalogue("en").t("cli.problems", count=count) == en
    assert catalogue("zh").t("cli.problems", count=count) == zh


@pytest.mark.parametrize(
    ("x", "digits", "text"),
    [
        (1234567.891, 1, "1,234,567.9"),
        (0.1533, 4, "0.1533"),
        (-0.0001, 2, "0.00"),
        (-12.3, 0, "-12"),
        (float("nan"), 1, "–"),
    ],
)
def test_number(x, digits, text):
    assert catalogue("en").number(x, digits) == text
    assert catalogue("zh").number(x, digits) == text


@pytest.mark.parametrize(
    ("x", "digits", "text"),
    [(0.1533, 1, "15.3%"), (0.004, 2, "0.40%"), (-0.00001, 1, "0.0%"), (12, 0, "1,200%")],
)
def test_percent(x, digits, text):
    assert catalogue("en").percent(x, digits) == text


@pytest.mark.parametrize(
    ("x", "unit", "en", "zh"),
    [
        (396_000, "million CNY", "396 billion CNY", "3,960亿元"),
        (39.6, "million CNY/yr", "39.6 million CNY a year", "每年3,960万元"),
        (-1234.4, "CNY per head", "-1,234 CNY per head", "人均-1,234元"),
        (98_765_432, "million CNY", "98.8 trillion CNY", "98.8万亿元"),
        (999.9999, "million USD", "1.00 billion USD", "10.0亿美元"),
        (0, "million EUR", "0 EUR", "0欧元"),
        (5, "million GBP", "5.00 million GBP", "500万英镑"),
    ],
)
def test_money_is_written_in_the_size_the_language_reads(x, unit, en, zh):
    assert catalogue("en").money(x, unit) == en
    assert catalogue("zh").money(x, unit) == zh


def test_money_needs_a_unit_of_money():
    with pytest.raises(InputError, match="'persons' is not a unit of money"):
        catalogue("en").money(1, "persons")


def test_units_for_axes():
    assert (catalogue("en").unit("million CNY/yr"), catalogue("zh").unit("million CNY/yr")) == (
        "million CNY/yr",
        "百万元/年",
    )
    assert (catalogue("en").unit("CNY per head"), catalogue("zh").unit("CNY per head")) == (
        "CNY per head",
        "元/人",
    )
    assert catalogue("zh").unit("persons") == "人"
    assert catalogue("zh").unit("km2") == "km2"
