"""Decides what Wagtail lets anybody do with our pages: what would carry a page over a border is off for all."""

from __future__ import annotations

from typing import Any

from wagtail.models import PagePermissionTester

KEEPS_START_PAGE = "programs.change_startpage"


class PageRights(PagePermissionTester):
    """No copying, moving, locking, hiding, scheduling or sending for moderation; see decision 0019."""

    def can_copy(self) -> bool:
        return False

    def can_move(self) -> bool:
        return False

    def can_unpublish(self) -> bool:
        return False

    def can_unschedule(self) -> bool:
        return False

    def can_lock(self) -> bool:
        return False

    def can_unlock(self) -> bool:
        return False

    def can_set_view_restrictions(self) -> bool:
        return False

    def can_submit_for_moderation(self) -> bool:
        return False

    def can_publish_subpage(self) -> bool:
        return False


class DraftRights(PageRights):
    """Programs and modules: a version is published by our own verb, and by nothing in Wagtail."""

    def can_publish(self) -> bool:
        return False


class UnitPageRights(PageRights):
    """A unit's page stands as long as the unit does."""

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return False


class StartPageRights(UnitPageRights):
    """Its keepers may write and publish it; Wagtail's own permission would hand them all units' drafts too."""

    def __init__(self, user: Any, page: Any) -> None:
        super().__init__(user, page)
        self.permissions = {"change", "publish"} if user.has_perm(KEEPS_START_PAGE) else set()

    def can_add_subpage(self) -> bool:
        return False

    def can_reorder_children(self) -> bool:
        return False
