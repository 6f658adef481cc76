"""High risk alerts that somebody had taken before that had a clock get the two hours that there are by default."""

from datetime import datetime, timedelta

from django.apps.registry import Apps
from django.db import migrations
from django.utils import timezone


def put_on_the_clock(apps: Apps, at: datetime) -> None:
    """Each that is taken and open is asked after two hours from `at`."""
    alert = apps.get_model("treatments", "Alert")
    held = alert._base_manager.filter(
        kind="risk", level="high", taken_at__isnull=False, closed_at=None, ask_after_at=None
    )
    held.update(ask_after_at=at + timedelta(hours=2))


def now(apps, schema_editor):
    put_on_the_clock(apps, timezone.now())


class Migration(migrations.Migration):
    dependencies = [("treatments", "0026_alert_taken_clock")]

    operations = [migrations.RunPython(now, migrations.RunPython.noop)]
