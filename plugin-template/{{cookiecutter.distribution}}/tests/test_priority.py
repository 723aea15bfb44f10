import os
import subprocess

from {{ cookiecutter.package }} import priority


def test_a_command_gets_a_lower_priority() -> None:
    told = subprocess.run(priority.low(["nice"]), capture_output=True, check=True, text=True).stdout
    assert int(told) > os.nice(0)
