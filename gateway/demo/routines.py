"""The demo's routine templates: the library's, and one that each demo client has written itself."""

from dataclasses import dataclass, field

from domain.routines.steps import Block, Step, StepKind

LONG_MINUTES, TWICE = 15, 2
SPECS = {"w": Block.WARMUP, "m": Block.MAIN, "c": Block.COOLDOWN}
GUIDED = {
    "breathe": ("Slow Breathing", "緩慢呼吸", 60),
    "settle": ("Stand Tall and Settle", "站穩調息", 30),
    "stretch-calf": ("Calf Stretch at the Wall", "扶牆小腿伸展", 45),
    "stretch-chest": ("Chest Opener", "擴胸伸展", 45),
    "stretch-hip": ("Seated Hip Stretch", "坐姿髖部伸展", 60),
    "shake-out": ("Shake It Out", "全身放鬆抖動", 30),
    "body-scan": ("Body Scan", "身體掃描放鬆", 120),
    "count-back": ("Count Back by Threes", "每次減三倒數", 60),
}
"""Guided steps: their titles, and how many seconds they take."""


@dataclass(frozen=True)
class Routine:
    """`plan`: block, exercise or guided step, repetitions and seconds of rest after it, such as "m squat 12 30".

    From a quarter of an hour on the main part is done twice.
    """

    name: str
    name_zh: str
    description: str
    goal: str
    intensity: str
    minutes: int
    risk_tiers: tuple[str, ...]
    plan: tuple[str, ...]
    equipment: tuple[str, ...] = ()
    tags: tuple[str, ...] = field(default=())

    @property
    def steps(self) -> list[Step]:
        main = [line for line in self.plan if line[0] == "m"]
        rounds = TWICE if self.minutes >= LONG_MINUTES else 1
        first = self.plan.index(main[0])
        lines = [*self.plan[:first], *main * rounds, *self.plan[first + len(main) :]]
        return [_step(index, *line.split()) for index, line in enumerate(lines)]


def _step(index: int, block: str, what: str, target: str = "0", rest: str = "0") -> Step:
    step_id = f"step_{index + 1:03d}"
    if what in GUIDED:
        title, title_zh, seconds = GUIDED[what]
        return Step(
            step_id, SPECS[block], StepKind.GUIDED, title=title, title_zh=title_zh, duration_seconds=seconds
        )
    return Step(
        step_id,
        SPECS[block],
        StepKind.AI_MOVE,
        exercise_id=what,
        target_value=int(target) or None,
        rest_seconds_after=int(rest) or None,
    )


