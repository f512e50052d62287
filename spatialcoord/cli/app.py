"""The commands and what they take; what each does is in its own module."""

from __future__ import annotations

import gc
import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from spatialcoord import __version__
from spatialcoord.cli.guard import guarded, tell_of_fonts

# plain help: rich would double the time to the first line
app = typer.Typer(
    help="Who gets what, when and by which means, among regions: plans that can be signed, with a certificate.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

SET = "Change one value of the scenario: programme.floor=0.4; instruments.NAME=null takes an instrument out."
CaseName = Annotated[
    str, typer.Argument(help="Name of a bundled case (china), or a folder with a scenario.yaml.")
]
Overrides = Annotated[list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help=SET)]
Lang = Annotated[str, typer.Option("--lang", help="Language of what is printed and written: en or zh.")]


def main() -> None:
    """Entry point of the command ``spatialcoord``."""
    # imports make many objects that live to the end: looking through them again and again costs a tenth of a run
    gc.set_threshold(200_000, 20, 20)
    for stream in (sys.stdout, sys.stderr):
        # a terminal that cannot write a character shows a stand-in; a plan is not lost to an encoding
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app(prog_name="spatialcoord")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"spatialcoord {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop."),
    ] = False,
) -> None:
    pass


@app.command("run")
@guarded
def run(
    case: CaseName,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the results [default: results/CASE].")
    ] = None,
    overrides: Overrides = None,
    lang: Lang = "en",
    no_map: Annotated[bool, typer.Option("--no-map", help="Leave out the picture of the map.")] = False,
) -> None:
    """Seek the best plan of a case; print its summary, write data, map and report."""
    from spatialcoord.cli.run import run_case

    run_case(case, out, overrides or (), lang, maps=not no_map)
    if not no_map:
        tell_of_fonts(lang)


@app.command("check")
@guarded
def check_(
    case: CaseName,
    overrides: Overrides = None,
    lang: Lang = "en",
) -> None:
    """Tell everything that is wrong or unusual with a case, and what was assumed; write nothing."""
    from spatialcoord.cli.check import check_case

    check_case(case, overrides or (), lang)


