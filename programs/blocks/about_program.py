"""What a program tells besides its modules: sources, case persons, which instrument is asked when."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

WHEN = [
    ("screening", _("screening")),
    ("pre", _("before treatment")),
    ("weekly", _("weekly")),
    ("mid", _("mid-treatment")),
    ("post", _("after treatment")),
    ("follow_up", _("follow-up, months after the end")),
    ("module", _("when a module opens")),
    ("triggered", _("when another instrument's answers call for it")),
]
WHO = [("patient", _("the patient")), ("staff", _("staff"))]
DAYS = RegexValidator(
    r"^\d{1,3}(, ?\d{1,3}){0,9}$", _("Write days as numbers with commas between them: 1, 2.")
)


class SourceBlock(blocks.StructBlock):
    """Where the program's knowledge comes from, and when the link was last checked."""

    title = blocks.CharBlock(label=_("Title"))
    url = blocks.URLBlock(label=_("Address"), required=False)
    checked = blocks.DateBlock(label=_("Checked on"), required=False)

    class Meta:
        icon = "link"
        label = _("Source")


class PersonBlock(blocks.StructBlock):
    """An invented person who returns through the modules."""

    name = blocks.CharBlock(label=_("Name"))
    age = blocks.IntegerBlock(label=_("Age"), min_value=0, max_value=120)
    about = blocks.TextBlock(label=_("About"))

    class Meta:
        icon = "user"
        label = _("Case person")


class MeasureBlock(blocks.StructBlock):
    """One instrument at one occasion of the course."""

    instrument = blocks.CharBlock(label=_("Instrument"))
    when = blocks.ChoiceBlock(choices=WHEN, label=_("When"))
    week = blocks.IntegerBlock(label=_("Week"), required=False, min_value=1, max_value=104)
    every = blocks.IntegerBlock(label=_("Every so many weeks"), required=False, min_value=1, max_value=12)
    month = blocks.IntegerBlock(label=_("Months after the end"), required=False, min_value=1, max_value=60)
    module = blocks.CharBlock(label=_("Key of the module"), required=False, max_length=40)
    by = blocks.CharBlock(label=_("Called for by instrument"), required=False)
    from_score = blocks.IntegerBlock(label=_("At this score or more"), required=False, min_value=1)
    item = blocks.IntegerBlock(label=_("Or at question number"), required=False, min_value=1)
    from_answer = blocks.IntegerBlock(
        label=_("answered with this value or more"), required=False, min_value=1
    )
    within = blocks.IntegerBlock(label=_("To be answered within days"), required=False, min_value=0)
    most = blocks.IntegerBlock(label=_("At most so many times"), required=False, min_value=1, max_value=52)
    opens = blocks.IntegerBlock(label=_("Opens, days from its day"), required=False, min_value=-60)
    due = blocks.IntegerBlock(label=_("Due, days from its day"), required=False, min_value=-60)
    closes = blocks.IntegerBlock(label=_("Closes, days from its day"), required=False, min_value=-60)
    remind = blocks.CharBlock(label=_("Reminders, days from its day"), required=False, validators=[DAYS])
    language = blocks.CharBlock(label=_("Language, when not the program's"), required=False, max_length=5)
    who = blocks.ChoiceBlock(choices=WHO, label=_("Answered by"), required=False)

    class Meta:
        icon = "form"
        label = _("Measure")
