"""The small project that every test of this room starts from."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)
