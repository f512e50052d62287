"""``spatialcoord schema``: the JSON schema of a scenario, for editors."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

import typer

from spatialcoord.errors import InputError, Problem
from spatialcoord.messages import catalogue


def write_schema(out: Path | None, lang: str) -> None:
    """Print the schema, or write it to a file (replaced where it exists, whole or not at all).

    Raises
    ------
    InputError
        An unknown language, or a file that cannot be written.
    """
    words = catalogue(lang)

    from spatialcoord.scenario import json_schema

    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        typer.echo(text, nl=False)
        return
    draft = out.with_name(f".{out.name}.{secrets.token_hex(4)}.partial")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, out)
    except OSError as error:
        problem = Problem(
            f"cannot be written: {error.strerror or error}", where=str(out), remedy="Name another file."
        )
        raise InputError(problem) from None
    finally:
        if draft.exists():  # not where the folder itself could not be made
            draft.unlink()
    typer.echo(words.t("cli.written_file", file=out))
