"""The OCD program's syllabus. What a patient of one kind reads is tried in `tests/programs/test_ocd_program.py`."""

from tests.programs.syllabi.syllabus import EVERY_TIME, Syllabus

OCD = Syllabus(
    key="ocd",
    weeks=12,
    therapist_minutes=(13, 20),
    persons=frozenset({"Amira", "Mats", "Emil", "Sofia"}),
    stems=(
        "01-om-tvang-och-behandlingen",
        "02-kartlaggning",
        "03-tankar-om-tankar",
        "04-bygg-trappan",
        "05-forsta-ovningarna",
        "06-upprepa-och-variera",
        "07-ritualer-i-huvudet",
        "08-de-svaraste-stegen",
        "09-livet-utan-tvang",
        "10-vidmakthalla",
    ),
    # The diary and the exposures are for every day; five entries a week are asked for.
    exercises={
        "m01": {"weekly_planner": None, "goal_setting": None, "ocd_log": 5},
        "m02": {"safety_behaviour_inventory": None, "ocd_log": 5},
        "m03": {"responsibility_pie": None, "thought_record": 3},
        "m04": {"exposure_hierarchy": None, "motivation_balance": None},
        "m05": {"erp_log": 5},
        "m06": {"erp_log": 5, "negative_effects_check": None},
        "m07": {"worry_exposure": None, "erp_log": 5},
        "m08": {"exposure_hierarchy": None, "erp_log": 5},
        "m09": {"values_compass": None, "activity_schedule": 3, "erp_log": 4},
        "m10": {"relapse_prevention_plan": None, "goal_setting": None, "negative_effects_check": None},
    },
    # The script is for those with whom the therapist has agreed on it.
    optional=frozenset({("m06", "negative_effects_check"), ("m07", "worry_exposure")}),
    continued={
        ("m02", "ocd_log"): "m01",
        ("m06", "erp_log"): "m05",
        ("m07", "erp_log"): "m06",
        ("m08", "erp_log"): "m07",
        ("m08", "exposure_hierarchy"): "m04",
        ("m09", "erp_log"): "m08",
        ("m10", "goal_setting"): "m01",
    },
    # OCI-R is asked where the unit has brought its wording, PHQ-9 everywhere: it holds the question about death.
    measures={"phq-9": EVERY_TIME, "oci-r": EVERY_TIME},
    mid_week=6,
    # All four kinds' examples together; each patient has one or two kinds.
    words=(800, 1500),
    steps=(8, 13),
    practice=(120, 300),
    lix=30,
    examples=("washing", "checking", "symmetry", "thoughts"),
)
