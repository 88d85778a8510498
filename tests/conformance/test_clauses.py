"""The kernel drops what no clause wants, and nothing else."""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from collector.decisions import decision
from tests.conformance.capture import Capture, seen
from tracewire.catalogue import BY_NAME
from tracewire.clause import Clause, Condition, any_matches, to_raw
from tracewire.interest import EventInterest

pytestmark = pytest.mark.root

OPEN, EXEC = "security_file_open", "sched_process_exec"
FILES = 300
ROUNDS = 6

# Opens what it is told to, as the user it is told to be.
OPENER = """
import json, os, sys
for path, flags in json.load(sys.stdin):
    os.close(os.open(path.encode("utf-8", "surrogateescape"), flags))
"""
FLAGS = (os.O_RDONLY, os.O_WRONLY, os.O_RDWR, os.O_WRONLY | os.O_TRUNC, os.O_RDWR | os.O_CREAT)


def tree(pick: random.Random, root: Path) -> list[Path]:
    """Files at all depths, with names of all lengths around those of the hash's words."""
    directories = [root]
    for _ in range(40):
        length = pick.choice([1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40])
        directory = pick.choice(directories) / "".join(pick.choices("ab.é", k=length)).replace("..", "c")
        if len(directory.parts) > 30:
            continue
        directory.mkdir(exist_ok=True)
        if directory not in directories:
            directories.append(directory)
    deep = root
    for _ in range(12):
        deep /= "d"
        deep.mkdir()
        directories.append(deep)
    files = []
    for number in range(FILES):
        length = pick.choice([1, 3, 7, 8, 9, 23, 24, 25, 39, 40, 120, 200, 250])
        name = f"{number:x}" + "n" * (length - 8) + "".join(pick.choices("no.", k=8))
        file = pick.choice(directories) / name[:length]
        if not file.exists():
            file.write_text("x")
            file.chmod(0o666)
            files.append(file)
    return files


def end_of(pick: random.Random, name: str) -> str:
    r"""At most eight bytes of the end of *name*; empty where that may be the middle of a ``\x..``."""
    end = name[-pick.randrange(1, 9) :]
    return end if len(end.encode()) <= 8 and end[0] not in "x0123456789abcdef" else ""


def clauses_about(pick: random.Random, files: list[Path]) -> list[Clause]:
    """Clauses of all kinds that the kernel decides by without widening them."""
    made: list[Clause] = []
    for _ in range(pick.randrange(1, 9)):
        clause: dict[str, Condition] = {}
        some = pick.sample(files, k=pick.choice([1, 3, 20]))
        parts: dict[str, tuple[str, ...]] = {}
        for kind in pick.sample(["equal", "prefix", "suffix", "end"], k=pick.choice([1, 1, 2, 3])):
            said = {
                "equal": tuple(map(str, some)),
                "prefix": tuple(f"{file.parent}/" for file in some),
                "suffix": tuple(f"/{file.name}" for file in some),
                "end": tuple(end for file in some if (end := end_of(pick, file.name))),
            }[kind]
            kind = "suffix" if kind == "end" else kind  # noqa: PLW2901  (the end of a name alone)
            parts[kind] = parts.get(kind, ()) + said
        clause["args.pathname"] = msgspec.convert(parts, Condition)
        if pick.random() < 0.4:
            flags = pick.sample(["O_RDONLY", "O_WRONLY", "O_RDWR", "O_TRUNC", "O_CREAT"], k=2)
            clause["args.flags"] = Condition(contains=tuple(flags))
        if pick.random() < 0.2:
            clause["process.uid"] = Condition(ranges=((pick.choice([0, 1000]), 1234),))
        if pick.random() < 0.2:
            clause["process.comm"] = Condition(equal=(pick.choice(["python", "python3", "python3.11", "x"]),))
        made.append(clause)
    return made


def run(capture: Capture, opens: list[tuple[str, int]], root: Path) -> list[dict[str, object]]:
    """The documents of the events of a program that opens *opens*."""
    program = subprocess.Popen([sys.executable, "-I", "-S", "-c", OPENER], stdin=subprocess.PIPE)
    program.communicate(json.dumps(opens).encode(), timeout=60)
    assert program.returncode == 0
    found = []
    for event in capture.take():
        if event.pid == program.pid:
            one = seen(event)
            if str(one.event.args["pathname"]).startswith(str(root)):
                found.append({"args": one.event.args, "process": msgspec.to_builtins(one.process)})
    return found


def named(documents: list[dict[str, object]]) -> Counter[tuple[str, tuple[str, ...]]]:
    """How often each path was opened in each way."""
    args = [document["args"] for document in documents]
    return Counter((one["pathname"], tuple(one["flags"])) for one in args)  # type: ignore[index]


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_the_kernel_agrees_with_the_clauses(capture: Capture, tmp_path: Path, seed: int) -> None:
    """Random patterns over a random tree: what arrives is what the clauses say, no more and no less."""
    pick = random.Random(seed)  # noqa: S311  (a test's choice of values)
    files = tree(pick, tmp_path)
    opens = [(str(file), pick.choice(FLAGS)) for file in files]
    event = BY_NAME[OPEN]

    with capture.wanting(OPEN):
        everything = run(capture, opens, tmp_path)
        assert len(everything) >= len(files)
        for generation in range(2, 8):
            clauses = clauses_about(pick, files)
            interest = EventInterest(clauses=[to_raw(clause) for clause in clauses])
            capture.tables.want({event.id: decision(event, interest, generation)})
            capture.take()
            before = capture.counts(OPEN)
            found = run(capture, opens, tmp_path)
            after = capture.counts(OPEN)

            wanted = [document for document in everything if any_matches(clauses, document)]
            assert named(found) == named(wanted), clauses
            assert after["filtered"] - before["filtered"] >= len(everything) - len(found)


