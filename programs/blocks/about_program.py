"""What a program tells besides its modules: sources, case persons, which instrument is asked when."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

WHEN = [
    ("screening", _("screening")),
    ("pre", _("before treatment")),
    ("weekly", _("weekly")),
    ("mid", _("mid-treatment")),
    ("post", _("after treatment")),
]


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

    class Meta:
        icon = "form"
        label = _("Measure")
