"""Weights of a gate, suggested from what came of its decisions. Importing this costs nothing."""
