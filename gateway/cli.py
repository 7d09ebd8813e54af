"""The `gateway` command."""

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError
from sqlalchemy.exc import SQLAlchemyError
from typer.core import TyperGroup
from typer.main import get_command, get_group

from domain.errors import Unavailable
from gateway.documents.manifests import BadManifest

PLAIN: dict[str, Any] = {"add_completion": False, "pretty_exceptions_enable": False}
COMMANDS = {
    "serve": "serving:serve",
    "worker": "serving:worker",
    "demo": "demo:demo",
    "schema": "schema:schema",
    "import": "importing:import_files",
    "rescore": "rescoring:rescore",
    "reprocess": "rescoring:reprocess",
    "jobs": "jobs:app",
    "mail": "mail:app",
    "partners": "partners:app",
    "programs": "programs:app",
    "clients": "clients:app",
    "assessments": "assessments:app",
    "webhooks": "webhooks:app",
    "keys": "keys:app",
    "templates": "templates:app",
    "users": "users:app",
}
"""By name: the module of `gateway.commands` that has it, and what it is called there."""


class Commands(Mapping[str, Any]):
    """Each is imported when it is asked for: what one needs is a fraction of what all do."""

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)

    def __getitem__(self, name: str) -> Any:
        module, _, attribute = COMMANDS[name].partition(":")
        found = getattr(import_module(f"gateway.commands.{module}"), attribute)
        command: Any = get_group(found) if isinstance(found, typer.Typer) else get_command(_of(found))
        command.name = name
        return command


class Group(TyperGroup):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands: Any = Commands()


def _of(function: Any) -> typer.Typer:
    single = typer.Typer(**PLAIN)
    single.command()(function)
    return single


app = typer.Typer(cls=Group, no_args_is_help=True, **PLAIN)


@app.callback()
def gateway() -> None:
    """An open gateway for health and training data."""


def _setting_refused(error: ErrorDetails) -> str:
    """A rule about several settings has no place in one, and names them itself."""
    sentence = error["msg"].removeprefix("Value error, ")
    return f"GATEWAY_{str(error['loc'][0]).upper()}: {sentence}" if error["loc"] else sentence


def main() -> None:
    """What an operator can mend is told in a sentence; anything else is a bug and keeps its traceback."""
    try:
        app()
    except ValidationError as error:
        sys.exit("\n".join(_setting_refused(each) for each in error.errors()))
    except SettingsError as error:
        name = str(error).partition('"')[2].partition('"')[0]
        sys.exit(f"GATEWAY_{name.upper()}: takes JSON, such as [5, 300]")
    except BadManifest as error:
        sys.exit(f"GATEWAY_TRUSTED_DOCUMENTS: {error}")
    except Unavailable as error:
        sys.exit(f"gateway: {error.message}")
    except SQLAlchemyError as error:
        sys.exit(f"The database cannot be used, see GATEWAY_DATABASE_URL: {error.args[0]}")
    except OSError as error:
        sys.exit(f"gateway: {error}")
