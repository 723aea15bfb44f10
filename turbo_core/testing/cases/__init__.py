"""Unit tests of workflows: cases in YAML or Python, run in the simulated world."""
