"""Which files are looked at."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from turbo_plugin_project.tree import walk

from .conftest import write


def paths(root: Path) -> list[str]:
    return [file.path for file in walk(root, 1000).files]


def test_it_sees_what_git_would_see(tmp_path: Path) -> None:
    files = {
        ".gitignore": "*.log\n/out/\nbuild\n!keep.log\nsub/*.tmp\n# comment\n\n**/deep/x\n",
        "a.log": "",
        "keep.log": "",
        "out/a.py": "",
        "in/out/a.py": "",
        "in/build/a.py": "",
        "sub/a.tmp": "",
        "sub/b.tmp/c.py": "",
        "p/deep/x": "",
        "p/deep/y": "",
        "p/.gitignore": "!*.log\n*.py\n",
        "p/b.log": "",
        "p/b.py": "",
        "ümlaut.txt": "",
    }
    write(tmp_path, files)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    command = ["git", "-C", str(tmp_path), "ls-files", "-z", "--others", "--cached", "--exclude-standard"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert paths(tmp_path) == sorted(told.strip("\0").split("\0"))


def test_stores_links_and_strange_names_are_left_out(tmp_path: Path) -> None:
    files = {
        "a.py": "",
        "node_modules/x/a.js": "",
        ".venv/a.py": "",
        "env/pyvenv.cfg": "",
        "env/lib/a.py": "",
        "t/CACHEDIR.TAG": "",
    }
    write(tmp_path, files)
    (tmp_path / "round").symlink_to(tmp_path)
    (tmp_path / "link.py").symlink_to("a.py")
    os.mkfifo(tmp_path / "pipe")
    assert paths(tmp_path) == ["a.py"]


def test_more_than_may_be_looked_at_is_told(tmp_path: Path) -> None:
    write(tmp_path, {f"{number}.py": "" for number in range(5)})
    tree = walk(tmp_path, 3)
    assert (len(tree.files), tree.cut) == (3, True)
    assert not walk(tmp_path, 5).cut
