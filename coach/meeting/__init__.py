"""The record of a session."""
