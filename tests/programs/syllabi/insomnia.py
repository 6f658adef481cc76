"""The insomnia program's syllabus."""

from tests.programs.syllabi.syllabus import EVERY_TIME, Syllabus

INSOMNIA = Syllabus(
    key="insomnia",
    weeks=9,
    therapist_minutes=(10, 15),
    persons=frozenset({"Katarina", "Dawit", "Inger"}),
    stems=(
        "01-somnfakta",
        "02-kbt-vid-insomni",
        "03-somnrestriktion",
        "04-stimuluskontroll",
        "05-tankar-om-somn",
        "06-oro-och-stress",
        "07-dag-och-kvall",
        "08-vidmakthalla",
    ),
    # The diary runs on every week: the sleep window is titrated by five nights of it.
    exercises={
        "m01": {"weekly_planner": None, "sleep_diary": 4},
        # With the first week's four at least seven nights, which the first window needs.
        "m02": {"functional_analysis": 2, "goal_setting": None, "motivation_balance": None, "sleep_diary": 4},
        "m03": {"sleep_window_plan": None, "sleep_diary": 5},
        "m04": {"stimulus_control_plan": 5, "sleep_window_plan": None, "sleep_diary": 5},
        "m05": {
            "thought_record": 3,
            "behavioural_experiment": 1,
            "sleep_window_plan": None,
            "sleep_diary": 5,
            "negative_effects_check": None,
        },
        "m06": {"worry_time": 5, "relaxation_log": 5, "sleep_window_plan": None, "sleep_diary": 5},
        "m07": {"activity_schedule": 3, "sleep_window_plan": None, "sleep_diary": 5},
        "m08": {
            "relapse_prevention_plan": None,
            "goal_setting": None,
            "negative_effects_check": None,
            "sleep_diary": 5,
        },
    },
    optional=frozenset({("m05", "negative_effects_check"), ("m08", "negative_effects_check")}),
    continued={
        ("m02", "sleep_diary"): "m01",
        ("m03", "sleep_diary"): "m02",
        ("m04", "sleep_diary"): "m03",
        ("m04", "sleep_window_plan"): "m03",
        ("m05", "sleep_diary"): "m04",
        ("m05", "sleep_window_plan"): "m04",
        ("m06", "sleep_diary"): "m05",
        ("m06", "sleep_window_plan"): "m05",
        ("m07", "sleep_diary"): "m06",
        ("m07", "sleep_window_plan"): "m06",
        ("m08", "sleep_diary"): "m07",
        ("m08", "goal_setting"): "m02",
    },
    # ISI is asked where the unit has brought its wording, PHQ-9 everywhere: it holds the question about death.
    measures={
        "phq-9": EVERY_TIME,
        "isi": EVERY_TIME,
        "gad-7": frozenset({"screening", "pre", "post"}),
    },
    mid_week=5,
    words=(900, 1200),
    steps=(6, 11),
    lix=35,
)
