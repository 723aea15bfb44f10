"""The tasks of graph.json as durable steps of DBOS, on SQLite: commands in two workflows beside each other, or calls in one."""

import json
import os
import subprocess
import sys
from pathlib import Path

from dbos import DBOS, DBOSConfig

SIZE = len(json.loads(Path("graph.json").read_text()))
DBOS(config=DBOSConfig(name="bench", system_database_url="sqlite:///dbos.sqlite", run_admin_server=False, log_level="WARNING"))


@DBOS.step()
def touch(number):
    subprocess.run(["touch", f"out/{number}"], check=True)


@DBOS.step()
def mark():
    file = os.open("done", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(file, b".")
    os.close(file)


@DBOS.workflow()
def commands(first):
    for number in range(first, SIZE, 2):
        touch(number)


@DBOS.workflow()
def calls():
    for _ in range(SIZE):
        mark()


if __name__ == "__main__":
    DBOS.launch()
    if "mark" in sys.argv:
        calls()
    else:
        handles = [DBOS.start_workflow(commands, first) for first in range(2)]
        for handle in handles:
            handle.get_result()
    DBOS.destroy()
