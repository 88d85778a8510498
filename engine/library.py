"""Which version of each signature and library file is in force."""

import msgspec

from engine.checking import Checker, Module
from engine.exceptions import Exceptions, read_exceptions
from engine.findings import MISSED, QUARANTINE
from engine.lists import Lists, read_lists, unknown_lists
from engine.signatures import Problem
from engine.source import DATA_FILES, EXCEPTIONS_FILE, LISTS_FILE, Source
from engine.tracee.dialect import is_helpers


class Accepted(msgspec.Struct, frozen=True):
    """What can be built into a bundle.

    Attributes:
        modules: Signatures and libraries, by path.
        exceptions: By signature id, what its author or user has excepted.
        lists: By name, what signatures read as `data.lists`.
        refused: By path, why the version on disk is not in force.
    """

    modules: tuple[Module, ...] = ()
    exceptions: Exceptions = {}
    lists: Lists = {}
    refused: dict[str, Problem] = {}


class Library:
    """Takes up what is right, refuses what is not, and keeps the former version of that."""

    def __init__(self, checker: Checker) -> None:
        self._checker = checker
        self._in_force: dict[str, Source] = {}

    async def take(self, current: dict[str, Source]) -> Accepted:
        """Judge the files as they are now.

        Args:
            current: All files there are, by path.

        Raises:
            OpaProgramError: OPA cannot be started.
        """
        trial = dict(current)
        refused: dict[str, Problem] = {}
        while True:
            judged, problems = await self._judge(trial)
            if not problems:
                break
            for problem in problems:
                self._refuse(problem, trial, refused)
        self._in_force = trial
        return msgspec.structs.replace(judged, refused=refused)

    async def _judge(self, trial: dict[str, Source]) -> tuple[Accepted, list[Problem]]:
        """One look at *trial*: cheap tests first, and later ones only when those are passed."""
        problems: list[Problem] = []
        exceptions: Exceptions = {}
        lists: Lists = {}
        sources = []
        for path, source in sorted(trial.items()):
            name = path.rpartition("/")[2]
            if name not in DATA_FILES:
                sources.append(source)
                continue
            joined, read = (exceptions, read_exceptions) if name == EXCEPTIONS_FILE else (lists, read_lists)
            given = read(source.text)
            if isinstance(given, tuple):
                problems.append(Problem(path, *given))
                continue
            for key, items in given.items():
                joined.setdefault(key, []).extend(items)
        modules = []
        for found in await self._checker.read(sources):
            if isinstance(found, Module):
                modules.append(found)
                if found.translated is None:
                    problems += unknown_lists(found.source, found.tree, lists)
            else:
                problems += found
        problems = problems or self._doubles(modules) or await self._checker.together(modules)
        return Accepted(tuple(modules), exceptions, lists), problems

    def _doubles(self, modules: list[Module]) -> list[Problem]:
        """Signatures whose name or id another has; the one that is in force already keeps it."""
        problems = []
        taken = {
            f"package signatures.{QUARANTINE.name}": "the engine itself",
            f"id {QUARANTINE.id}": "the engine itself",
            f"package signatures.{MISSED.name}": "the engine itself",
            f"id {MISSED.id}": "the engine itself",
        }

        def newcomers_last(module: Module) -> tuple[bool, str]:
            return self._is_new(module.source), module.source.path

        for module in sorted(modules, key=newcomers_last):
            if module.signature is None:
                continue
            for key in (f"package signatures.{module.signature.name}", f"id {module.signature.reference.id}"):
                other = taken.setdefault(key, module.source.path)
                if other != module.source.path:
                    problems.append(Problem(module.source.path, 1, f"{key} is already that of {other}"))
                    break
        return problems

    def _is_new(self, source: Source) -> bool:
        before = self._in_force.get(source.path)
        return before is None or before.digest != source.digest

    def _refuse(self, problem: Problem, trial: dict[str, Source], refused: dict[str, Problem]) -> None:
        """Put the former version of a file back, or do without the file."""
        path = problem.path
        if path not in trial:
            return
        if self._is_new(trial[path]):
            refused.setdefault(path, problem)
            if path in self._in_force:
                trial[path] = self._in_force[path]
            else:
                del trial[path]
            return
        # The file is as it was, so the change of another one has broken it.
        culprits = self._changed_libraries(trial)
        for culprit in culprits:
            refused.setdefault(culprit, Problem(culprit, 1, f"its change breaks {problem}"))
            trial[culprit] = self._in_force[culprit]
        if not culprits:
            refused.setdefault(path, problem)
            del trial[path]

    def _changed_libraries(self, trial: dict[str, Source]) -> list[str]:
        changed = []
        for path, before in self._in_force.items():
            now = trial.get(path)
            shared = "package lib" in before.text or is_helpers(path) or path.endswith("/" + LISTS_FILE)
            if (now is None or now.digest != before.digest) and shared:
                changed.append(path)
        return changed
