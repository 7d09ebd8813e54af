"""Which documented operations are served: a Markdown table for each vendor, printed for the README by `python -m`."""

from tests.rest_compat.aiendurance import documents as aiendurance
from tests.rest_compat.gofa import documents as gofa
from tests.rest_compat.operations import State
from tests.rest_compat.pai import documents as pai
from tests.rest_compat.smartrunning import documents as smartrunning

VENDORS = {
    "PAI Health": pai.OPERATIONS,
    "SmartRunning": smartrunning.OPERATIONS,
    "AI Endurance": aiendurance.OPERATIONS,
    "GOFA AI Training": gofa.OPERATIONS,
}


def table(operations):
    rows = [
        f"| {o.api} | {o.method} | `{o.path}` | {o.purpose} | {_state(o)} |"
        for o in sorted(operations, key=lambda o: o.state is State.OPEN)
    ]
    return "\n".join(["| API | method | path | purpose | state |", "| --- | --- | --- | --- | --- |", *rows])


def summary(name, operations):
    served = sum(o.state is State.SERVED for o in operations)
    return f"### {name}: {served} of {len(operations)} documented operations are served"


def _state(operation):
    return operation.state if operation.issue is None else f"{operation.state} (issue {operation.issue})"


def main():
    print("\n\n".join(f"{summary(name, rows)}\n\n{table(rows)}" for name, rows in VENDORS.items()))  # noqa: T201


if __name__ == "__main__":
    main()
