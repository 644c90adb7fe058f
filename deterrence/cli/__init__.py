"""The command ``deterrence``: one file per command, loaded when it is called."""

from __future__ import annotations


def main() -> None:
    """Run the command line and end the process with its exit code."""
    import sys

    from deterrence.surroundings import leave_current_folder, this_process_is_ours

    leave_current_folder()  # before anything else is imported
    this_process_is_ours()
    try:
        from deterrence.cli.program import program

        program()
    except KeyboardInterrupt:  # before or after the program's own handling
        sys.exit(130)
