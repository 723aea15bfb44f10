"""The schema in docs/, made from the shapes: ``python -m tests.registry.schema_page`` writes it."""

from __future__ import annotations

import json

from tests.registry.test_index import SCHEMA
from turbo_core.registry.index import json_schema

if __name__ == "__main__":
    SCHEMA.write_text(json.dumps(json_schema(), indent=2) + "\n")
