"""Each open module is read from the version that its treatment points to, as it was until now."""

from __future__ import annotations

from django.db import migrations
from django.db.models import OuterRef, Subquery


def pin(apps, schema_editor):  # type: ignore[no-untyped-def]
    """A row whose version has no such module stays without."""
    progress = apps.get_model("treatments", "ModuleProgress")
    modules = apps.get_model("programs", "FrozenModule")
    of_row = modules.objects.filter(version=OuterRef("treatment__version"), key=OuterRef("module_key"))
    for row in (
        progress.objects.filter(module=None).annotate(read=Subquery(of_row.values("pk")[:1])).iterator()
    ):
        if row.read is not None:
            progress.objects.filter(pk=row.pk).update(module_id=row.read)


class Migration(migrations.Migration):
    dependencies = [("treatments", "0012_module_as_read")]
    operations = [migrations.RunPython(pin, migrations.RunPython.noop)]
