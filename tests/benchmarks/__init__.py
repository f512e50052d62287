"""Overhead around the solver, measured: ``python -m tests.benchmarks``."""
