"""Figures of the last run of each workflow for Prometheus. Importing the package costs nothing."""
