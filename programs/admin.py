"""Takes Wagtail's pictures, recordings and tags out of Django's admin: they are met in Wagtail, within borders."""

from __future__ import annotations

# Imported first, so that what they register stands before it is taken away; Django imports a module once.
import taggit.admin  # noqa: F401
import wagtail.documents.admin
import wagtail.images.admin  # noqa: F401
from django.contrib import admin
from taggit.models import Tag
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

admin.site.unregister([get_image_model(), get_document_model(), Tag])
