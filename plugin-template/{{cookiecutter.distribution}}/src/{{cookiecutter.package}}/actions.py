"""The actions: what a workflow says -> the adapter -> what a workflow sees."""

from dataclasses import dataclass

from turbo_core import ActionFailed, Context, action

from {{ cookiecutter.package }} import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What ``count`` found; a workflow reads it as ``tasks.NAME.outputs.words``."""

    words: int


@action(risk="read", idempotent=True)
def count(context: Context, path: str) -> Count:
    """Count the words of a file.

    Args:
        path: the file, relative to the project's folder.
    """
    try:
        return Count(words=files.count_words(context.project / path))
    except (OSError, UnicodeError) as error:
        step = "give the path of a text file"
        raise ActionFailed("the file cannot be read", where=path, why=str(error), next_step=step) from error
