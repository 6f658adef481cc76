"""The depression program's syllabus."""

from tests.programs.syllabi.syllabus import EVERY_TIME, Syllabus

DEPRESSION = Syllabus(
    key="depression",
    weeks=12,
    therapist_minutes=(10, 20),
    persons=frozenset({"Elin", "Samir", "Birgitta", "Noa"}),
    stems=(
        "01-om-depression-och-kbt",
        "02-aktivitet-och-stamning",
        "03-beteendeaktivering",
        "04-fanga-tankarna",
        "05-prova-tankarna",
        "06-prova-i-handling",
        "07-oro-och-angest",
        "08-somn",
        "09-det-som-haller-i",
        "10-forebygga-aterfall",
        "11-relationer",
        "12-somn-i-korthet",
    ),
    exercises={
        "m01": {"weekly_planner": None, "goal_setting": None, "activity_diary": 4, "safety_plan": None},
        "m02": {"activity_diary": None, "functional_analysis": 3},
        "m03": {"values_compass": None, "activity_schedule": 6},
        "m04": {"thought_record": 4, "activity_schedule": None},
        "m05": {"thought_record": 4},
        "m06": {
            "behavioural_experiment": 2,
            "responsibility_pie": None,
            "activity_schedule": None,
            "negative_effects_check": None,
        },
        "m07": {"worry_time": 5, "problem_solving": 1, "exposure_hierarchy": None},
        "m08": {"sleep_diary": 7, "stimulus_control_plan": None, "sleep_window_plan": None},
        "m09": {"values_compass": None, "activity_schedule": None, "relapse_prevention_plan": None},
        "m10": {"relapse_prevention_plan": None, "goal_setting": None, "negative_effects_check": None},
        # In the place of m07 where GAD-7 is under 5, and of m08 where ISI is under 8.
        "m11": {
            "functional_analysis": 2,
            "behavioural_experiment": 1,
            "boundary_practice": 1,
            "activity_schedule": 2,
        },
        "m12": {"stimulus_control_plan": 1},
    },
    # The safety plan is demanded only when risk was noted, the pie is for those with guilt, and so on.
    optional=frozenset(
        {
            ("m01", "safety_plan"),
            ("m06", "responsibility_pie"),
            ("m06", "negative_effects_check"),
            ("m07", "exposure_hierarchy"),
            ("m08", "sleep_window_plan"),
        }
    ),
    continued={
        ("m02", "activity_diary"): "m01",
        ("m04", "activity_schedule"): "m03",
        ("m06", "activity_schedule"): "m03",
        ("m09", "values_compass"): "m03",
        ("m09", "activity_schedule"): "m03",
        ("m10", "relapse_prevention_plan"): "m09",
        ("m10", "goal_setting"): "m01",
        ("m11", "activity_schedule"): "m03",
    },
    measures={"phq-9": EVERY_TIME, "gad-7": EVERY_TIME - {"weekly"}, "isi": frozenset({"pre"})},
    mid_week=6,
    steps=(6, 10),
    # A shorter diary for who wrote none, and a step for who has been given a sleep window.
    examples=("kort", "fonster"),
    offered=frozenset({"m11", "m12"}),
)
