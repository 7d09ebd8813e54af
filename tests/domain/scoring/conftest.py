from hypothesis import settings

# A busy machine must not fail a property: how long scoring takes is for bench/scoring_day.py to say.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
