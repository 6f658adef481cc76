"""Versions from before: their facts are drawn from the outline, and each unit goes on with its own newest ones."""

from django.db import migrations

TOLD = {
    "title": "",
    "summary": "",
    "for_whom": "",
    "language": "",
    "weeks": 0,
    "level_of_care": [],
    "therapist_minutes_per_week": [],
    "conditions": [],
}


def activate_current(apps, schema_editor):
    Program = apps.get_model("programs", "Program")
    ProgramVersion = apps.get_model("programs", "ProgramVersion")
    Activation = apps.get_model("programs", "Activation")
    for version in ProgramVersion.objects.iterator(chunk_size=50):
        outline = version.outline
        version.facts = {
            **{name: outline.get(name, missing) for name, missing in TOLD.items()},
            "evidence": outline.get("evidence", {}).get("level", ""),
            "translates": outline.get("translates", {}).get("program", ""),
            "modules": len(outline.get("modules", [])),
        }
        version.save(update_fields=["facts"])
    for program in Program.objects.all():
        newest = ProgramVersion.objects.filter(program=program).order_by("-major", "-minor").first()
        if newest is not None:
            Activation.objects.create(
                unit_id=program.unit_id,
                program=program,
                version=newest,
                follows=True,
                activated_at=newest.published_at,
            )


def forget(apps, schema_editor):
    apps.get_model("programs", "Activation").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("programs", "0005_activations")]

    operations = [migrations.RunPython(activate_current, forget)]
