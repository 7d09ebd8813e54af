"""A walk through AI Training as a hypothesis state machine: every answer is compared with the model's."""

import asyncio
from collections import Counter
from typing import ClassVar

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from domain.settings import Settings
from gateway.app import Gateway
from tests.rest_compat.gofa.model import STEPS, Instance, Run, User
from tests.rest_compat.gofa.training import Training
from tests.world import World

LIMIT = 2
MOVES = {
    "created": {"created", "in-progress", "abandoned"},
    "in-progress": {"in-progress", "completed", "abandoned"},
    "completed": {"completed"},
    "abandoned": {"abandoned"},
}
TEMPLATES = {"Library on", "Own"}
WHO = st.sampled_from(["joe", "ann"])
PICK = st.integers(0, 5)
INDEX = st.integers(0, 4)


class Walk(RuleBasedStateMachine):
    """`new_database` gives the URL of an empty, migrated one; `operations` counts what was tried and how it ended."""

    operations: ClassVar[Counter] = Counter()

    @staticmethod
    def new_database():
        raise NotImplementedError

    @initialize()
    def begin(self):
        self.loop = asyncio.new_event_loop()
        url, data_dir = self.new_database()
        settings = Settings(
            data_dir=data_dir, database_url=url, embedded_worker=False, routine_defer_limit=LIMIT,
            public_url="http://gateway.test",
        )  # fmt: skip
        self.gateway = Gateway(settings)
        self.loop.run_until_complete(self._begin())
        self.users = {"joe": User(), "ann": User()}

    async def _begin(self):
        self.running = self.gateway.running()
        await self.running.__aenter__()
        self.world = await World.made(self.gateway.store)
        self.training = await Training.made(self.world)
        ann = await self.training.sign_up(self.world.ann, self.world.organization)
        self.headers = {"joe": self.training.user, "ann": ann, "admin": self.training.admin()}
        transport = httpx.ASGITransport(self.gateway, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://gateway.test")

    def teardown(self):
        if hasattr(self, "running"):
            self.loop.run_until_complete(self.client.aclose())
            self.loop.run_until_complete(self.running.__aexit__(None, None, None))
        if hasattr(self, "loop"):
            self.loop.close()

    def ask(self, who, method, path, status, json=None, **more):
        path = path if path.startswith("/api") else "/api/ai-training" + path
        request = self.client.request(method, path, json=json, headers=self.headers[who], **more)
        answer = self.loop.run_until_complete(request)
        Walk.operations[answer.status_code] += 1
        assert answer.status_code == status, (who, method, path, json, answer.text, status)
        return answer.json()

    def of_user(self, who):
        return f"/api/client/gofa/users/{getattr(self.world, who)}/ai-training"

    # --- plans

    @rule(who=WHO, frequency=st.integers(1, 4), again=st.booleans(), by_admin=st.booleans())
    def generate(self, who, frequency, again, by_admin):
        path = self.of_user(who) + "/assign-starter-plan" if by_admin else "/my-plan/generate"
        body = {"frequency": frequency, "allowDuplicateRoutineTemplates": again}
        made = self.ask("admin" if by_admin else who, "POST", path, 201, body)
        picked = [(one["routineInstanceId"], one["routineTemplateName"]) for one in made["routineInstances"]]
        assert len(picked) == (frequency if again else min(frequency, len(TEMPLATES)))
        assert len({name for _, name in picked}) == min(frequency, len(TEMPLATES))
        self.users[who].new_plan()
        self.users[who].enqueue(picked)

    @rule(who=WHO, place=st.none() | INDEX, again=st.booleans(), name=st.sampled_from(sorted(TEMPLATES)))
    def assign(self, who, place, again, name):
        user = self.users[who]
        body = {"routineTemplateId": str(self.training.templates[name]), "queueIndex": place,
                "allowDuplicateRoutineTemplates": again}  # fmt: skip
        taken = not again and name in {one.template for one in user.queue}
        made = self.ask(
            "admin", "POST", self.of_user(who) + "/assign-routine-template", 409 if taken else 201, body
        )
        if taken:
            return
        if user.plan_status != "active":
            user.new_plan()
        instance = Instance(made["routineInstance"]["routineInstanceId"], name, user.plan, user.next_index())
        user.instances.append(instance)
        if place is not None:
            user.put_at(instance, place)

    # --- the queue

    @precondition(lambda self: any(user.instances for user in self.users.values()))
    @rule(who=WHO, pick=PICK, latest=st.booleans())
    def start(self, who, pick, latest):
        user, instance = self._instance(who, pick, latest)
        if instance is None:
            return
        self._start(who, user, instance)

    def _start(self, who, user, instance):
        body = {"routineInstanceId": instance.id, "startedFrom": "walk"}
        status = {"queued": 201, "in-progress": 200}.get(instance.status, 409)
        answer = self.ask(who, "POST", "/routine-runs", status, body)
        if status == 201:
            user.runs.append(Run(answer["routineRun"]["routineRunId"], instance))
            instance.status = "in-progress"
        elif status == 200:
            [run] = [
                run
                for run in user.runs
                if run.instance is instance and run.status in ("created", "in-progress")
            ]
            assert answer["routineRun"]["routineRunId"] == run.id

    @precondition(lambda self: any(user.instances for user in self.users.values()))
    @rule(who=WHO, pick=PICK)
    def defer(self, who, pick):
        user, instance = self._instance(who, pick, latest=True)
        if instance is None:
            return
        allowed = instance.status == "queued" and instance.deferred < LIMIT
        self.ask(who, "POST", f"/routine-instances/{instance.id}/defer", 200 if allowed else 409)
        if allowed:
            instance.index = user.next_index()
            instance.deferred += 1

    # --- runs

    @precondition(lambda self: any(user.runs for user in self.users.values()))
    @rule(who=WHO, pick=PICK, status=st.sampled_from(sorted(MOVES)))
    def patch(self, who, pick, status):
        user, run = self._run(who, pick)
        if run is None:
            return
        nothing_done = status == "completed" and run.status == "in-progress" and not run.completed
        allowed = status in MOVES[run.status] and not nothing_done
        self.ask(who, "PATCH", f"/routine-runs/{run.id}", 200 if allowed else 409, {"status": status})
        if allowed and status != run.status:
            user.enter(run, status)

    @precondition(lambda self: any(user.runs for user in self.users.values()))
    @rule(
        who=WHO,
        pick=PICK,
        index=INDEX,
        status=st.sampled_from(["completed", "abandoned"]),
        seconds=st.integers(0, 99),
    )
    def exercise(self, who, pick, index, status, seconds):
        _, run = self._run(who, pick)
        if run is None:
            return
        exercise = STEPS[index] if index < len(STEPS) else "squat"
        body = {"exerciseId": exercise or "squat", "status": status, "durationSeconds": seconds,
                "context": {"routineRunId": run.id, "sequenceIndex": index}}  # fmt: skip
        fits = index < len(STEPS) and exercise is not None
        self.ask(who, "POST", "/api/ai-move/sessions", 201 if fits else 400, body)
        if fits:
            run.steps[index].sessions.append((status, seconds))

    @precondition(lambda self: any(user.runs for user in self.users.values()))
    @rule(who=WHO, pick=PICK, index=st.none() | INDEX, told=st.booleans(), skipped=st.booleans())
    def sync(self, who, pick, index, told, skipped):
        user, run = self._run(who, pick)
        if run is None:
            return
        senseless = (told and skipped) or ((told or skipped) and index is None)
        no_step = index is not None and index >= len(STEPS)
        wrong_kind = told and index is not None and not no_step and not run.steps[index].guided
        status = (
            400 if senseless else 409 if run.status == "abandoned" else 400 if no_step or wrong_kind else 200
        )
        body = {"sequenceIndex": index, "guidedComplete": told, "skipped": skipped}
        self.ask(who, "POST", f"/routine-runs/{run.id}/sync", status, body)
        if status == 200:
            if index is not None:
                run.steps[index].told |= told
                run.steps[index].skipped |= skipped
            user.sync(run, range(len(STEPS)) if index is None else [index])

    @precondition(lambda self: any(user.queue for user in self.users.values()))
    @rule(who=WHO, order=st.permutations(range(len(STEPS))), skip=st.booleans(), pick=PICK)
    def train(self, who, order, skip, pick):
        """A routine from its start to wherever its steps lead, in any order."""
        user = self.users[who]
        if not user.queue:
            return
        self._start(who, user, user.queue[pick % len(user.queue)])
        latest = min(pick, len(user.runs[-3:]) - 1)
        for index in order:
            guided = STEPS[index] is None
            if not (guided or skip):
                self.exercise(who, latest, index, "completed", 20 + index)
            self.sync(who, latest, index, told=guided and not skip, skipped=skip)

    # --- what everybody sees

    @rule(who=WHO)
    def look(self, who):
        user = self.users[who]
        plan = self.ask(who, "GET", "/my-plan", 200)["plan"]
        assert (plan and plan["status"]) == user.plan_status
        everything = {"allowDuplicateRoutineTemplates": "true"}
        for wanted, params in ((user.queue, everything), (user.shown, {})):
            seen = self.ask(who, "GET", "/my-routine-queue", 200, params=params)["routineInstances"]
            assert [
                (one["routineInstanceId"], one["queueIndex"], one["status"], one["deferCount"])
                for one in seen
            ] == [(one.id, one.index, one.status, one.deferred) for one in wanted]
        assert {self._seen(run) for run in self.ask(who, "GET", "/routine-runs", 200)["routineRuns"]} == {
            self._modelled(run) for run in user.runs
        }
        report = self.ask(who, "GET", "/progress-report", 200)
        done = sum(run.status == "completed" for run in user.runs)
        assert (report["totalRuns"], report["completedRuns"]) == (len(user.runs), done)

    @rule()
    def look_as_administrator(self):
        seen = self.ask("admin", "GET", "/records", 200, params={"limit": "500"})["records"]
        assert {self._seen(run) for run in seen} == {
            self._modelled(run) for user in self.users.values() for run in user.runs
        }

    @staticmethod
    def _seen(run):
        steps = tuple(step["status"] for step in run["exerciseSteps"])
        figures = run["summary"]["completedExercises"], run["summary"]["totalDurationSeconds"]
        return run["routineRunId"], run["status"], steps, figures

    @staticmethod
    def _modelled(run):
        steps = tuple(step.status for step in run.steps)
        return run.id, run.status, steps, (run.completed, sum(step.seconds for step in run.steps))

    def _instance(self, who, pick, latest):
        user = self.users[who]
        known = user.instances[-6:] if latest else user.instances
        return user, known[pick % len(known)] if known else None

    def _run(self, who, pick):
        user = self.users[who]
        known = user.runs[-3:]
        return user, known[pick % len(known)] if known else None
