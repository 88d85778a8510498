"""Which files are generated, and whether those on disk are what they should be."""

from pathlib import Path

from tracewire.catalogue import EVENTS
from tracewire.generate import c_header, same_calls
from tracewire.generate.event_pages import event_pages
from tracewire.generate.json_schema import schema_files
from tracewire.generate.metadata import Metadata, read_metadata
from tracewire.generate.signature_pages import signature_pages

# Everything in these directories is generated: a file that is left over is stale too.
OWN_DIRECTORIES = ("rego/schemas", "docs/events", "docs/signatures")


def shipped_signatures(root: Path) -> list[Metadata]:
    """What the signatures of the checkout *root* say about themselves.

    Raises:
        MetadataError: One of them says it in a way that is not understood.
    """
    files = sorted((root / "rego" / "signatures").glob("*.rego"))
    return [
        read_metadata(file.read_text(encoding="utf-8"), str(file.relative_to(root)))
        for file in files
        if not file.name.endswith("_test.rego")
    ]


def artefacts(root: Path) -> dict[str, str]:
    """Path relative to the checkout *root* to text, for every generated file.

    Raises:
        MetadataError: See `shipped_signatures`.
    """
    found = {f"bpf/{c_header.NAME}": c_header.render(), f"bpf/{same_calls.NAME}": same_calls.render()}
    found |= {f"rego/schemas/{name}": text for name, text in schema_files(EVENTS).items()}
    found |= {f"docs/events/{name}": text for name, text in event_pages(EVENTS).items()}
    found |= {
        f"docs/signatures/{name}": text for name, text in signature_pages(shipped_signatures(root)).items()
    }
    return found


def stale(root: Path) -> list[str]:
    """Paths of generated files that are missing, differ or should not be there, in order.

    Raises:
        MetadataError: See `shipped_signatures`.
    """
    wanted = artefacts(root)
    wrong = [
        path
        for path, text in wanted.items()
        if not (root / path).is_file() or (root / path).read_text(encoding="utf-8") != text
    ]
    return sorted([*wrong, *_surplus(root, wanted)])


def write(root: Path) -> list[str]:
    """Make the generated files what they should be.

    Returns:
        The paths that were not, in order.

    Raises:
        MetadataError: See `shipped_signatures`.
        OSError: One cannot be written.
    """
    wanted = artefacts(root)
    changed = stale(root)
    for path in changed:
        if path in wanted:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(wanted[path], encoding="utf-8")
        else:
            (root / path).unlink()
    return changed


def _surplus(root: Path, wanted: dict[str, str]) -> list[str]:
    present = (
        file for directory in OWN_DIRECTORIES for file in (root / directory).glob("*") if file.is_file()
    )
    return [path for file in present if (path := str(file.relative_to(root))) not in wanted]
