"""High risk alerts that stood open before alerts had a clock are passed on from now."""

from datetime import datetime

from django.apps.registry import Apps
from django.db import migrations
from django.utils import timezone


def put_on_the_clock(apps: Apps, at: datetime) -> None:
    """Each that nobody has taken is due at `at`, and its owner has been asked."""
    alert = apps.get_model("treatments", "Alert")
    waiting = alert._base_manager.filter(
        kind="risk", level="high", taken_at=None, closed_at=None, escalates_at=None
    )
    for pk, owner in list(waiting.values_list("pk", "owner_id")):
        alert._base_manager.filter(pk=pk).update(escalates_at=at, asked=[str(owner)])


def now(apps, schema_editor):
    put_on_the_clock(apps, timezone.now())


class Migration(migrations.Migration):
    dependencies = [("treatments", "0016_course_history")]

    operations = [migrations.RunPython(now, migrations.RunPython.noop)]
