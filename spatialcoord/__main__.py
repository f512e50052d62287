"""``python -m spatialcoord`` is the command ``spatialcoord``."""

from spatialcoord.cli import main

if __name__ == "__main__":
    main()
