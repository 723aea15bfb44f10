"""What a plugin prints while it is imported is dropped; what others print meanwhile, and what it prints later, is not."""

from __future__ import annotations

import sys

import pytest

from turbo_core.plugins.entrypoints import load

from .shelf import Shelf

NOISY = """
    import logging, sys, threading
    from turbo_core import hookimpl

    print("dropped")
    sys.stdout.writelines(["dropped ", "too"])
    print("dropped as well", file=sys.stderr)
    other = threading.Thread(target=print, args=["from another thread"])
    other.start()
    other.join()
    log = logging.StreamHandler()
    terminal = sys.stdout.isatty()

    @hookimpl
    def turbo_decide(question):
        return None
"""


def test_only_what_the_import_itself_prints_is_dropped(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    shelf.plugin("noisy", NOISY)
    before = sys.stdout, sys.stderr
    (entry,) = shelf.names().entries
    module = load(entry)
    assert (sys.stdout, sys.stderr) == before
    assert capsys.readouterr() == ("from another thread\n", "")
    module.log.stream.write("later\n")  # type: ignore[attr-defined]  # a module of the test
    assert capsys.readouterr() == ("", "later\n")
    assert module.terminal is False  # type: ignore[attr-defined]  # a module of the test


def test_the_streams_are_given_back_after_a_failure(shelf: Shelf) -> None:
    shelf.plugin("broken", "raise SystemExit(3)")
    before = sys.stdout, sys.stderr
    (entry,) = shelf.names().entries
    with pytest.raises(SystemExit):
        load(entry)
    assert (sys.stdout, sys.stderr) == before
