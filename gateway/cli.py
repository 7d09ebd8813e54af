"""The `gateway` command."""

import sys

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy.exc import SQLAlchemyError

from domain.errors import Unavailable
from gateway.commands import (
    assessments,
    clients,
    demo,
    importing,
    jobs,
    keys,
    mail,
    partners,
    programs,
    rescoring,
    schema,
    serving,
    templates,
    users,
    webhooks,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="An open gateway for health and training data.",
)
app.command("serve")(serving.serve)
app.command("worker")(serving.worker)
app.command("demo")(demo.demo)
app.command("schema")(schema.schema)
app.command("import")(importing.import_files)
app.command("rescore")(rescoring.rescore)
app.command("reprocess")(rescoring.reprocess)
app.add_typer(jobs.app, name="jobs")
app.add_typer(mail.app, name="mail")
app.add_typer(partners.app, name="partners")
app.add_typer(programs.app, name="programs")
app.add_typer(clients.app, name="clients")
app.add_typer(assessments.app, name="assessments")
app.add_typer(webhooks.app, name="webhooks")
app.add_typer(keys.app, name="keys")
app.add_typer(templates.app, name="templates")
app.add_typer(users.app, name="users")


def main() -> None:
    """What an operator can mend is told in a sentence; anything else is a bug and keeps its traceback."""
    try:
        app()
    except ValidationError as error:
        sys.exit(
            "\n".join(
                f"GATEWAY_{str(e['loc'][0]).upper()}: {e['msg'].removeprefix('Value error, ')}"
                for e in error.errors()
            )
        )
    except SettingsError as error:
        name = str(error).partition('"')[2].partition('"')[0]
        sys.exit(f"GATEWAY_{name.upper()}: takes JSON, such as [5, 300]")
    except Unavailable as error:
        sys.exit(f"gateway: {error.message}")
    except SQLAlchemyError as error:
        sys.exit(f"The database cannot be used, see GATEWAY_DATABASE_URL: {error.args[0]}")
    except OSError as error:
        sys.exit(f"gateway: {error}")
