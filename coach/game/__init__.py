"""The game: planner, phase machine, views, host."""
