"""Drops what 0013 has carried over."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_carry_wish_for_mail")]

    operations = [migrations.RemoveField(model_name="person", name="wants_mail")]
