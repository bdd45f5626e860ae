"""Long work outside the process of the screen."""
