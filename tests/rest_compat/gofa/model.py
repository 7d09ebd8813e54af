"""AI Training in plain Python: what several users and an administrator should see, whatever they do."""

from dataclasses import dataclass, field
from itertools import count

OPEN = ("queued", "in-progress")
STEPS = ("march-basic", "squat", "squat", None)
"""The exercise of each step of every routine; None is the guided one."""


@dataclass
class Step:
    guided: bool
    sessions: list = field(default_factory=list)
    told: bool = False
    skipped: bool = False
    status: str = "pending"
    seconds: int = 0

    def recompute(self):
        completed = [seconds for status, seconds in self.sessions if status == "completed"]
        if self.told or completed:
            self.status = "completed"
        elif self.skipped:
            self.status = "skipped"
        else:
            self.status = "in-progress" if self.sessions else "pending"
        counts = completed or [seconds for _, seconds in self.sessions]
        self.seconds = counts[-1] if counts else 60 if self.told else 0


@dataclass
class Instance:
    id: str
    template: str
    plan: int
    index: int
    status: str = "queued"
    deferred: int = 0


@dataclass
class Run:
    id: str
    instance: Instance
    status: str = "created"
    steps: list = field(default_factory=lambda: [Step(exercise is None) for exercise in STEPS])

    @property
    def completed(self):
        return sum(step.status == "completed" for step in self.steps)


@dataclass
class User:
    plan: int | None = None
    plan_status: str | None = None
    instances: list = field(default_factory=list)
    runs: list = field(default_factory=list)
    numbers: count = field(default_factory=count)

    @property
    def queue(self):
        return sorted((one for one in self.instances if one.status in OPEN), key=lambda one: one.index)

    @property
    def shown(self):
        """Each template once: what is begun, or else the first."""
        best = {}
        for one in sorted(self.queue, key=lambda one: (one.status != "in-progress", one.index)):
            best.setdefault(one.template, one)
        return [one for one in self.queue if best[one.template] is one]

    def next_index(self):
        return max((one.index for one in self.queue), default=-1) + 1

    def new_plan(self, status="active"):
        for one in self.instances:
            if one.status == "queued":
                one.status = "cancelled"
        self.plan, self.plan_status = next(self.numbers), status

    def enqueue(self, ids_and_templates):
        for id_, template in ids_and_templates:
            self.instances.append(Instance(id_, template, self.plan, self.next_index()))

    def put_at(self, instance, index):
        if index >= instance.index:
            return
        for one in self.queue:
            if one.index >= index:
                one.index += 1
        instance.index = index

    def enter(self, run, status):
        run.status = status
        if status == "completed":
            run.instance.status = "completed"
            theirs = [one for one in self.instances if one.plan == run.instance.plan]
            if run.instance.plan == self.plan and not [one for one in theirs if one.status in OPEN]:
                self.plan_status = "completed"
        elif status == "abandoned":
            current = run.instance.plan == self.plan and self.plan_status == "active"
            run.instance.status = "queued" if current else "cancelled"

    def sync(self, run, indices):
        before = [(step.status, step.seconds) for step in run.steps]
        for index in indices:
            run.steps[index].recompute()
        if before == [(step.status, step.seconds) for step in run.steps]:
            return
        if run.status == "created" and any(step.status != "pending" for step in run.steps):
            run.status = "in-progress"
        if run.status == "in-progress" and all(step.status in ("completed", "skipped") for step in run.steps):
            self.enter(run, "completed")
