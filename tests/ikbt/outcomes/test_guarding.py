"""No few follow from two choices beside each other, whatever a manager chooses one after the other."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ikbt.accounts.roles import Role
from ikbt.common import clock
from ikbt.outcomes.guarding import Asked, Cell, guarded_groups, is_guarded
from ikbt.outcomes.page import read_page
from ikbt.treatments.models import Treatment
from tests.cast import Cast, give
from tests.ikbt.outcomes.ended_treatments import ended

FEW = 5


def years(**counts: int) -> Counter[Cell]:
    return Counter({Cell("alfa", "depression", int(year[1:])): n for year, n in counts.items()})


def between(since: int | None, until: int | None) -> Asked:
    return Asked(since=since, until=until)


def test_two_choices_that_differ_by_a_year_of_few_are_not_both_shown() -> None:
    cells = years(y2021=20, y2022=30, y2023=3, y2024=40)

    assert is_guarded(cells, between(2021, 2022), at_least=FEW)
    assert is_guarded(cells, between(2024, None), at_least=FEW)
    # Shown together with these, the whole would give 2023: from 2023 on + until 2023 - all.
    assert is_guarded(cells, between(None, 2023), at_least=FEW)
    assert is_guarded(cells, between(2023, None), at_least=FEW)
    assert not is_guarded(cells, Asked(), at_least=FEW)


def test_years_of_many_may_be_cut_anywhere_and_empty_ones_hide_nothing() -> None:
    cells = years(y2021=20, y2022=0, y2023=9, y2024=40)

    for since, until in combinations(range(2020, 2026), 2):
        assert not is_guarded(cells, between(since, until), at_least=FEW)


def test_the_third_of_three_does_not_follow_from_the_two_others_and_the_sum() -> None:
    cells = Counter({Cell("alfa", "a", 2024): 3, Cell("alfa", "b", 2024): 50, Cell("alfa", "c", 2024): 60})

    shown = [key for key in "abc" if not is_guarded(cells, Asked(program=key), at_least=FEW)]

    assert shown == ["c"]


def test_a_group_that_is_small_at_another_unit_is_hidden_at_this_one() -> None:
    cells = Counter(
        {
            Cell("alfa", "a", 2024, "18-24"): 6,
            Cell("beta", "a", 2024, "18-24"): 3,
            Cell("alfa", "a", 2024, "25-34"): 20,
            Cell("beta", "a", 2024, "25-34"): 30,
        }
    )

    assert guarded_groups(cells, Asked(unit="alfa"), at_least=FEW) == {"18-24"}
    assert guarded_groups(cells, Asked(), at_least=FEW) == set()


@given(st.lists(st.integers(0, 30), min_size=2, max_size=7).filter(lambda counts: sum(counts) >= FEW))
def test_no_sum_of_what_is_shown_of_the_years_is_of_few(counts: list[int]) -> None:
    """Every figure that can be worked out from the shown periods is one of blocks, and no block is of few."""
    cells = Counter({Cell("alfa", "a", 2000 + place): n for place, n in enumerate(counts)})
    shown = [np.ones(len(counts))]
    for since, until in [(a, b) for a in range(len(counts)) for b in range(a, len(counts))]:
        asked = between(2000 + since or None, 2000 + until)
        if sum(counts[since : until + 1]) >= FEW and not is_guarded(cells, asked, at_least=FEW):
            shown.append(np.array([float(since <= place <= until) for place in range(len(counts))]))
    rows = np.array(shown)
    rank = np.linalg.matrix_rank(rows)
    for since, until in [(a, b) for a in range(len(counts)) for b in range(a, len(counts))]:
        if 0 < sum(counts[since : until + 1]) < FEW:
            wanted = np.array([float(since <= place <= until) for place in range(len(counts))])
            # Empty years are nobody: they may stand in it or not.
            empty = [np.eye(len(counts))[place] for place, n in enumerate(counts) if n == 0]
            known = np.vstack([rows, *empty]) if empty else rows
            base = np.linalg.matrix_rank(known) if empty else rank
            assert np.linalg.matrix_rank(np.vstack([known, wanted])) > base


@pytest.mark.django_db
def test_the_page_hides_the_year_beside_a_year_of_few(cast: Cast) -> None:
    for place, one in enumerate(ended(cast, 33, cast.alfa)):
        year = 2021 if place < 15 else 2022 if place < 18 else 2023
        Treatment.objects.filter(pk=one.treatment_id).update(starts_on=f"{year}-03-01")

    def page(**said: str) -> bool:
        return read_page((cast.alfa,), said, today=clock.today()).is_all_but_few

    assert page(fran="2021", till="2021")
    assert page(fran="2021", till="2022")
    assert not page()


@pytest.mark.django_db
def test_the_page_hides_a_group_that_would_tell_of_few_elsewhere(cast: Cast) -> None:
    give(cast.manager, Role.UNIT_MANAGER, cast.beta)
    for unit, women in ((cast.alfa, 20), (cast.beta, 2)):
        for place, one in enumerate(ended(cast, 40, unit)):
            one.treatment.patient.sex = "female" if place < women else "male"
            one.treatment.patient.save()

    page = read_page(
        (cast.alfa, cast.beta), {"enhet": str(cast.alfa.pk), "delat": "sex"}, today=clock.today()
    )

    assert page.report is not None
    assert {group.name: group.persons for group in page.report.groups} == {"female": None, "male": None}
