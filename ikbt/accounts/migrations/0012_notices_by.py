"""Adds the way in which a person gets notices."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_snippets_and_keys")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="notices_by",
            field=models.CharField(
                choices=[("email", "e-mail"), ("sms", "text message (SMS)"), ("none", "no notices")],
                default="email",
                max_length=10,
                verbose_name="notices by",
            ),
        ),
    ]
