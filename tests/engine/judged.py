"""What a bundle finds in documents, asked of the opa binary."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from engine import request
from engine.bundle import natural
from engine.library import Accepted
from engine.opa_program import OpaProgram
from engine.request import part


def write_natural(accepted: Accepted, directory: Path) -> Path:
    """The rules as they are written, not optimised, as a bundle in *directory*."""
    for path, text in natural(list(accepted.modules), accepted.exceptions, "natural", accepted.lists).items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return directory


async def found(
    program: OpaProgram,
    bundle: Path,
    documents: Iterable[Mapping[str, Any]],
    query: str = "data.tracewire.result",
) -> set[tuple[int, str, str]]:
    """Position of the document, name of the signature, and the rest of what it says as JSON."""
    given = bundle.parent / f"{bundle.name}.input.json"
    given.write_bytes(request.body([part(dict(document)) for document in documents]))
    code, output, errors = await program.run(
        "eval", "--format", "json", "--bundle", str(bundle), "--input", str(given), query
    )
    assert code == 0, errors.decode()
    result = json.loads(output)["result"][0]["expressions"][0]["value"]
    return {(one[0], one[1], json.dumps(one[2:], sort_keys=True)) for one in result["findings"]}