@app.command("new")
@guarded
def new_(
    name: Annotated[str, typer.Argument(help="Name of the case, and of the folder to make.")],
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help="Start from a map or table of your own [default: a made-up country].",
        ),
    ] = None,
    id_column: Annotated[
        str | None,
        typer.Option(
            "--id", metavar="COLUMN", help="Column of region ids in FILE [default: found by its name]."
        ),
    ] = None,
    layer: Annotated[
        str | None, typer.Option("--layer", help="Layer or sheet of FILE, where it has several.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Encoding of FILE, where it does not state it: gbk.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Make a folder for a new case: a scenario with every key explained, and tables beside it."""
    from spatialcoord.cli.new import new_case

    new_case(name, source, id_column, layer, encoding, lang)


@app.command("schema")
@guarded
def schema_(
    out: Annotated[Path | None, typer.Option("--out", help="File to write [default: print it].")] = None,
    lang: Lang = "en",
) -> None:
    """Print the JSON schema of a scenario, with which an editor completes and checks it."""
    from spatialcoord.cli.schema import write_schema

    write_schema(out, lang)


@app.command("polygons")
@guarded
def polygons_(
    case: Annotated[str, typer.Argument(help="Case of European regions, such as eu.")],
    out: Annotated[Path, typer.Option("--out", help="Folder to make: the case with real polygons.")],
    year: Annotated[str, typer.Option("--year", help="Edition of NUTS.")] = "2024",
    scale: Annotated[str, typer.Option("--scale", help="01M, 03M, 10M, 20M or 60M.")] = "20M",
    lang: Lang = "en",
) -> None:
    """Copy a case with the real polygons of its regions, fetched from Eurostat (non-commercial use; needs internet)."""
    from spatialcoord.cli.polygons import copy_with_polygons

    copy_with_polygons(case, out, year, scale, lang)


@app.command("list")
@guarded
def list_(
    kind: Annotated[
        str | None,
        typer.Argument(
            help="instruments, measures, outcomes, formulas, actors, institutions, capital or cases [default: all of "
            "them]."
        ),
    ] = None,
    lang: Lang = "en",
) -> None:
    """List the parts a scenario can name, and the bundled cases."""
    from spatialcoord.cli.list import list_parts

    list_parts(kind, lang)


@app.command("map")
@guarded
def map_(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that a run wrote.")],
    what: Annotated[
        str, typer.Option("--what", help="per_head, change, binding, or the name of an instrument.")
    ] = "per_head",
    out: Annotated[
        Path | None, typer.Option("--out", help="Picture to write [default: DIR/map_WHAT.png].")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Draw one map of a plan that was run before."""
    from spatialcoord.cli.map import draw_map

    draw_map(folder, what, out, lang)
    tell_of_fonts(lang)


@app.command("compare")
@guarded
def compare_(
    folders: Annotated[
        list[Path],
        typer.Argument(metavar="DIR DIR...", help="Folders that runs wrote; the first is compared with."),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.html", help="Page to write, with maps [default: none]."),
    ] = None,
    lang: Lang = "en",
) -> None:
    """Set plans side by side: inputs that differ, what came out, who wins and who loses."""
    from spatialcoord.cli.compare import compare_folders

    compare_folders(folders, out, lang)


@app.command("explain")
@guarded
def explain_(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that a run wrote.")],
    region: Annotated[
        str | None, typer.Option("--region", help="Id or name of one region [default: all, a line each].")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Say why a region gets what it gets: which rules hold it, who pays, what it does."""
    from spatialcoord.cli.explain import explain_plan

    explain_plan(folder, region, lang)


@app.command("formula")
@guarded
def formula_(
    name: Annotated[str, typer.Argument(help="Name of a formula: `spatialcoord list formulas`.")],
    case: Annotated[
        str | None,
        typer.Option(
            "--case", help="Bundled case, or a folder [default: the first the formula is made for]."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for tables, map and summary [default: print only].")
    ] = None,
    region: Annotated[
        str | None,
        typer.Option("--region", help="Id or name of the region whose steps are printed, and nothing else."),
    ] = None,
    overrides: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="A value of the formula (pool=1000) or of the scenario."
        ),
    ] = None,
    lang: Lang = "en",
) -> None:
    """Work out what a law would give each region, step by step, as a table that can be checked."""
    from spatialcoord.cli.formula import work_formula

    work_formula(name, case, out, region, overrides or (), lang)
    if out is not None:
        tell_of_fonts(lang)


@app.command("alternatives")
@guarded
def alternatives_(
    case: CaseName,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for the results [default: results/CASE-alternatives]."),
    ] = None,
    tolerance: Annotated[
        float,
        typer.Option("--tolerance", help="Most by which the objective may be worse, a share of its value."),
    ] = 1e-4,
    reference: Annotated[
        str,
        typer.Option(
            "--reference",
            metavar="WHAT",
            help="What the least change is from: year_zero, equal_per_head, a formula, or the folder of a plan.",
        ),
    ] = "year_zero",
    count: Annotated[int, typer.Option("--count", help="How many alternatives to seek, 0 to 50.")] = 3,
    settled: Annotated[
        float,
        typer.Option("--settled", help="A range below this share of equal-per-head money is settled."),
    ] = 0.1,
    overrides: Overrides = None,
    lang: Lang = "en",
) -> None:
    """Tell what else would be nearly as good: ranges for every region, the least change, alternatives."""
    from spatialcoord.cli.alternatives import Options, seek_alternatives

    seek_alternatives(case, out, Options(tolerance, reference, count, settled), overrides or (), lang)
    tell_of_fonts(lang)


@app.command("pareto")
@guarded
def pareto_(
    case: CaseName,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the results [default: results/CASE-pareto].")
    ] = None,
    objectives: Annotated[
        str,
        typer.Option(
            "--objectives", metavar="A,B[,C]", help="Two or three of: measures of disparity, output, mean."
        ),
    ] = "gini,output",
    points: Annotated[int, typer.Option("--points", help="Points wanted, ends included.")] = 20,
    overrides: Overrides = None,
    lang: Lang = "en",
) -> None:
    """Trace what more equality costs: plans of which none betters another in all that is wanted."""
    from spatialcoord.cli.pareto import trace_front

    trace_front(case, out, objectives, points, overrides or (), lang)
    tell_of_fonts(lang)


@app.command("sensitivity")
@guarded
def sensitivity_(
    case: CaseName,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the study [default: results/CASE-sensitivity].")
    ] = None,
    overrides: Overrides = None,
    morris: Annotated[
        int, typer.Option("--morris", metavar="N", help="Trajectories of the Morris screening; 0 for none.")
    ] = 10,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the screening's random numbers.")] = 1,
    anew: Annotated[
        bool, typer.Option("--anew", help="Make the plan anew at every point of the screening; takes longer.")
    ] = False,
    lang: Lang = "en",
) -> None:
    """Ask how sure the plan of a case is: what survives other assumptions, what matters, what rules cost."""
    from spatialcoord.cli.sensitivity import ask_sensitivity

    ask_sensitivity(case, out, overrides or (), morris, seed, anew, lang)
    tell_of_fonts(lang)


