"""Workout and training-plan templates: authored by an organization, read by partners when public and active."""

from domain.templates.plans import TrainingPlanTemplate
from domain.templates.shelf import TemplateStatus, Visibility
from domain.templates.workouts import WorkoutTemplate

__all__ = ["TemplateStatus", "TrainingPlanTemplate", "Visibility", "WorkoutTemplate"]
