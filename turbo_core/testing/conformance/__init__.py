"""Conformance suites: what a good plugin promises, as tests that its own test classes inherit, one suite for each kind."""

SUITE_VERSION = "1.1"
"""Version of the suites. Checks that are added raise the second number; those that become stricter raise the first."""
