"""Benchmarks and how they are found."""
