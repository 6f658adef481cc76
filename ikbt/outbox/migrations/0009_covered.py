"""Adds that a message was covered by another, and by which."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0008_channel")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="covered_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="outbox.notice",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="dropped",
            field=models.CharField(
                blank=True,
                choices=[
                    ("off", "the rule is switched off"),
                    ("paused", "the treatment is paused"),
                    ("ended", "the treatment has ended"),
                    ("done", "no longer needed"),
                    ("late", "too late"),
                    ("covered", "covered by another message"),
                    ("nobody", "the patient wants none, or can't be reached"),
                ],
                max_length=20,
            ),
        ),
    ]