@app.command("budgets")
@guarded
def budgets_(
    case: CaseName,
    start: Annotated[
        float, typer.Option("--from", metavar="TIMES", help="Smallest budget, times the scenario's.")
    ] = 0.5,
    stop: Annotated[
        float, typer.Option("--to", metavar="TIMES", help="Largest budget, times the scenario's.")
    ] = 2.0,
    steps: Annotated[int, typer.Option("--steps", help="Number of budgets.")] = 7,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the study [default: results/CASE-budgets].")
    ] = None,
    overrides: Overrides = None,
    lang: Lang = "en",
) -> None:
    """Try smaller and larger budgets: who gains and who loses as money grows, and what more of it is worth."""
    from spatialcoord.cli.budgets import ask_budgets

    ask_budgets(case, out, overrides or (), start, stop, steps, lang)
    tell_of_fonts(lang)


@app.command("network")
@guarded
def network_(
    case: CaseName,
    capacity: Annotated[
        float,
        typer.Option("--capacity", metavar="K", help="Capacity of all links together, times what stands."),
    ] = 1.5,
    anew: Annotated[
        bool, typer.Option("--anew", help="Let what stands be placed anew; otherwise it stays.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the study [default: results/CASE-network].")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Choose where capacity of transport should grow, with a certified bound on what any network of that size is worth."""
    from spatialcoord.cli.network import ask_network

    ask_network(case, out, capacity, anew, lang)
    tell_of_fonts(lang)


@app.command("negotiate")
@guarded
def negotiate_(
    case: CaseName,
    solution: Annotated[
        str,
        typer.Option(
            "--solution",
            help="nash, kalai_smorodinsky, egalitarian, proportional, leximin, utilitarian, shapley, nucleolus, "
            "per_capita_nucleolus, gately or tau.",
        ),
    ] = "nash",
    institutions: Annotated[
        list[str] | None,
        typer.Option(
            "--institution",
            metavar="NAME",
            help="Institution of the scenario to negotiate in; may be given several times "
            "[default: those formed, else the best of the candidates].",
        ),
    ] = None,
    between: Annotated[
        str | None,
        typer.Option(
            "--between",
            metavar="LEVEL",
            help="Grouping whose groups sit at the table as one each, or 'regions' [default: the scenario's].",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the study [default: results/CASE-negotiation].")
    ] = None,
    overrides: Overrides = None,
    lang: Lang = "en",
) -> None:
    """Seek an agreement beyond the plan: works, payments, who would walk out, what it takes to hold."""
    from spatialcoord.cli.negotiate import negotiate_case

    negotiate_case(case, solution, institutions or (), between, out, overrides or (), lang)
    tell_of_fonts(lang)


@app.command("coordinate")
@guarded
def coordinate_(
    case: CaseName,
    cycles: Annotated[
        int, typer.Option("--cycles", help="Most cycles; fewer where nothing moves any more.")
    ] = 5,
    seed: Annotated[int, typer.Option("--seed", help="Everything that is drawn follows from it.")] = 0,
    solution: Annotated[str, typer.Option("--solution", help="Solution concept, as for negotiate.")] = "nash",
    demands: Annotated[
        Path | None,
        typer.Option(
            "--demands", metavar="FILE", help="What parties ask for, CSV or YAML [default: a stand-in]."
        ),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--without",
            metavar="PART",
            help="Switch off express, negotiate, supervise, evaluate, enforcement, voices, body or rolling; may be given several times.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the study [default: results/CASE-coordination].")
    ] = None,
    overrides: Overrides = None,
    lang: Lang = "en",
) -> None:
    """Run the closed loop: express demands, negotiate, share, supervise, evaluate, and begin again."""
    from spatialcoord.cli.coordinate import coordinate_case

    coordinate_case(case, cycles, seed, solution, demands, without or (), out, overrides or (), lang)
    tell_of_fonts(lang)
