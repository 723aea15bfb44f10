"""``turbo completion``: the script that makes a shell complete ``turbo``, as click writes it."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from turbo_core.cli.group import COMPLETE

# \b keeps the lines of a paragraph as they are.
_HELP = """Print the shell completion for SHELL.

\b
bash: eval "$(turbo completion bash)"                       in ~/.bashrc
zsh:  eval "$(turbo completion zsh)"                        in ~/.zshrc
fish: turbo completion fish > ~/.config/fish/completions/turbo.fish
"""


@click.command("completion", help=_HELP)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion of a shell."""
    made = get_completion_class(shell)
    assert made is not None, "click knows these three"
    click.echo(made(ctx.find_root().command, {}, "turbo", COMPLETE).source())
