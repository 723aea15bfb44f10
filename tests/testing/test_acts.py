"""What counts as an act. Each is done in a process of its own, because an audit hook stays for good."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

WATCHED = """
import ctypes, json, os, pathlib, shutil, socket, sqlite3, subprocess, sys
from turbo_core.testing.conformance.acts import Watch
listener = socket.create_server(("127.0.0.1", 0))
pathlib.Path("old").write_text("old")
watch = Watch()
exec(sys.argv[1])
acts = watch.stop()
pathlib.Path("later").touch()
print(json.dumps(acts))
"""

ACTS = {
    "open('a', 'w')": ["write a"],
    "open('old', 'a')": ["write old"],
    "open('old', 'r+')": ["write old"],
    "os.open(b'a', os.O_CREAT | os.O_WRONLY)": ["write a"],
    "pathlib.Path('a').write_bytes(b'')": ["write a"],
    "os.truncate('old', 0)": ["write old"],
    "os.remove('old')": ["remove old"],
    "os.rename('old', 'new')": ["rename old to new"],
    "os.mkdir('d')": ["make the folder d"],
    "os.mkdir('d'); os.rmdir('d')": ["make the folder d", "remove the folder d"],
    "os.chmod('old', 0o600)": ["change the mode of old"],
    "os.utime('old')": ["change the times of old"],
    "os.symlink('old', 's')": ["link s to old"],
    "os.link('old', 'l')": ["link l to old"],
    "subprocess.run(['true', 'x'])": ["run true x"],
    "subprocess.run('exit 0', shell=True)": ["run /bin/sh -c exit 0"],
    "os.system('true')": ["run true"],
    "os.posix_spawn('/bin/sh', ['sh', '-c', ':'], {})": ["run sh -c :"],
    "os.kill(os.getpid(), 0)": ["send signal 0 to PID"],
    "socket.create_connection(listener.getsockname())": ["connect 127.0.0.1:PORT"],
    "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'', listener.getsockname())": ["send to 127.0.0.1:PORT"],
    "socket.socket().bind(('127.0.0.1', 0))": ["listen at 127.0.0.1:0"],
    "sqlite3.connect('base')": ["open the database base"],
    "open('old').read(); os.listdir(); os.stat('old'); os.environ.get('HOME')": [],
    "open(os.devnull, 'w'); open(1, 'w', closefd=False)": [],
}


@pytest.mark.parametrize("code", ACTS)
def test_an_act_is_seen(code: str, tmp_path: Path) -> None:
    told = f"{code}\nprint(json.dumps([os.getpid(), listener.getsockname()[1]]))"
    ended = subprocess.run([sys.executable, "-c", WATCHED, told], cwd=tmp_path, capture_output=True, text=True, check=True)
    first, last = ended.stdout.splitlines()[-2:]
    pid, port = map(str, json.loads(first))
    wanted = [act.replace("PID", pid).replace("PORT", port) for act in ACTS[code]]
    assert json.loads(last) == wanted
