"""The reading of examples can fail: each kind of lie in a page is seen."""

from pathlib import Path

import pytest

from tests.docs.blocks import Block, blocks_of
from tests.docs.test_examples import commands_of, matches, try_block

PAGE = Path("page.md")


def read(text: str) -> list[Block]:
    return list(blocks_of(PAGE, text))


def test_a_block_has_its_line_its_language_and_its_text() -> None:
    (block,) = read("Hello\n\n```yaml\na: 1\n```\n")
    assert (str(block), block.tag, block.text) == ("page.md:3", "yaml", "a: 1\n")


def test_notes_belong_to_the_block_below_them() -> None:
    first, second = read("<!-- file: a.toml -->\n<!-- exit: 2 -->\n```toml\n```\n\n```json\n{}\n```\n")
    assert (first.file, first.exit) == ("a.toml", 2)
    assert (second.file, second.exit) == ("", 0)


def test_text_between_a_note_and_a_block_parts_them() -> None:
    (block,) = read("<!-- exit: 2 -->\nAnd now:\n```console\n$ true\n```\n")
    assert block.exit == 0


def test_longer_fences_hold_shorter_ones_and_indented_ones_lose_their_indent() -> None:
    outer, inner = read("````text\n```yaml\n```\n````\n1. one\n\n   ```toml\n   a = 1\n   ```\n")
    assert (outer.text, inner.text) == ("```yaml\n```\n", "a = 1\n")


def test_directives_of_the_builder_are_not_examples() -> None:
    assert read("```{toctree}\n*\n```\n") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("```\nwhat?\n```\n", "it has none"),
        ("```yml\na: 1\n```\n", "it has yml"),
        ("```yaml\na: 1\n", "page.md:1: the block is not closed"),
        ("<!-- illustration: -->\n```yaml\n```\n", "needs a reason"),
        ("<!-- plugin: note -->\n```python\n```\n", "a plugin needs a name and a file"),
    ],
)
def test_a_careless_block_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read(text)


@pytest.mark.parametrize(
    ("shown", "got", "same"),
    [
        ("a\nb", "a  \nb\n", True),
        ("a\n...\nd", "a\nb\nc\nd", True),
        ("took ... s", "took 1.5 s\n", True),
        ("a   ok", "a ok", True),
        ("  a", " a", False),
        ("a", "a\nb", False),
        ("a.c", "abc", False),
    ],
)
def test_what_is_shown_is_what_is_printed(shown: str, got: str, same: bool) -> None:
    assert matches(shown, got) is same


def test_commands_are_told_from_what_they_print() -> None:
    assert list(commands_of("$ echo a\na\n$ cat <<E\n> b\n> E\nb\n")) == [("echo a", "a"), ("cat <<E\nb\nE", "b")]


@pytest.mark.parametrize(
    "text",
    [
        "```python\nassert 1 == 2\n```",
        "```console\n$ false\n```",
        "```console\n$ echo a\nb\n```",
        "```console\necho a\n```",
        "<!-- exit: 3 -->\n```console\n$ exit 2\n```",
        "```toml\na =\n```",
        "```json\n{\n```",
        "```yaml\nname: x\nphasez: {}\n```",
        "```yaml\nrun: {run: 'true'}\n```",
    ],
)
def test_an_example_that_lies_is_seen(text: str, tmp_path: Path) -> None:
    (block,) = read(text)
    with pytest.raises((AssertionError, ValueError)):
        try_block(block, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "```python\nassert 1 == 1\n```",
        "```console\n$ echo a; echo b\na\n...\n```",
        "<!-- exit: 3 -->\n```console\n$ echo a\n$ exit 3\n```",
        "<!-- illustration: nobody has this -->\n```console\n$ false\n```",
        "```text\nanything\n```",
    ],
)
def test_an_example_that_holds_is_accepted(text: str, tmp_path: Path) -> None:
    (block,) = read(text)
    try_block(block, tmp_path)


def test_a_named_block_is_a_file_of_the_project(tmp_path: Path) -> None:
    first, second = read("<!-- file: src/a.toml -->\n```toml\na = 1\n```\n\n```console\n$ cat src/a.toml\na = 1\n```\n")
    try_block(first, tmp_path)
    try_block(second, tmp_path)


def test_a_plugin_that_a_page_shows_counts_as_installed(tmp_path: Path) -> None:
    actions = """
    <!-- plugin: page_note -->
    <!-- file: src/turbo_plugin_page_note/actions.py -->
    ```python
    from turbo_core import Context, action

    @action(risk="read")
    def note(context: Context) -> str:
        return "noted"
    ```

    ```console
    $ turbo page_note note
    noted
    ```
    """
    hooks = """
    <!-- plugin: page_note -->
    <!-- file: src/turbo_plugin_page_note/plugin.py -->
    ```python
    from turbo_core import hookimpl

    @hookimpl
    def turbo_document(run):
        return []
    ```

    ```console
    $ turbo plugin info page_note
    ...
      hooks    turbo_document
    ```
    """
    for page in (actions, hooks):
        for block in read(page):
            try_block(block, tmp_path)
