"""
`python -m browsercors`, for where the command is not on the path.
"""

from browsercors.cli.main import main

if __name__ == "__main__":
    main()
