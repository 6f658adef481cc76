"""The transdiagnostic program's syllabus, in Swedish, and in its two translations."""

from dataclasses import replace

from tests.programs.syllabi.syllabus import EVERY_TIME, Syllabus

TRANSDIAGNOSTIC = Syllabus(
    key="transdiagnostic",
    weeks=8,
    therapist_minutes=(5, 10),
    persons=frozenset({"Yasmin", "Lennart", "Mira"}),
    stems=(
        "01-sa-hanger-det-ihop",
        "02-tankar",
        "03-kropp-och-aktivitet",
        "04-narma-sig",
        "05-fordjupa",
        "06-halla-i",
    ),
    exercises={
        "m01": {"weekly_planner": None, "goal_setting": None, "functional_analysis": 2},
        # One thought caught and two worked through: three records in all.
        "m02": {"thought_record": None, "worry_time": 3},
        "m03": {"activity_diary": 3, "activity_schedule": 4},
        # A ladder, or for who avoids little more activities instead.
        "m04": {
            "exposure_hierarchy": 1,
            "exposure_log": 3,
            "activity_schedule": 3,
            "negative_effects_check": None,
        },
        # One of four: worry and assertiveness are both tried out as an experiment.
        "m05": {"problem_solving": 1, "behavioural_experiment": 1, "values_compass": 1},
        "m06": {"relapse_prevention_plan": None, "goal_setting": None},
    },
    optional=frozenset({("m04", "negative_effects_check")}),
    continued={("m06", "goal_setting"): "m01"},
    # ISI and WSAS are asked where the unit has brought their wording.
    measures={
        "phq-9": EVERY_TIME,
        "gad-7": EVERY_TIME,
        "isi": frozenset({"pre"}),
        "wsas": frozenset({"pre", "post"}),
    },
    mid_week=4,
    words=(800, 1150),
    steps=(9, 11),
    lix=25,
)

# LIX counts letters, so that it orders English texts too (Björnsson 1983 compared eleven languages by it); English
# words are shorter, and the bound is the same as for Swedish.
IN_ENGLISH = replace(
    TRANSDIAGNOSTIC,
    key="transdiagnostic-en",
    language="en",
    translates="transdiagnostic",
    says=("Nobody reads in real time", "the numbers on the Help page"),
)
# Fewer words, and a sentence holds about five of them.
IN_EASY_SWEDISH = replace(
    TRANSDIAGNOSTIC, key="transdiagnostic-latt", translates="transdiagnostic", words=(550, 750), lix=15
)
