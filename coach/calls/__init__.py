"""From an audio file to exchanges."""
