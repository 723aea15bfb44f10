"""The project of the acceptance tests, with the real command in it."""

from tests.acceptance.conftest import project

__all__ = ["project"]
