"""What an author fills in so that a program fits the patient: conditions, offers, choices, subtypes."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from measurements.registry import shipped

KEY = RegexValidator(r"^[a-z0-9][a-z0-9-]{0,39}$", _("A key has small letters, digits and hyphens."))
KEYS = RegexValidator(
    r"^[a-z0-9][a-z0-9-]{0,39}(, ?[a-z0-9][a-z0-9-]{0,39})*$", _("Write keys with commas between them.")
)
MATCH = [("all", _("all of them hold")), ("any", _("one of them holds"))]
OTHERWISE = [("optional", _("shown as optional")), ("hidden", _("hidden"))]
DOES = [
    ("early", _("this module is opened earlier than its place")),
    ("skip", _("this module is left out")),
    ("replace", _("another module takes its place")),
]
WHO = [("therapist", _("the therapist decides")), ("patient", _("the patient decides"))]


def instrument_choices() -> list[tuple[str, str]]:
    """The instruments by their short names."""
    return sorted(((slug, one.short) for slug, one in shipped().items()), key=lambda pair: pair[1].lower())


class ScoreCondition(blocks.StructBlock):
    """The newest score of an instrument lies within limits."""

    instrument = blocks.ChoiceBlock(choices=instrument_choices, label=_("Instrument"))
    at_least = blocks.IntegerBlock(
        label=_("At this score or more"), required=False, min_value=0, max_value=1000
    )
    at_most = blocks.IntegerBlock(
        label=_("At this score or less"), required=False, min_value=0, max_value=1000
    )

    class Meta:
        icon = "form"
        label = _("The newest score of an instrument")


class ComparedCondition(blocks.StructBlock):
    """One instrument's newest score is higher than another's."""

    instrument = blocks.ChoiceBlock(choices=instrument_choices, label=_("This instrument's newest score"))
    above = blocks.ChoiceBlock(choices=instrument_choices, label=_("is higher than that of"))

    class Meta:
        icon = "order"
        label = _("One score higher than another")


class AnswerCondition(blocks.StructBlock):
    """What the patient has handed in at a step: a word chosen, or a number within limits."""

    step = blocks.CharBlock(label=_("Key of the step with the exercise"), max_length=40, validators=[KEY])
    field = blocks.CharBlock(label=_("Name of the field in the exercise"), max_length=60)
    equals = blocks.CharBlock(label=_("Is exactly"), required=False, max_length=200)
    at_least = blocks.IntegerBlock(label=_("Is this or more"), required=False, min_value=0, max_value=1000)
    at_most = blocks.IntegerBlock(label=_("Is this or less"), required=False, min_value=0, max_value=1000)

    class Meta:
        icon = "edit"
        label = _("An answer in an exercise")


class EntriesCondition(blocks.StructBlock):
    """How many entries the patient has handed in at a step."""

    entries = blocks.CharBlock(label=_("Key of the step with the exercise"), max_length=40, validators=[KEY])
    at_least = blocks.IntegerBlock(
        label=_("So many entries or more"), required=False, min_value=0, max_value=1000
    )
    at_most = blocks.IntegerBlock(
        label=_("So many entries or fewer"), required=False, min_value=0, max_value=1000
    )

    class Meta:
        icon = "list-ol"
        label = _("How many entries")


def conditions() -> blocks.StreamBlock:
    """A list of conditions of any kind."""
    return blocks.StreamBlock(
        [
            ("score", ScoreCondition()),
            ("compared", ComparedCondition()),
            ("answer", AnswerCondition()),
            ("entries", EntriesCondition()),
        ],
        label=_("Conditions"),
        max_num=10,
    )


class WhenBlock(blocks.StructBlock):
    """Conditions, and whether all must hold."""

    when = conditions()
    match = blocks.ChoiceBlock(choices=MATCH, label=_("Applies when"), default="all")

    class Meta:
        icon = "help"
        label = _("When")


class ShowBlock(WhenBlock):
    """For whom a step is an ordinary one, and what it is for the others."""

    otherwise = blocks.ChoiceBlock(choices=OTHERWISE, label=_("For the others it is"), default="optional")

    class Meta:
        icon = "view"
        label = _("Shown when")


class HoldBlock(WhenBlock):
    """When a module must not open before the therapist has looked."""

    say = blocks.CharBlock(label=_("What the therapist should do first"), required=False, max_length=500)

    class Meta:
        icon = "lock"
        label = _("Held back when")


class OfferBlock(WhenBlock):
    """A branch: what is offered, to whom, and when."""

    key = blocks.CharBlock(
        label=_("Key"),
        max_length=40,
        validators=[KEY],
        help_text=_("Never change it once patients have started."),
    )
    does = blocks.ChoiceBlock(choices=DOES, label=_("What is offered"))
    instead = blocks.CharBlock(
        label=_("Key of the module that takes the place"), required=False, max_length=40, validators=[KEY]
    )
    who = blocks.ChoiceBlock(choices=WHO, label=_("Who decides"), default="therapist")
    after = blocks.CharBlock(
        label=_("Not before these modules are handed in"),
        required=False,
        validators=[KEYS],
        help_text=_("Keys of modules with commas between. Empty: at once."),
    )
    say = blocks.CharBlock(label=_("What the one who decides should know"), required=False, max_length=500)

    class Meta:
        icon = "redirect"
        label = _("Offer")


def shown_when() -> blocks.StreamBlock:
    """For whom a step is meant, by score or answer; nothing said: for everybody."""
    return blocks.StreamBlock(
        [("when", ShowBlock())], label=_("Only for some: by score or answer"), required=False, max_num=1
    )


def for_subtypes() -> blocks.CharBlock:
    """For which subtypes a step is meant; nothing said: for everybody."""
    return blocks.CharBlock(
        label=_("Only for these subtypes"),
        required=False,
        validators=[KEYS],
        help_text=_("Keys of the program's subtypes with commas between. Empty: for everybody."),
    )


class OptionBlock(blocks.StructBlock):
    """One of the things a patient may choose."""

    key = blocks.CharBlock(
        label=_("Key"),
        max_length=40,
        validators=[KEY],
        help_text=_("Never change it once patients have started."),
    )
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    about = blocks.TextBlock(label=_("In a few words"), required=False, max_length=1000)
    of = blocks.CharBlock(
        label=_("What belongs to it"),
        validators=[KEYS],
        help_text=_("Keys with commas between: of steps in a module's choice, of modules in a program's."),
    )
    suggest = blocks.StreamBlock(
        [("when", WhenBlock())], label=_("Suggested when"), required=False, max_num=1
    )

    class Meta:
        icon = "tick"
        label = _("Option")


class ChoiceGroupBlock(blocks.StructBlock):
    """A choice the patient makes herself; she may change it until she has handed in."""

    key = blocks.CharBlock(
        label=_("Key"),
        max_length=40,
        validators=[KEY],
        help_text=_("Never change it once patients have started."),
    )
    title = blocks.CharBlock(label=_("What the patient is asked to choose"), max_length=200)
    about = blocks.TextBlock(label=_("In a few words"), required=False, max_length=1000)
    least = blocks.IntegerBlock(label=_("At least so many"), default=1, min_value=1, max_value=12)
    most = blocks.IntegerBlock(label=_("At most so many"), default=1, min_value=1, max_value=12)
    options = blocks.ListBlock(OptionBlock(), label=_("Options"), min_num=2, max_num=12)

    class Meta:
        icon = "list-ul"
        label = _("Choice")


class SubtypeBlock(blocks.StructBlock):
    """A form of the condition with steps of its own, which the therapist opens."""

    key = blocks.CharBlock(
        label=_("Key"),
        max_length=40,
        validators=[KEY],
        help_text=_("Never change it once patients have started."),
    )
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    about = blocks.TextBlock(label=_("When it fits"), required=False, max_length=500)

    class Meta:
        icon = "tag"
        label = _("Subtype")
