"""Adds the chain's columns, links the rows that stand already, and installs the triggers."""

from django.conf import settings
from django.db import migrations, models

from ikbt.audit.canonical import BEGINNING, FIELDS, digest, link
from ikbt.audit.chaining import install_chain, remove_chain
from ikbt.audit.guards import install_guards, remove_guards


def chain_standing_rows(apps, schema_editor):
    """Links the rows in the order of their ids; the QuerySet of a migration's model is Django's own."""
    rows = apps.get_model("audit", "Entry")._base_manager
    previous = BEGINNING
    for seq, row in enumerate(rows.order_by("id").values("id", *FIELDS).iterator(), start=1):
        own = digest(row)
        hash = link(seq=seq, row_id=row["id"], previous=previous, digest=own)
        rows.filter(pk=row["id"]).update(digest=own, seq=seq, previous_hash=previous, hash=hash)
        previous = hash


def install(apps, schema_editor):
    install_chain(schema_editor.connection)
    if settings.AUDIT_GUARDS:
        install_guards(schema_editor.connection)


def remove(apps, schema_editor):
    remove_guards(schema_editor.connection)
    remove_chain(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_first")]

    operations = [
        migrations.AlterField(
            model_name="entry",
            name="action",
            field=models.CharField(
                choices=[
                    ("read", "read"),
                    ("list", "shown in a list"),
                    ("create", "created"),
                    ("change", "changed"),
                    ("delete", "deleted"),
                    ("export", "taken out as a file"),
                    ("prune", "log cut by policy"),
                    ("sign_in", "signed in"),
                    ("sign_out", "signed out"),
                    ("refused", "refused"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField("entry", "digest", models.CharField(default="", editable=False, max_length=64)),
        migrations.AddField("entry", "seq", models.BigIntegerField(editable=False, null=True, unique=True)),
        migrations.AddField(
            "entry", "previous_hash", models.CharField(default="", editable=False, max_length=64)
        ),
        migrations.AddField("entry", "hash", models.CharField(default="", editable=False, max_length=64)),
        migrations.RunPython(chain_standing_rows, migrations.RunPython.noop),
        migrations.RunPython(install, remove),
    ]
