"""Decides which of Wagtail's own addresses exist here, and whose thing each one's argument must name.

Whatever is not named is a missing page, so a new version of Wagtail brings no new way in.
"""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """What an address is about, and therefore which border its argument is held against."""

    NOTHING = "nothing that belongs to a unit"
    # Wagtail lists there only what lies below an editor's own pages, so pages above those may be asked for.
    BRANCH = "a page of hers, or one above them"
    PAGE = "a page of hers"
    PICTURE = "a picture on her unit's shelf"
    RECORDING = "a recording on her unit's shelf"


# The argument by name, or its place where Wagtail gives it none.
About = tuple[Kind, str | int]
_NOTHING: About = (Kind.NOTHING, "")


def _about(kind: Kind, argument: str | int, *names: str) -> dict[str, About]:
    return dict.fromkeys(names, (kind, argument))


def _free(*names: str) -> dict[str, About]:
    return dict.fromkeys(names, _NOTHING)


# What a page's own editor needs, the start page's keeper too.
OF_ONE_PAGE: dict[str, About] = {
    **_about(
        Kind.PAGE,
        "page_id",
        "wagtailadmin_pages:edit",
        "wagtailadmin_pages:preview_on_edit",
        "wagtailadmin_pages:view_draft",
        "wagtailadmin_pages:usage",
        "wagtailadmin_pages:history",
        "wagtailadmin_pages:history_results",
        "wagtailadmin_pages:revisions_view",
        "wagtailadmin_pages:revisions_revert",
    ),
    **_about(Kind.PAGE, 0, "wagtailadmin_pages:revisions_compare"),
    **_about(Kind.PAGE, "object_id", "wagtailadmin_editing_sessions:ping"),
    **_free(
        "wagtailadmin_home",
        "wagtailadmin_sprite",
        "wagtailadmin_javascript_catalog",
        # Wagtail ends a session only for the person who has it.
        "wagtailadmin_editing_sessions:release",
        "wagtailadmin_choose_page_external_link",
        "wagtailadmin_choose_page_email_link",
        "wagtailadmin_choose_page_phone_link",
        "wagtailadmin_choose_page_anchor_link",
    ),
}
OF_A_TREE: dict[str, About] = {
    # Draws an example that stands in our code, chosen by a number of the block's own.
    **_free("wagtailadmin_explore_root", "wagtailadmin_block_preview"),
    **_about(Kind.BRANCH, "parent_page_id", "wagtailadmin_explore", "wagtailadmin_explore_results"),
    **_about(
        Kind.PAGE,
        "parent_page_id",
        "wagtailadmin_pages:add",
        "wagtailadmin_pages:preview_on_add",
        "wagtailadmin_pages:add_subpage",
    ),
    **_about(Kind.PAGE, "page_id", "wagtailadmin_pages:delete"),
    **_about(Kind.PAGE, "page_to_move_id", "wagtailadmin_pages:set_page_position"),
}
# Lists and choosers name no picture: Wagtail shows there what lies on shelves that she may choose from.
OF_SHELVES: dict[str, About] = {
    **_free(
        "wagtailimages:index",
        "wagtailimages:index_results",
        "wagtailimages:add",
        "wagtailimages:add_multiple",
        # Wagtail gives half-finished uploads to the person who sent them and to nobody else.
        "wagtailimages:create_multiple_from_uploaded_image",
        "wagtailimages:delete_upload_multiple",
        "wagtailimages_chooser:choose",
        "wagtailimages_chooser:choose_results",
        "wagtailimages_chooser:create",
        "wagtaildocs:index",
        "wagtaildocs:index_results",
        "wagtaildocs:add",
        "wagtaildocs:add_multiple",
        "wagtaildocs:create_multiple_from_uploaded_document",
        "wagtaildocs:delete_upload_multiple",
        "wagtaildocs_chooser:choose",
        "wagtaildocs_chooser:choose_results",
        "wagtaildocs_chooser:create",
    ),
    **_about(
        Kind.PICTURE,
        "image_id",
        "wagtailimages:edit",
        "wagtailimages:delete",
        "wagtailimages:image_usage",
        "wagtailimages:edit_multiple",
        "wagtailimages:delete_multiple",
    ),
    **_about(Kind.PICTURE, "pk", "wagtailimages_chooser:chosen"),
    **_about(
        Kind.RECORDING, "document_id", "wagtaildocs:edit", "wagtaildocs:delete", "wagtaildocs:document_usage"
    ),
    **_about(Kind.RECORDING, "doc_id", "wagtaildocs:edit_multiple", "wagtaildocs:delete_multiple"),
    **_about(Kind.RECORDING, "pk", "wagtaildocs_chooser:chosen"),
}
# By a post to one of these a draft becomes another; who sends it has written in the draft (programs/authorship.py).
CHANGES = frozenset(
    {
        "wagtailadmin_pages:edit",
        "wagtailadmin_pages:add",
        "wagtailadmin_pages:delete",
        "wagtailadmin_pages:set_page_position",
        "wagtailadmin_pages:revisions_revert",
        "wagtailimages:edit",
        "wagtailimages:edit_multiple",
        "wagtaildocs:edit",
        "wagtaildocs:edit_multiple",
    }
)
# What the frame of Wagtail's admin asks for, around pages of ours; reviewers open nothing else.
FOR_REVIEWERS: dict[str, About] = _free(
    "wagtailadmin_home", "wagtailadmin_sprite", "wagtailadmin_javascript_catalog"
)
FOR_KEEPERS = OF_ONE_PAGE
FOR_EDITORS = {**OF_ONE_PAGE, **OF_A_TREE, **OF_SHELVES}
