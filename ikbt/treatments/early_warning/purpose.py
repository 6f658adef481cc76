"""What the forecast is for and not for, as a unit signs it; a new wording asks for a new signature."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

VERSION = 1
PURPOSE = (
    _(
        "The forecast points out to the responsible therapist that a patient may need more support than planned."
    ),
    _("It is made from questionnaires and handed-in modules of the first weeks, and from nothing else."),
    _("It decides nothing: it opens, closes, changes, sends and orders nothing. The therapist judges."),
    _(
        "It says nothing of suicide risk. Risk is found by the risk questions alone, whatever the forecast says."
    ),
    _("It is shown to those who treat the patient, with its reasons and with how often it has been right."),
    _("The unit follows up whether it helps, and withdraws it when it does not."),
)
