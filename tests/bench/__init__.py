"""Benchmarks: figures, not tests. ``python -m tests.bench`` runs them all, ``python -m tests.bench codec`` one."""