ALL, CAREFUL, ABLE = ("low", "moderate", "high"), ("low", "moderate"), ("low",)
LIBRARY = (
    Routine(
        "Balance Builder A", "平衡建立 A", "Steady feet, a chair at hand.", "balance", "moderate", 20, CAREFUL,
        ("w march-basic 20 15", "w shoulder-roll 10 10", "m heel-raise 12 30", "m single-leg-stand 20 30",
         "m side-step 16 30", "c stretch-calf", "c breathe"), ("chair",), ("standing",),
    ),
    Routine(
        "Balance Builder B", "平衡建立 B", "The next step: narrower, slower, longer.",
        "balance", "moderate", 20, CAREFUL,
        ("w march-basic 24 15", "w hip-circle 10 10", "m tandem-stand 30 30", "m single-leg-stand 30 30",
         "m mini-squat 10 30", "c stretch-hip", "c breathe"), ("chair",), ("standing",),
    ),
    Routine(
        "Steady on Your Feet", "站得穩", "A first balance routine, mostly holding on.", "balance", "low", 15, ALL,
        ("w shoulder-roll 8 10", "m heel-raise 8 40", "m side-step 10 40", "c stretch-calf", "c settle"),
        ("chair",), ("gentle",),
    ),
    Routine(
        "Fall Guard", "防跌守護", "Getting up, turning and reaching, as in daily life.",
        "fall-prevention", "low", 15, ALL,
        ("w march-basic 16 20", "m sit-to-stand 6 45", "m side-step 10 45", "m knee-extension 8 30", "c breathe"),
        ("chair",), ("gentle", "seated"),
    ),
    Routine(
        "Chair Strength", "椅上肌力", "Legs and arms from a chair.", "strength", "low", 15, ALL,
        ("w shoulder-roll 10 10", "m sit-to-stand 8 40", "m knee-extension 12 30", "m wall-push-up 8 40",
         "c stretch-hip"), ("chair", "wall"), ("seated", "gentle"),
    ),
    Routine(
        "Everyday Strength", "日常肌力", "What stairs and shopping bags ask for.", "strength", "moderate", 25, CAREFUL,
        ("w march-basic 20 15", "m mini-squat 12 40", "m wall-push-up 12 40", "m sit-to-stand 12 40",
         "m heel-raise 15 30", "c stretch-chest", "c stretch-calf"), ("chair", "wall"), ("standing",),
    ),
    Routine(
        "Band Strength", "彈力帶肌力", "Back and shoulders with a band.", "strength", "moderate", 20, CAREFUL,
        ("w arm-circle 16 10", "m band-row 12 40", "m mini-squat 12 40", "m band-row 12 40", "c stretch-chest"),
        ("resistance band",), ("upper-body",),
    ),
    Routine(
        "Morning Mobility", "晨間活動", "Loosen every joint before breakfast.", "mobility", "low", 10, ALL,
        ("w shoulder-roll 10", "m arm-circle 16 10", "m torso-twist 12 10", "m hip-circle 10 10", "c shake-out"),
        (), ("gentle", "standing"),
    ),
    Routine(
        "Brisk Twenty", "輕快二十分鐘", "Warm, out of breath, still able to talk.",
        "endurance", "moderate", 20, CAREFUL,
        ("w march-basic 30 10", "m step-jack 20 30", "m side-step 20 30", "m shadow-box 40 30", "c shake-out",
         "c breathe"), (), ("cardio", "standing"),
    ),
    Routine(
        "Power Intervals", "強力間歇", "Short and hard, for legs that are ready.", "endurance", "high", 20, ABLE,
        ("w march-basic 30 15", "m high-knees 40 40", "m squat 15 40", "m high-knees 40 40", "m squat 15 40",
         "c stretch-calf", "c breathe"), (), ("cardio",),
    ),
    Routine(
        "Step and Think", "邊走邊想", "Balance with a task for the mind.", "cognition", "low", 15, ALL,
        ("w march-basic 16 15", "m side-step 12 20", "m count-back", "m heel-raise 10 30", "c settle"),
        ("chair",), ("dual-task",),
    ),
    Routine(
        "Evening Calm", "晚間放鬆", "Slow down before sleep.", "relaxation", "low", 10, ALL,
        ("w shoulder-roll 8", "m stretch-chest", "m stretch-hip", "m body-scan", "c breathe"), (), ("gentle",),
    ),
)  # fmt: skip
OWN = {
    "gofa": Routine(
        "Clinic Welcome Routine", "診所迎新訓練", "What we do together in the first week.", "balance", "low", 15, ALL,
        ("w march-basic 16 15", "m sit-to-stand 8 30", "m heel-raise 10 30", "c breathe"), ("chair",), ("gentle",),
    ),
    "harbour": Routine(
        "Harbour Walkers' Warm-Up", "海濱步行熱身", "Before the Saturday walk.", "endurance", "low", 10, ALL,
        ("w march-basic 20", "m side-step 12 10", "m heel-raise 10 10", "c shake-out"), (), ("standing",),
    ),
}  # fmt: skip
"""By client id."""
SWITCHED_ON = {
    "gofa": tuple(routine.name for routine in LIBRARY if routine.name != "Evening Calm"),
    "harbour": ("Balance Builder A", "Steady on Your Feet", "Morning Mobility", "Brisk Twenty"),
}
