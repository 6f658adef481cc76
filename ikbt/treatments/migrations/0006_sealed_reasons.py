"""Encrypt the reasons that staff write for opening a module early; back again they stand in the clear."""

from django.db import migrations, models

import ikbt.common.fields
from ikbt.common.sealing_migrations import sealing

COLUMNS = ("moduleprogress", "treatmentevent")


def altered(field, *models_named):
    return [migrations.AlterField(name, "reason", field) for name in models_named]


class Migration(migrations.Migration):
    dependencies = [("treatments", "0005_early_warning")]

    operations = [
        *altered(models.TextField(blank=True, default=""), *COLUMNS),
        *(sealing("treatments", name, "reason") for name in COLUMNS),
        *altered(ikbt.common.fields.EncryptedTextField(blank=True), *COLUMNS),
    ]
