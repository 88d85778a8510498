"""The opa binary: what it checks, reads and builds."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import OpaProgramError
from tracewire.settings import EngineSettings

BANNED = frozenset(
    {
        # They reach out of the sandbox, or answer differently each time: a finding must
        # follow from its event alone, and replicas must agree.
        "http.send", "net.lookup_ip_addr", "opa.runtime", "rego.parse_module", "trace",
        "rand.intn", "time.now_ns", "uuid.rfc4122", "providers.aws.sign_req",
    }
)  # fmt: skip

_LONGEST_SECONDS = 60.0
_START_SECONDS = 10.0
_LOOK_SECONDS = 0.01


class Complaint(msgspec.Struct, frozen=True):
    """What OPA has against a file.

    Attributes:
        path: The file as OPA was given it.
        row: Line, from 1.
        code: OPA's, such as rego_type_error.
        reason: In its words.
    """

    path: str
    row: int
    code: str
    reason: str


class Signing(msgspec.Struct, frozen=True):
    """How bundles are signed.

    Attributes:
        key: Absolute path of a file with a PEM private key, or with a secret for HS256 and its like.
        algorithm: Such as RS256, ES256 or HS256.
    """

    key: str
    algorithm: str


def signing_of(settings: EngineSettings) -> Signing | None:
    """How *settings* want bundles signed; None for not at all."""
    if settings.bundle_signing_key is None:
        return None
    key = str(Path(settings.bundle_signing_key).absolute())
    return Signing(key, settings.bundle_signing_algorithm)


class OpaProgram:
    """The opa binary at a path."""

    def __init__(self, path: str) -> None:
        self.path = path

    async def run(self, task: str, *arguments: str, cwd: Path | None = None) -> tuple[int, bytes, bytes]:
        """Its exit code, standard output and standard error.

        Raises:
            OpaProgramError: It cannot be started, or takes longer than a minute.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                self.path,
                task,
                *arguments,
                cwd=cwd,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            raise OpaProgramError(
                task, f"{self.path}: {error.strerror}", remedy="Run `make setup`."
            ) from error
        try:
            async with asyncio.timeout(_LONGEST_SECONDS):
                output, errors = await process.communicate()
        except TimeoutError as error:
            raise OpaProgramError(task, f"not done after {_LONGEST_SECONDS:g} s") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        assert process.returncode is not None  # noqa: S101  (waited for)
        return process.returncode, output, errors

    async def check(
        self, directory: Path, *, capabilities: Path, schemas: Path | None, bundle: bool = False
    ) -> list[Complaint]:
        """What `opa check` has against the files of *directory*; paths are relative to it.

        Args:
            directory: With the files.
            capabilities: What they may use.
            schemas: Of their input; None: it may have any field.
            bundle: The directory's manifest says which version of Rego each file is in. Old ones
                are not held to `--strict`, which they knew nothing of.

        Raises:
            OpaProgramError: See `run`; or it failed without naming a file.
        """
        arguments = [
            "--bundle" if bundle else "--strict",
            "--format",
            "json",
            "--max-errors",
            "1000",
            "--capabilities",
            str(capabilities),
        ]
        if schemas is not None:
            arguments += ["--schema", str(schemas)]
        code, output, errors = await self.run("check", *arguments, ".", cwd=directory)
        if code == 0:
            return []
        complaints = _complaints(errors or output)
        if not complaints:
            raise OpaProgramError("check", _text(errors or output))
        return complaints

    async def annotations(self, directory: Path) -> list[dict[str, Any]]:
        """The METADATA of all files of *directory*, which must parse.

        Raises:
            OpaProgramError: See `run`; or a file does not parse.
        """
        code, output, errors = await self.run(
            "inspect", "--annotations", "--format", "json", ".", cwd=directory
        )
        if code != 0:
            raise OpaProgramError("inspect", _text(errors or output))
        found = msgspec.json.decode(output, type=dict[str, Any]).get("annotations", [])
        return list(found)

    async def parse(self, texts: dict[str, str]) -> dict[str, dict[str, Any]]:
        """The syntax trees of *texts* by the same names; one that does not parse is left out.

        One process for all: `opa parse` takes one file, and starting it takes longer
        than parsing.

        Raises:
            OpaProgramError: See `run`.
        """
        query = "{name: tree | some name, text in input.files; tree := rego.parse_module(name, text)}"
        with tempfile.NamedTemporaryFile(prefix="tracewire-", suffix=".json") as document:
            document.write(msgspec.json.encode({"files": texts}))
            document.flush()
            code, output, errors = await self.run("eval", "--format", "json", "--input", document.name, query)
        if code != 0:
            raise OpaProgramError("eval", _text(errors or output))
        answer = msgspec.json.decode(output)
        trees: dict[str, dict[str, Any]] = answer["result"][0]["expressions"][0]["value"]
        return trees

    async def parse_file(self, text: str, version: int) -> tuple[dict[str, Any] | None, list[Complaint]]:
        """The syntax tree of *text* in Rego's old version 0 or in 1, or what is wrong with it.

        Raises:
            OpaProgramError: See `run`; or it failed without saying where.
        """
        with tempfile.NamedTemporaryFile(prefix="tracewire-", suffix=".rego") as file:
            file.write(text.encode())
            file.flush()
            compatible = ["--v0-compatible"] if version == 0 else []
            code, output, errors = await self.run("parse", "--format", "json", *compatible, file.name)
        if code == 0:
            return msgspec.json.decode(output, type=dict[str, Any]), []
        complaints = _complaints(errors or output)
        if not complaints:
            raise OpaProgramError("parse", _text(errors or output))
        return None, complaints

    async def build(
        self,
        directory: Path,
        *,
        entrypoints: Sequence[str],
        revision: str,
        capabilities: Path,
        signing: Signing | None = None,
    ) -> bytes:
        """The optimised bundle of *directory*.

        Raises:
            OpaProgramError: See `run`; or the files do not compile together.
        """
        target = directory.parent / "bundle.tar.gz"
        arguments = ["--optimize", "2", "--prune-unused", "--revision", revision, "--output", str(target)]
        for entrypoint in entrypoints:
            arguments += ["--entrypoint", entrypoint]
        code, output, errors = await self.run(
            "build",
            *arguments,
            *_signed(signing),
            "--capabilities",
            str(capabilities),
            "--bundle",
            ".",
            cwd=directory,
        )
        if code != 0:
            raise OpaProgramError("build", _text(errors or output))
        return target.read_bytes()

    async def with_data(
        self, archive: bytes, root: str, data: object, *, revision: str, signing: Signing | None = None
    ) -> bytes:
        """The bundle *archive* and beside it `data.<root>`, which its rules have not been optimised for.

        Raises:
            OpaProgramError: See `run`.
        """
        with tempfile.TemporaryDirectory(prefix="tracewire-") as name:
            before, beside, after = _bundles_in(Path(name), archive, root, data)
            arguments = ["--revision", revision, "--output", str(after), *_signed(signing)]
            code, output, errors = await self.run("build", *arguments, "--bundle", str(before), str(beside))
            if code != 0:
                raise OpaProgramError("build", _text(errors or output))
            return after.read_bytes()

    @contextlib.asynccontextmanager
    async def serving(self, bundle: Path, socket: Path) -> AsyncIterator[None]:
        """An OPA of one's own that answers about *bundle* at the Unix *socket* meanwhile.

        Raises:
            OpaProgramError: It cannot be started, or does not listen within ten seconds.
        """
        options = ["--server", "--addr", f"unix://{socket}", "--log-level", "error", "--skip-version-check"]
        try:
            process = await asyncio.create_subprocess_exec(
                self.path,
                "run",
                *options,
                "--bundle",
                str(bundle),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
        except OSError as error:
            raise OpaProgramError(
                "run", f"{self.path}: {error.strerror}", remedy="Run `make setup`."
            ) from error
        try:
            await self._listens(process, socket)
            yield
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    @staticmethod
    async def _listens(process: asyncio.subprocess.Process, socket: Path) -> None:
        try:
            async with asyncio.timeout(_START_SECONDS):
                while True:
                    try:
                        _, writer = await asyncio.open_unix_connection(socket)
                    except OSError:
                        if process.returncode is not None:
                            raise OpaProgramError("run", f"it ended with code {process.returncode}") from None
                        await asyncio.sleep(_LOOK_SECONDS)
                    else:
                        writer.close()
                        return
        except TimeoutError as error:
            raise OpaProgramError("run", f"it does not listen after {_START_SECONDS:g} s") from error

    async def write_capabilities(self, directory: Path) -> Path:
        """Write `capabilities` into *directory*, as a file for OPA.

        Raises:
            OpaProgramError: See `run`.
        """
        path = directory / "capabilities.json"
        path.write_bytes(await self.capabilities())
        return path

    async def capabilities(self) -> bytes:
        """What signatures may use: everything this OPA can do but what is banned, and no network.

        Raises:
            OpaProgramError: See `run`.
        """
        code, output, errors = await self.run("capabilities", "--current")
        if code != 0:
            raise OpaProgramError("capabilities", _text(errors or output))
        known = msgspec.json.decode(output, type=dict[str, Any])
        known["builtins"] = [builtin for builtin in known["builtins"] if builtin["name"] not in BANNED]
        known["allow_net"] = []
        return msgspec.json.format(msgspec.json.encode(known), indent=2)


def _bundles_in(directory: Path, archive: bytes, root: str, data: object) -> tuple[Path, Path, Path]:
    """The paths of *archive*, of a bundle with nothing but *data* at *root*, and of what they become."""
    before, beside = directory / "before.tar.gz", directory / "beside"
    before.write_bytes(archive)
    beside.mkdir()
    (beside / "data.json").write_bytes(msgspec.json.encode({root: data}))
    (beside / ".manifest").write_bytes(msgspec.json.encode({"roots": [root]}))
    return before, beside, directory / "after.tar.gz"


def _signed(signing: Signing | None) -> list[str]:
    return [] if signing is None else ["--signing-key", signing.key, "--signing-alg", signing.algorithm]


def _text(output: bytes) -> str:
    return output.decode(errors="backslashreplace").strip() or "failed without a word"


def _complaints(output: bytes) -> list[Complaint]:
    try:
        errors = msgspec.json.decode(output, type=dict[str, Any])["errors"]
    except (msgspec.DecodeError, msgspec.ValidationError, KeyError):
        return []
    found = []
    for error in errors:
        location = error.get("location") or {}
        reason = error.get("message", "")
        details = error.get("details")
        if isinstance(details, dict):
            reason += _details(details)
        found.append(
            Complaint(location.get("file", ""), location.get("row", 0), error.get("code", ""), reason)
        )
    return found


def _details(details: dict[str, Any]) -> str:
    """OPA's structured hints as the end of a sentence."""
    if details.get("oneOf"):
        return f" (there are {', '.join(map(str, details['oneOf']))})"
    if "line" in details:
        return f": {str(details['line']).strip()}"
    return ""
