"""Runs once before everything else: a password for each role, and a folder for NATS.

Nothing here is known to anybody before the first start, and what exists is kept. Each
role's configuration can be read by that role's user and nobody else.

    prepare.py                      make what is missing
    prepare.py --show findings      the URL for a service on this host
"""

import os
import secrets
import sys
from pathlib import Path

CREDENTIALS = Path("/credentials")
STREAMS = Path("/data")

NATS_USER = 65533
# The user that each role's container runs as; see docker-compose.yml.
ROLES = {"collector": 0, "inventory": 0, "engine": 65534, "findings": 65532, "operator": 65531}

PASSWORDS = "passwords.conf"
_ONLY_ITS_USER = 0o400


def passwords(existing: str) -> dict[str, str]:
    """Each role's password: as in *existing*, the text of passwords.conf, or a new one."""
    known = dict(line.split(": ", 1) for line in existing.splitlines() if ": " in line)
    return {role: known.get(f"{role}_password", "").strip('"') or secrets.token_urlsafe(32) for role in ROLES}


def write(path: Path, text: str, user: int) -> None:
    """*text* as *path*, never half of it, for *user* alone."""
    unfinished = path.with_name(f".{path.name}")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _ONLY_ITS_USER), "w") as file:
        file.write(text)
    os.chown(unfinished, user, user)
    unfinished.replace(path)


def prepare(credentials: Path, streams: Path) -> None:
    """Make what is missing, and let each file belong to who reads it."""
    common = credentials / PASSWORDS
    chosen = passwords(common.read_text() if common.exists() else "")
    write(common, "".join(f'{role}_password: "{chosen[role]}"\n' for role in ROLES), NATS_USER)
    for role, user in ROLES.items():
        write(credentials / f"{role}.toml", f'nats = "nats://{role}:{chosen[role]}@nats:4222"\n', user)
    os.chown(streams, NATS_USER, NATS_USER)


def main(arguments: list[str]) -> int:
    """Do it, or show one role's URL; return the exit code."""
    match arguments:
        case []:
            prepare(CREDENTIALS, STREAMS)
        case ["--show", role] if role in ROLES:
            chosen = passwords((CREDENTIALS / PASSWORDS).read_text())
            print(f"nats://{role}:{chosen[role]}@{os.environ.get('NATS_LISTEN', '127.0.0.1:4222')}")
        case _:
            print(f"usage: prepare.py [--show {'|'.join(ROLES)}]", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
