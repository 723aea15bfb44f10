"""Traces and metrics of runs for OpenTelemetry. Importing the package costs nothing."""
