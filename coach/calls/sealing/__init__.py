"""Originals encrypted at rest: keys, files that are sealed piece by piece, and changing the key."""
