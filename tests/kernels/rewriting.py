"""What pytest makes of a module with `assert` in it, made here: in a guest it takes seconds.

pytest reads it from where it would have kept it itself, and makes it anew where it does not fit.
"""

import ast
import importlib.util
import marshal
import os
from pathlib import Path

from _pytest.assertion.rewrite import PYC_TAIL, rewrite_asserts

_MTIME = 0  # of every file in a guest (cpio.py)


def rewritten(source: Path, name: str) -> tuple[str, bytes]:
    """Where pytest looks for the module that a guest has as *name*, and what it finds there."""
    text = source.read_bytes()
    tree = ast.parse(text, filename=name)
    rewrite_asserts(tree, text, name)
    code = compile(tree, name, "exec", dont_inherit=True)
    head = importlib.util.MAGIC_NUMBER + bytes(4)
    folder, file = os.path.split(name)
    return f"{folder}/__pycache__/{file.removesuffix('.py')}{PYC_TAIL}", head + _MTIME.to_bytes(
        4, "little"
    ) + len(text).to_bytes(4, "little") + marshal.dumps(code)
