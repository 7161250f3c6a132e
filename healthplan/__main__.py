"""``python -m healthplan`` is ``healthplan``."""

from healthplan.cli import main

if __name__ == "__main__":
    main()
