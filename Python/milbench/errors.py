"""The errors of the package."""


class MILBenchError(Exception):
    """An error that a user can fix, described in one line: what was found, what was expected, and the way out."""


class MissingLibraryError(MILBenchError, ImportError):
    """An optional library that is not installed."""

    def __init__(self, library: str, use: str, package: str | None = None) -> None:
        """Creates an error that names the library, its purpose, and how to install it."""
        super().__init__(f"{use} needs {library}, which is not installed; pip install {package or library}")
