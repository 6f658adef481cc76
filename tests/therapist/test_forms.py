"""A form of the desk says what its verb refused, at the field it is about."""

from __future__ import annotations

from typing import NoReturn

from django import forms
from django.core.exceptions import ValidationError

from therapist.forms import RuleForm


class Asking(RuleForm):
    fields_of = {"why": "reason"}

    reason = forms.CharField(required=False)


def test_a_verb_that_is_done_says_so_and_leaves_the_form_alone() -> None:
    form, done = Asking({"reason": "x"}), []

    assert form.is_valid()
    assert form.carries(lambda: done.append("once"))

    assert done == ["once"]
    assert not form.errors


def test_what_a_verb_refuses_stands_at_its_field_or_above_the_form() -> None:
    form = Asking({"reason": "x"})

    def refuse() -> NoReturn:
        raise ValidationError([ValidationError("Say more.", code="why"), ValidationError("Not now.")])

    assert form.is_valid()
    assert not form.carries(refuse)

    assert form.errors == {"reason": ["Say more."], "__all__": ["Not now."]}
    assert form["reason"].value() == "x"
