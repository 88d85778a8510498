"""Bundles that are signed, and an OPA that takes no others."""

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.bundle import Bundle, build
from engine.bundle_server import BundleServer
from engine.errors import OpaAwayError
from engine.opa import Opa
from engine.opa_program import OpaProgram, Signing
from tests.engine import loading, rego
from tests.engine.conftest import OpaServer, until

pytestmark = pytest.mark.opa


def _keys(algorithm: str, folder: Path, name: str) -> tuple[Path, Path]:
    """A private and a public key, or one secret twice."""
    private, public = folder / f"{name}.key", folder / f"{name}.pub"
    if algorithm == "HS256":
        private.write_text(f"a secret that is long enough, {name}")
        return private, private
    make = {"RS256": ["genrsa", "2048"], "ES256": ["ecparam", "-name", "prime256v1", "-genkey", "-noout"]}
    read = {"RS256": "rsa", "ES256": "ec"}[algorithm]
    private.write_bytes(subprocess.run(["openssl", *make[algorithm]], check=True, capture_output=True).stdout)
    subprocess.run(
        ["openssl", read, "-in", private, "-pubout", "-out", public], check=True, capture_output=True
    )
    return private, public


async def _bundle(program: OpaProgram, folder: Path, text: str, signing: Signing | None) -> Bundle:
    found = await loading.accepted(program, folder, loading.files(traceme=text))
    capabilities = folder / "capabilities.json"
    return await build(program, list(found.modules), found.exceptions, capabilities, signing)


@pytest.fixture
async def server() -> AsyncIterator[BundleServer]:
    """Serves what a test publishes."""
    served = BundleServer()
    await served.start("127.0.0.1", 0)
    yield served
    await served.stop()


@pytest.mark.parametrize("algorithm", ["HS256", "RS256", "ES256"])
async def test_only_what_the_right_key_has_signed_is_taken(
    program: OpaProgram, tmp_path: Path, server: BundleServer, algorithm: str
) -> None:
    """Signed by another key, not at all, or cut short: OPA says why, and the old bundle answers."""
    private, public = _keys(algorithm, tmp_path, "right")
    other, _ = _keys(algorithm, tmp_path, "other")
    first = await _bundle(program, tmp_path, rego.TRACEME, Signing(str(private), algorithm))
    changed = rego.TRACEME + "\n# changed\n"
    by_other = await _bundle(program, tmp_path, changed, Signing(str(other), algorithm))
    unsigned = await _bundle(program, tmp_path, changed, None)
    right = await _bundle(program, tmp_path, changed, Signing(str(private), algorithm))
    process = OpaServer(tmp_path, server.port)
    process.arguments += [
        "--set", f"keys.tracewire.algorithm={algorithm}", "--set-file", f"keys.tracewire.key={public}",
        "--set", "bundles.signatures.signing.keyid=tracewire",
    ]  # fmt: skip
    opa = Opa(process.address, 1)
    await opa.open()

    async def answers(revision: str) -> bool:
        try:
            return (await opa.evaluate([], 1)).revision == revision
        except OpaAwayError:
            return False

    try:
        server.publish(first.revision, first.archive)
        await process.start()
        await until(lambda: answers(first.revision), "OPA has the signed bundle")
        for wrong in (by_other.archive, unsigned.archive, right.archive[: len(right.archive) // 2]):
            server.complaint = ""
            server.publish(f"wrong {len(wrong)}", wrong)

            async def complains() -> bool:
                return bool(server.complaint)

            await until(complains, "OPA refuses the bundle")
            assert await answers(first.revision)
        server.publish(right.revision, right.archive)
        await until(lambda: answers(right.revision), "OPA has the next signed bundle")
    finally:
        await opa.close()
        await process.stop()
