"""Words of Wagtail's own screens that its Swedish lacks and authors meet, named here to be translated with ours."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

# Wagtail asks for these itself, and finds them in our catalogue.
WORDS = [
    gettext_noop("Exploring"),
    gettext_noop("any"),
    gettext_noop("Any"),
    gettext_noop("%(field_label)s:"),
    gettext_noop("Date updated"),
    gettext_noop("Compare"),
    gettext_noop("Saved"),
    gettext_noop("Autosave is paused"),
    gettext_noop("Autosave is <span>paused</span>"),
    gettext_noop("There are validation errors, click save to highlight them."),
    gettext_noop("Saving will overwrite a newer version."),
    gettext_noop("You saved a new version in another window"),
    gettext_noop("%(user_name)s saved a new version"),
    gettext_noop("%(user_name)s has unsaved changes"),
    gettext_noop("View latest version"),
    gettext_noop("Currently viewing"),
    gettext_noop("Currently idle"),
    gettext_noop("Proceeding will overwrite the changes you made in that window."),
    gettext_noop("Proceeding will overwrite the changes made by %(user_name)s."),
    gettext_noop("Alternatively, you can view the latest version in a new tab."),
    gettext_noop("A network error occurred"),
    gettext_noop(
        "Troubleshoot your connection to the site before proceeding. Open the editor in a separate tab to view the "
        "last saved version."
    ),
    gettext_noop("Side panels"),
    gettext_noop("Side panel width"),
    gettext_noop("Show issue"),
    gettext_noop("Refresh"),
    gettext_noop("Refreshing…"),
    gettext_noop("There are no %(model_name)s to display."),
    gettext_noop('There are no %(model_name)s to display. Why not <a href="%(add_url)s">add one</a>?'),
    gettext_noop("Enable custom ordering"),
    gettext_noop("Disable custom ordering"),
    gettext_noop("'%(page_title)s' has been moved successfully."),
    gettext_noop(
        "Focus on the drag button and press up or down arrows to move the item, then press enter to submit the change."
    ),
    gettext_noop(
        "You are viewing a previous version of this %(model_name)s from <b>%(created_at)s</b> by %(user)s"
    ),
    gettext_noop("Maximum filesize: %(max_upload_size)s."),
    gettext_noop("The filter options you have selected are not valid."),
    gettext_noop("%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s"),
    gettext_noop("%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s across entire site."),
    gettext_noop(
        "%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s in "
        "'<span class=\"w-title-ellipsis\">%(title)s</span>'."
    ),
]
# Its scripts ask a catalogue of their own, which ours is added to (js/wagtail-admin.js).
SCRIPT_WORDS = [
    gettext_noop("A network error occurred."),
    gettext_noop("A server error occurred."),
    gettext_noop("Autosave in progress…"),
    gettext_noop("Changes have been autosaved."),
    gettext_noop("Complex"),
    gettext_noop("Fair"),
    gettext_noop("Good"),
    gettext_noop("Pin toolbar"),
    gettext_noop("Unpin toolbar"),
    gettext_noop("Search options…"),
]


def script_words() -> dict[str, str]:
    """Each of the scripts' words as the reader's language has it."""
    return {word: gettext(word) for word in SCRIPT_WORDS}
