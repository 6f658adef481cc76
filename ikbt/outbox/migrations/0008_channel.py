"""Adds the way a notice left; those sent before left by e-mail, and say nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0007_automatic")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="channel",
            field=models.CharField(
                blank=True, choices=[("email", "e-mail"), ("sms", "text message")], max_length=10
            ),
        ),
    ]
