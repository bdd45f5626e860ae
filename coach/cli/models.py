"""Commands on models: list, pull, check, import."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from coach.cli.main import Json, app, emit, note, say
from coach.errors import DownloadFailed

models_app = typer.Typer(help="Speech and embedding models.", no_args_is_help=True)
app.add_typer(models_app, name="models")


@models_app.command("list")
def models_list(as_json: Json = False) -> None:
    """Models on this machine, and names that can be pulled."""
    from coach.calls.models import REPOSITORIES, installed
    from coach.settings import load_settings

    settings = load_settings()
    found = installed(settings.model_folders)
    if as_json:
        emit(
            {
                "installed": [
                    {"name": m.name, "folder": str(m.folder), "missing": list(m.missing)}
                    for m in found
                ],
                "available": list(REPOSITORIES),
            }
        )
        return
    for m in found:
        say(f"{m.name}  {m.folder}" + (f"  缺 lacks: {', '.join(m.missing)}" if m.missing else ""))
    if not found:
        say(f"{settings.models}: 没有模型 no models")
    say(f"可下载 can be pulled: {', '.join(REPOSITORIES)}")


@models_app.command("pull")
def models_pull(
    name: str,
    source: Annotated[
        str, typer.Option(help="hub (or the mirror in HF_ENDPOINT), or modelscope")
    ] = "hub",
    as_json: Json = False,
) -> None:
    """Download a model; broken off, the same command goes on where it stopped."""
    import os

    from coach.calls.fetching import MODELSCOPE
    from coach.calls.models import Source, pull
    from coach.errors import BadInput
    from coach.settings import load_settings

    settings = load_settings()
    if settings.offline:
        raise DownloadFailed(model=name, folder=settings.models / name, detail="COACH_OFFLINE")
    if source not in list(Source):
        raise BadInput(
            detail="--source 是 hub 或 modelscope", detail_en="--source is hub or modelscope"
        )
    folder = pull(
        name,
        settings.models,
        source=Source(source),
        endpoint=os.environ.get("MODELSCOPE_ENDPOINT") or MODELSCOPE,
        progress=_progress,
    )
    _told(name, folder, as_json)


def _progress(file: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        share = f"{done / total:4.0%}" if total else ""
        note(f"\r{share} {done / 1e6:8.1f} / {total / 1e6:.1f} MB  {file}" + " " * 8)


def _told(name: str, folder: Path, as_json: bool) -> None:
    if as_json:
        emit({"name": name, "folder": str(folder)})
    else:
        say(str(folder))


@models_app.command("check")
def models_check(name: str, as_json: Json = False) -> None:
    """Is a model whole, and unchanged since it came?"""
    from coach.calls.models import check
    from coach.settings import load_settings

    _told(name, check(name, load_settings().model_folders), as_json)


@models_app.command("import")
def models_import(
    path: Annotated[Path, typer.Argument(help="a model folder, or a zip or tar with one in it")],
    name: Annotated[str, typer.Option(help="its name here; the folder's when left out")] = "",
    as_json: Json = False,
) -> None:
    """Put a model in place from a folder or archive, say on a stick."""
    from coach.calls.models import bring
    from coach.errors import NotFound
    from coach.settings import load_settings

    if not path.exists():
        raise NotFound(what="文件", what_en="file", key=str(path))
    folder = bring(path, load_settings().models, name=name)
    _told(folder.name, folder, as_json)
