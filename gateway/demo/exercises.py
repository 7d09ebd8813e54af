"""The demo's library of AI Move exercises, in English and Traditional Chinese."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LibraryExercise:
    exercise_id: str
    name: str
    name_zh: str
    description: str
    category: str
    difficulty: str
    target_value: int
    calories: float
    type: str = "rep"


EXERCISES = (
    LibraryExercise(
        "march-basic", "March on the Spot", "原地踏步", "Lift one knee after the other, arms swinging.",
        "balance", "easy", 20, 6,
    ),
    LibraryExercise(
        "heel-raise", "Heel Raises", "提踵", "Rise onto the toes, lower slowly; hold a chair if needed.",
        "balance", "easy", 12, 4,
    ),
    LibraryExercise(
        "single-leg-stand", "Single-Leg Stand", "單腳站立", "Stand on one leg, a chair within reach.",
        "balance", "medium", 20, 3, "hold",
    ),
    LibraryExercise(
        "tandem-stand", "Tandem Stand", "前後腳直線站立", "One foot right before the other; look ahead.",
        "balance", "medium", 30, 3, "hold",
    ),
    LibraryExercise(
        "side-step", "Side Steps", "側步", "Step to the side and back, knees soft.",
        "balance", "easy", 16, 6,
    ),
    LibraryExercise(
        "sit-to-stand", "Sit to Stand", "坐立起身", "Stand up from a chair without using the hands.",
        "strength", "easy", 10, 6,
    ),
    LibraryExercise(
        "wall-push-up", "Wall Push-Ups", "牆壁掌上壓", "Hands on the wall, bend and straighten the arms.",
        "strength", "easy", 12, 5,
    ),
    LibraryExercise(
        "mini-squat", "Mini Squats", "微蹲", "Bend the knees a little, weight on the heels.",
        "strength", "medium", 12, 7,
    ),
    LibraryExercise(
        "squat", "Squats", "深蹲", "Sit back as if into a chair, chest up.",
        "strength", "hard", 15, 11,
    ),
    LibraryExercise(
        "knee-extension", "Seated Knee Extensions", "坐姿伸膝", "Straighten one leg, hold, lower.",
        "strength", "easy", 12, 4,
    ),
    LibraryExercise(
        "band-row", "Band Rows", "彈力帶划船", "Pull the band to the ribs, shoulders down.",
        "strength", "medium", 12, 6,
    ),
    LibraryExercise(
        "shoulder-roll", "Shoulder Rolls", "肩部繞環", "Big slow circles, forwards and back.",
        "mobility", "easy", 10, 2,
    ),
    LibraryExercise(
        "arm-circle", "Arm Circles", "手臂繞環", "Small circles that grow, arms to the sides.",
        "mobility", "easy", 16, 3,
    ),
    LibraryExercise(
        "torso-twist", "Standing Torso Twists", "站立轉體", "Turn from the waist, hips still.",
        "mobility", "easy", 12, 4,
    ),
    LibraryExercise(
        "hip-circle", "Hip Circles", "髖部繞環", "Hands on the hips, draw circles.",
        "mobility", "easy", 10, 3,
    ),
    LibraryExercise(
        "high-knees", "High Knees", "高抬腿", "Run on the spot, knees to hip height.",
        "endurance", "hard", 40, 14,
    ),
    LibraryExercise(
        "step-jack", "Step Jacks", "踏步開合", "A jumping jack without the jump.",
        "endurance", "medium", 20, 9,
    ),
    LibraryExercise(
        "shadow-box", "Shadow Boxing", "空拳", "Light punches, feet moving.",
        "endurance", "medium", 40, 12,
    ),
)  # fmt: skip
