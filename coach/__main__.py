"""``coach`` and ``python -m coach``."""


def main() -> None:
    """Run the command line."""
    from coach.cli.main import run

    run()


if __name__ == "__main__":  # the worker's child processes import this module again
    main()
