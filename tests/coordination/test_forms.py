"""Which institution in which legal form: the choice against trying out everything, and what firmness is worth."""

from itertools import product

import pytest

from spatialcoord.coordination.forms import FORMS, chosen, forms_of
from spatialcoord.coordination.joint import Joint
from spatialcoord.coordination.structure import choose
from spatialcoord.coordination.table import Table
from spatialcoord.coordination.worth import Worth
from tests.coordination.tables import institution, planned

# a delay of up to three years fits into it
LONG = ("programme.years.last=2026",)


@pytest.fixture(scope="module")
def parts():
    case, plan, amounts = planned(7, 1, LONG)
    return Table.of(case.setting, ""), plan, amounts


def candidates(**more):
    """Neighbours that would decide the same of a region, and one of all regions."""
    members = {
        "west": ("R0", "R1", "R2"),
        "middle": ("R2", "R3", "R4"),
        "east": ("R4", "R5", "R6"),
        "all": (),
    }
    named = {
        name: institution("council", members=ids, affairs=("infrastructure",), formed=False)
        for name, ids in members.items()
    }
    return named | more


def together(table, picked):
    """Whether no two decide the same affair of the same region."""
    decided = set()
    for terms in picked:
        own = set(product(terms.members or table.setting.regions, terms.affairs))
        if own & decided:
            return False
        decided |= own
    return True


@pytest.mark.parametrize("left_out", [(), ("all",), ("all", "middle")], ids=str)
@pytest.mark.parametrize("broken", [0.0, 0.6, 1.0])
def test_the_choice_is_the_best_of_all(parts, broken, left_out):
    table, plan, amounts = parts
    named = {name: terms for name, terms in candidates().items() if name not in left_out}
    forms = forms_of(table, plan, amounts, named, broken)
    # (1), from worth and terms alone
    by_name = {
        name: [
            (t := form.terms, Worth(Joint.of(name, t, table, plan, amounts)).whole * (1 - broken * (1 - t.enforcement)))
            for form in forms
            if form.name == name
        ]
        for name in named
    }  # fmt: skip
    best = max(
        sum(value for _, value in filter(None, pick))
        for pick in product(*([None, *listed] for listed in by_name.values()))
        if together(table, [terms for terms, _ in filter(None, pick)])
    )
    found = chosen(table, forms)
    assert sum(form.expected for form in found.values()) == pytest.approx(best) and best > 0
    assert not {"west", "middle"} <= set(found) and not {"middle", "east"} <= set(found)
    assert set(found) == {0: {"all"}, 1: {"middle"}, 2: {"west", "east"}}[len(left_out)]
    for form in found.values():
        assert form.expected == pytest.approx(form.worth * (1 - broken * (1 - form.terms.enforcement)))


def test_every_candidate_is_looked_at_in_every_form_that_fits(parts):
    table, plan, amounts = parts
    more = candidates(
        two=institution("council", members=("R0", "R1"), affairs=("human", "environment"), formed=False),
        exists=institution("wide_area_union", members=("R5", "R6"), affairs=("environment",), formed=True),
    )
    forms = forms_of(table, plan, amounts, more, 0.5)
    kinds = {name: [form.kind for form in forms if form.name == name] for name in more}
    assert set(kinds["west"]) == set(FORMS) == set(kinds["all"])
    assert set(kinds["two"]) == set(FORMS) - {"partial_affairs_association"}
    assert kinds["exists"] == ["wide_area_union"]
    for form in forms:
        assert form.terms.members == more[form.name].members and form.terms.kind == form.kind


def test_firmness_is_worth_more_where_breaches_are_expected(parts):
    table, plan, amounts = parts
    trust, fear = (forms_of(table, plan, amounts, candidates(), broken) for broken in (0.0, 1.0))
    firm = {}
    for name in candidates():
        pairs = [(t, f) for t, f in zip(trust, fear, strict=True) if t.name == name and t.worth > 0]
        for t, f in pairs:
            assert t.worth == f.worth == t.expected
            assert f.expected == pytest.approx(f.worth * f.terms.enforcement)
        if not pairs:
            continue  # nothing to gain together in any form
        best = [max(own, key=lambda form: form.expected) for own in zip(*pairs, strict=True)]
        firm[name] = best[0].terms.enforcement, best[1].terms.enforcement
        assert best[0].worth == max(t.worth for t, _ in pairs)
    assert len(firm) >= 2 and all(low <= high for low, high in firm.values())
    assert any(low < high for low, high in firm.values())  # for some, fear pays for a firmer form


def test_without_enforcement_every_form_is_as_weak(parts):
    table, plan, amounts = parts
    for form in forms_of(table, plan, amounts, candidates(), 0.4, enforced=False):
        assert form.expected == pytest.approx(0.6 * form.worth)


def test_quick_forms_bind_weakly_and_firm_ones_take_time(parts):
    table, plan, amounts = parts
    forms = {f.kind: f for f in forms_of(table, plan, amounts, candidates(), 0.5) if f.name == "west"}
    for quick in ("council", "administrative_agreement"):
        for slow in ("interstate_compact", "wide_area_union", "multi_level_authority"):
            assert forms[quick].terms.delay < forms[slow].terms.delay
            assert forms[quick].terms.enforcement < forms[slow].terms.enforcement
            assert forms[quick].cost < forms[slow].cost


def test_forms_that_come_too_late_are_left_out():
    case, plan, amounts = planned(7, 1)
    forms = forms_of(Table.of(case.setting, ""), plan, amounts, candidates(), 0.5)
    assert max(form.terms.delay for form in forms) < len(case.setting.years) == 3
    assert "multi_level_authority" not in {form.kind for form in forms}


def test_nothing_to_choose_from_is_nothing_chosen(parts):
    assert chosen(parts[0], []) == {}
    assert choose(
        parts[0].setting, candidates(), dict(zip(candidates(), (2.0, 3.5, 1.0, -1.0), strict=True))
    ) == ["middle"]
