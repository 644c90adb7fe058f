"""``deterrence completion``: the script that teaches a shell to complete the command."""

from __future__ import annotations

import click

from deterrence.cli.output import emit
from deterrence.cli.program import PROGRAM

_VARIABLE = f"_{PROGRAM.upper()}_COMPLETE"
_HOW = {
    "bash": f'eval "$({PROGRAM} completion bash)"     in ~/.bashrc',
    "zsh": f'eval "$({PROGRAM} completion zsh)"      in ~/.zshrc',
    "fish": f"{PROGRAM} completion fish | source      in ~/.config/fish/config.fish",
}


@click.command(epilog="\b\nTo switch it on, put this line\n" + "\n".join(_HOW.values()))
@click.argument("shell", type=click.Choice(list(_HOW)))
def completion(shell: str) -> None:
    """Print the completion script for a SHELL."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"click knows no completion for {shell}")
    root = click.get_current_context().find_root().command
    made = kind(root, {}, PROGRAM, _VARIABLE)
    script = kind.source_template % made.source_vars()
    if shell == "bash":
        # After `--set k_R=` the value follows without a blank.
        plain = "COMPREPLY+=($value)"
        script = script.replace(
            plain, f"{plain}\n            [[ $value == *= ]] && compopt -o nospace"
        )
    emit(script.strip())
