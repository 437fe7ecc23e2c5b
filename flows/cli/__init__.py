"""The console command `dovecote`: thin doors to what flows and blocks do as well.

`plan`, `doctor`, `export`, `feeds lint` and `sheets check` never import Prefect; `publish`, `reconcile`, `measure`,
`report` and `serve` run the flows, on the Prefect server there is or on one started for the purpose.
"""

import typer

from flows.cli.checking import doctor, feeds, sheets
from flows.cli.exporting import export
from flows.cli.planning import plan
from flows.cli.running import measure, publish, reconcile, report, serve
from flows.cli.showing import CODES

__all__ = ["app"]

app = typer.Typer(
    name="dovecote",
    help="Feeds and sheets to scheduled social posts, each exactly once.",
    epilog=CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (plan, publish, reconcile, measure, report, serve, doctor, export):
    app.command()(command)
app.add_typer(feeds, name="feeds")
app.add_typer(sheets, name="sheets")
