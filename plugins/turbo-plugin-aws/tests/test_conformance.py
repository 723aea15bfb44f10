"""What Turbo promises of every plugin with actions, checked with this one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from turbo_core.testing import ActionSuite

BUCKET = f"conformance-{os.getpid()}"


class TestConformance(ActionSuite):
    plugin = "aws"
    examples: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "aws.identity": {},
        "aws.s3_list": {"bucket": BUCKET},
        "aws.s3_put": {"file": "site/a.txt", "bucket": BUCKET, "key": "there"},
        "aws.s3_overwrite": {"file": "site/a.txt", "bucket": BUCKET, "key": "there"},
        "aws.s3_get": {"bucket": BUCKET, "key": "there", "file": "site/a.txt"},
        "aws.s3_sync": {"folder": "site", "bucket": BUCKET, "prefix": "p"},
        "aws.s3_mirror": {"folder": "site", "bucket": BUCKET, "prefix": "p"},
        "aws.s3_delete": {"bucket": BUCKET, "key": "there"},
    }

    @pytest.fixture(autouse=True)
    def _with_a_client(self, outsider: Any) -> None:
        self.client = outsider

    def prepare(self, project: Path) -> None:
        self.client.create_bucket(Bucket=BUCKET)
        self.client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        for found in self._versions():
            self.client.delete_object(Bucket=BUCKET, Key=found["Key"], VersionId=found["VersionId"])
        for key in ("there", "p/a.txt", "p/b.txt"):
            self.client.put_object(Bucket=BUCKET, Key=key, Body=b"from before")
        (project / "site").mkdir()
        (project / "site" / "a.txt").write_text("from here")

    def state(self, project: Path) -> object:
        """The files, and all that S3 has: earlier versions and markers too."""
        versions = [(found["Key"], found["VersionId"], found["IsLatest"]) for found in self._versions()]
        return {"files": super().state(project), "versions": versions}

    def _versions(self) -> list[Any]:
        told = self.client.list_object_versions(Bucket=BUCKET)
        return [*told.get("Versions", ()), *told.get("DeleteMarkers", ())]
