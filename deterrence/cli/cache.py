"""``deterrence cache``: where finished answers are kept, and how to be rid of them."""

from __future__ import annotations

import click

from deterrence.cli.options import command
from deterrence.cli.output import emit


@command(
    epilog="DETERRENCE_CACHE names another folder (a whole path), or `off`. Answers are kept by "
    "the model's text, all options and the program itself; the folder may be deleted at any time."
)
@click.option("--clear", is_flag=True, help="Remove all that is kept.")
def cache(clear: bool) -> int:
    """Tell where finished answers are kept, and how many."""
    from deterrence.keeping.store import MAX_TOTAL, Store, chosen_folder

    folder = chosen_folder()
    store = Store(folder)
    if folder is None or store.folder is None:
        emit("Nothing is kept.")
    elif clear:
        emit(f"{_counted(store.clear())} removed from {store.folder}")
    else:
        files = store.entries()
        size = sum(size for _, size, _ in files) / 1024**2
        room = f"{size:.1f} of at most {MAX_TOTAL // 1024**2} MiB"
        emit(f"{store.folder}\n{_counted(len(files))} kept, {room}")
    return 0


def _counted(number: int) -> str:
    return f"{number} answer{'' if number == 1 else 's'}"
