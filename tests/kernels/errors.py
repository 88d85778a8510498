"""What can go wrong before a kernel runs."""


class KernelPackageError(RuntimeError):
    """A kernel's package could not be had.

    Attributes:
        command: What was run.
        problem: What it said.
    """

    def __init__(self, command: tuple[str, ...], problem: str) -> None:
        self.command = command
        self.problem = problem
        super().__init__(f"{command[0]} could not get a kernel: {problem}")


class BootError(RuntimeError):
    """A kernel did not come as far as the suite.

    Attributes:
        series: Which kernel.
        console: The end of what it said.
    """

    def __init__(self, series: str, problem: str, console: str) -> None:
        self.series = series
        self.console = console
        super().__init__(f"kernel {series} {problem}; its last words:\n{console}")