def test_patterns_that_cannot_be_said_are_widened(capture: Capture, tmp_path: Path) -> None:
    """What may be the middle of an escape, of an unknown kind: more arrives than asked for, never less."""
    opens = [(str(tmp_path / name), os.O_RDWR | os.O_CREAT) for name in ("cron.d", "shadow-", "other")]
    event = BY_NAME[OPEN]
    widened = [
        {"args.pathname": Condition(suffix=("adow-",))},
        {"args.pathname": Condition(equal=("x", r"\xff"))},
        {"args.nothing": Condition(equal=("x",))},
    ]

    with capture.wanting(OPEN):
        for generation, clause in enumerate(widened, 20):
            interest = EventInterest(clauses=[to_raw(clause)])
            capture.tables.want({event.id: decision(event, interest, generation)})
            capture.take()
            assert {str(document["args"]["pathname"]) for document in run(capture, opens, tmp_path)} == {  # type: ignore[index]
                path for path, _ in opens
            }
        unknown = EventInterest(clauses=[{"args.pathname": msgspec.Raw(b'{"equal":["x"],"glob":["*"]}')}])
        capture.tables.want({event.id: decision(event, unknown, 30)})
        capture.take()
        assert len(run(capture, opens, tmp_path)) == len(opens)


@pytest.mark.parametrize(
    ("beginnings", "expected"),
    [
        (["cr"], {"cron", "cron.d", "cron.d/deeper", "crontab-of-somebody"}),
        (["crontab-of-somebody-else"], {"crontab-of-somebody"}),  # eight bytes are looked at
        (["cron.", "oth"], {"cron", "cron.d", "cron.d/deeper", "crontab-of-somebody", "other"}),
        (["x", "nothing"], set()),
    ],
)
def test_prefix_may_end_inside_a_name(
    capture: Capture, tmp_path: Path, beginnings: list[str], expected: set[str]
) -> None:
    """Files and all that is in directories whose names begin so; the shortest beginning counts."""
    names = ["cron", "cron.d/deeper", "crontab-of-somebody", "other", "c", "shadow"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    opens = [(str(tmp_path / name), os.O_RDONLY) for name in [*names, "cron.d"]]
    event = BY_NAME[OPEN]
    prefixes = tuple(f"{tmp_path}/{beginning}" for beginning in beginnings)
    interest = EventInterest(clauses=[to_raw({"args.pathname": Condition(prefix=prefixes)})])

    with capture.wanting(OPEN):
        capture.tables.want({event.id: decision(event, interest, 60)})
        capture.take()
        found = run(capture, opens, tmp_path)

    paths = {str(document["args"]["pathname"]) for document in found}  # type: ignore[index]
    assert paths == {str(tmp_path / name) for name in expected}


def test_files_outside_of_the_tree_match(capture: Capture) -> None:
    """A file in memory has no path from the root, and a pattern cannot exclude it."""
    event = BY_NAME[OPEN]
    interest = EventInterest(clauses=[to_raw({"args.pathname": Condition(prefix=("/nowhere/",))})])
    descriptor = os.memfd_create("in-memory")
    link = f"/proc/{os.getpid()}/fd/{descriptor}"
    try:
        with capture.wanting(OPEN):
            capture.tables.want({event.id: decision(event, interest, 40)})
            capture.take()
            subprocess.run(["cat", link], check=True, stdout=subprocess.DEVNULL, timeout=60)
            paths = [str(seen(one).event.args["pathname"]) for one in capture.take()]
    finally:
        os.close(descriptor)

    assert [path for path in paths if "in-memory" in path] == ["memfd:in-memory"]
    assert not any(path.startswith("/usr/") for path in paths)


def test_programs_are_decided_by_their_path(capture: Capture, tmp_path: Path) -> None:
    """Of two programs the one in the wanted directory is told of."""
    event = BY_NAME[EXEC]
    interest = EventInterest(clauses=[to_raw({"args.pathname": Condition(prefix=(f"{tmp_path}/",))})])
    copy = tmp_path / "true"  # busybox does what its name says
    copy.write_bytes(Path("/bin/true").read_bytes())
    copy.chmod(0o755)

    with capture.wanting(EXEC):
        capture.tables.want({event.id: decision(event, interest, 50)})
        capture.take()
        subprocess.run(["/bin/true"], check=True, timeout=60)
        subprocess.run([copy], check=True, timeout=60)
        paths = [seen(one).event.args["pathname"] for one in capture.take()]

    assert paths == [str(copy)]
