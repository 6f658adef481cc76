"""Carries the wish for no mail over to the wish for no notices, and back."""

from typing import Any

from django.db import migrations


def forward(apps: Any, schema: Any) -> None:
    apps.get_model("accounts", "Person").objects.filter(wants_mail=False).update(notices_by="none")


def back(apps: Any, schema: Any) -> None:
    apps.get_model("accounts", "Person").objects.filter(notices_by="none").update(wants_mail=False)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_notices_by")]

    operations = [migrations.RunPython(forward, back)]
