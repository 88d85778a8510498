"""Where the things are that ship with the engine: signatures, library, schemas, the opa binary."""

import os
import shutil
from pathlib import Path

from engine.errors import OpaProgramError, ResourceError

_PACKAGE = Path(__file__).resolve().parent

# In a wheel they lie inside the package, in a checkout beside it.
REGO = next(
    (path for path in (_PACKAGE / "rego", _PACKAGE.parent / "rego") if path.is_dir()), _PACKAGE / "rego"
)
SIGNATURES = REGO / "signatures"
LIBRARY = REGO / "lib"


def attacks_of(directory: str) -> Path:
    """Where the triggers and twins of the signatures in *directory* lie."""
    if Path(directory).resolve() == SIGNATURES:
        return REGO.parent / "tests" / "attacks"
    return Path(directory) / "attacks"


def schemas() -> Path:
    """The directory of the events' JSON Schemas.

    Raises:
        ResourceError: It is not there or empty.
    """
    directory = REGO / "schemas"
    if not any(directory.glob("*.json")):
        raise ResourceError(str(directory / "*.json"), "Generate them with `python -m tracewire.generate`.")
    return directory


def opa_program(configured: str) -> str:
    """The path of the opa binary.

    Args:
        configured: A path, or a name to be looked for in PATH and then where `make setup` puts it.

    Raises:
        OpaProgramError: It is nowhere.
    """
    found = shutil.which(configured)
    if found:
        return found
    fallback = _PACKAGE.parent / ".tools" / "bin" / "opa"
    if os.sep not in configured and os.access(fallback, os.X_OK):
        return str(fallback)
    raise OpaProgramError(
        "program",
        f"{configured!r} is not a program",
        remedy="Run `make setup`, or say where it is with TRACEWIRE_ENGINE_OPA_PROGRAM.",
    )
