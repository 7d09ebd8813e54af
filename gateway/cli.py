"""The `gateway` command."""

import typer

from gateway.commands import demo, importing, jobs, schema, serving

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="An open gateway for health and training data."
)
app.command("serve")(serving.serve)
app.command("worker")(serving.worker)
app.command("demo")(demo.demo)
app.command("schema")(schema.schema)
app.command("import")(importing.import_files)
app.add_typer(jobs.app, name="jobs")
