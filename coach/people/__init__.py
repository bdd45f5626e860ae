"""Persons and teams."""
