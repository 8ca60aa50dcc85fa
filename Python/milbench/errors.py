"""What the package raises."""


class MILBenchError(Exception):
    """A mistake that a user can mend, told in one line: what was found, what was expected, and the way out."""


class MissingLibraryError(MILBenchError, ImportError):
    """An optional library that is not installed."""

    def __init__(self, library: str, use: str, package: str | None = None) -> None:
        """An error that names the library, what it is wanted for, and how to install it."""
        super().__init__(f"{use} needs {library}, which is not installed; pip install {package or library}")
