from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0002_sign_in_changed"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("new_message", "something new to read"),
                    ("sign_in_changed", "something changed about how one signs in"),
                    ("emergency_opened", "somebody opened a patient's data in an emergency"),
                ],
                max_length=40,
            ),
        ),
    ]
