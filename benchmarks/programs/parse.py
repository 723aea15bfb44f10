"""Read a file as YAML or as JSON, and do nothing with it: ``parse.py FILE``."""

import json
import sys
from importlib import import_module
from pathlib import Path

file = Path(sys.argv[1])
if file.suffix == ".json":
    json.loads(file.read_text())
else:
    yaml = import_module("yaml")
    yaml.load(file.read_text(), yaml.CSafeLoader)
