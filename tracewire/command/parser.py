"""What can be typed after `tracewire`."""

import argparse
from collections.abc import Callable
from typing import NoReturn

from tracewire.catalogue import sets
from tracewire.command import (
    bridge,
    doctor,
    events,
    findings,
    interest,
    ledger,
    record,
    signatures,
    status,
    up,
)
from tracewire.command.durations import duration
from tracewire.command.errors import Exit
from tracewire.subjects import SEVERITIES

_CONNECTION = """
NATS is looked for at --nats, TRACEWIRE_NATS, the configuration file (--config or
TRACEWIRE_CONFIG), and nats://127.0.0.1:4222, in that order.

exit codes: 0 done; 1 not so (not ready, a check failed); 2 wrong usage;
3 a part that is needed is not reachable; 4 this machine cannot (not root, no BTF)
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One sentence what, one what to do."""
        problem = message[:1].upper() + message[1:]
        self.exit(Exit.USAGE, f"tracewire: {problem}.\n           See `{self.prog} --help`.\n")


def port(text: str) -> int:
    """A TCP port number.

    Raises:
        ArgumentTypeError: It is none.
    """
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port number (1 to 65535)")
    return int(text)


def command_line() -> _Parser:
    """The whole command line; `run` of what it parses takes (arguments, settings)."""
    parser = _Parser(
        prog="tracewire",
        description="Watches Linux hosts and containers with eBPF; finds attacks with signatures in Rego.",
        epilog=_CONNECTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(config=None)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    shared = _Parser(add_help=False)
    shared.add_argument("--config", metavar="FILE", help="a TOML file; see docs/configuration.md")
    bus = _Parser(add_help=False, parents=[shared])
    bus.add_argument("--nats", metavar="URL", help="where NATS is")

    def add(
        name: str,
        run: Callable[..., int],
        summary: str,
        *examples: str,
        parent: _Parser = bus,
        json: str = "",
    ) -> _Parser:
        """One command; *json* says what `--json` prints one of, where there is that option."""
        command = commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            epilog="examples:\n" + "\n".join(f"  {example}" for example in examples) + "\n" + _CONNECTION,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            parents=[parent],
        )
        command.set_defaults(run=run)
        if json:
            command.add_argument("--json", action="store_true", help=f"print one {json}")
        return command

    command = add(
        "up",
        up.run,
        "everything on this host (NATS, OPA, collector, engine), and findings as they come",
        "tracewire up",
        "tracewire up --signatures ./mine --signatures ./theirs",
        "tracewire up --nats-port 14222 --json | jq .signature.title",
        parent=shared,
        json="finding a line, as JSON",
    )
    command.add_argument(
        "--nats-port", type=port, metavar="N", help="port for NATS, on loopback (default: 4222)"
    )
    command.add_argument(
        "--signatures",
        action="append",
        metavar="DIR",
        help="signatures to load; repeat it for several (default: those that come with Tracewire)",
    )

    command = add(
        "status",
        status.run,
        "whether everything answers and every probe that is needed is attached",
        "tracewire status",
        "tracewire status --wait 30 && echo ready",
        "tracewire status --json | jq .collector.pid",
        json="JSON document",
    )
    command.add_argument(
        "--wait", type=float, default=0.0, metavar="SECONDS", help="wait so long for it to become ready"
    )

    command = add(
        "findings",
        findings.run,
        "what the signatures have found",
        "tracewire findings --since 10m",
        "tracewire findings --follow --severity high",
        "tracewire findings --signature anti_debugging --json | jq .process.exe",
        json="finding a line, as JSON",
    )
    command.add_argument(
        "--follow", action="store_true", help="after the stored ones, print new ones as they come"
    )
    command.add_argument(
        "--since", type=duration, metavar="10m", help="only so far back (default: all that are stored)"
    )
    command.add_argument("--severity", choices=SEVERITIES, help="at least this severe")
    command.add_argument("--signature", metavar="NAME", help="only of this signature")

    command = add(
        "events",
        events.run,
        "events as they happen, collected only as long as somebody looks",
        "tracewire events -e sched_process_exec",
        "tracewire events -e syscalls comm=nginx",
        "tracewire events -e file,network container",
        "tracewire events -e security_file_open 'pathname=/etc/*' comm!=cron",
        "tracewire events -e 'security_socket_connect remote_addr=10.0.0.0/8' -e 'ptrace retval=0' container",
        "tracewire events -e sched_process_exec executable=/usr/bin/make follow",
        "tracewire events -e ptrace,process_vm_writev 'uid>=1000' --json",
        "tracewire events --policy writes.toml --policy network.toml host",
        json="event a line, as JSON",
    )
    command.add_argument(
        "-e",
        "--event",
        action="append",
        default=[],
        metavar="NAME[,NAME…][ FILTER…]",
        help=f"which events, or sets of them ({', '.join(sets.MAIN)}, or a tag), and filters for these "
        "alone; all events are listed in docs/events/README.md",
    )
    command.add_argument(
        "--policy",
        action="append",
        default=[],
        metavar="FILE",
        help="a TOML file of events and filters (docs/filters.md); several ask for more, beside -e, too",
    )
    command.add_argument(
        "filter",
        nargs="*",
        metavar="FILTER",
        help="FIELD=VALUE[,VALUE…], with != < > <= >= too, where FIELD is an argument of the event, a field "
        "of the process (comm, executable, pid, uid, tree, ...), container, node or retval, and VALUE may "
        "begin or end with * or be a network; or container, host or follow; all must hold (docs/filters.md)",
    )

    command = add(
        "bridge",
        bridge.run,
        "findings in another product's form, posted to a service that reads it",
        "tracewire bridge falco --url http://falcosidekick:2801/",
        "tracewire bridge falco --url https://alerts.example/falco --severity high",
    )
    command.add_argument("form", choices=["falco"], help="falco: the JSON that falcosidekick takes")
    command.add_argument("--url", required=True, metavar="URL", help="where to post each finding")
    command.add_argument("--severity", choices=SEVERITIES, default="info", help="at least this severe")
    command.add_argument(
        "--since", type=duration, metavar="10m", help="at the first start, so far back (default: from now on)"
    )
    command.add_argument(
        "--durable",
        default="bridge-falco",
        metavar="NAME",
        help="under which NATS remembers how far it has come (default: bridge-falco)",
    )

    add(
        "ledger",
        ledger.run,
        "what became of every event: generated = filtered + published + lost + queued",
        "tracewire ledger",
        "tracewire ledger --json | jq '.nodes[].events'",
        json="JSON document",
    )

    add(
        "interest",
        interest.run,
        "what is collected at present, under which conditions, and who asked for it",
        "tracewire interest",
        "tracewire interest --json | jq '.events | keys'",
        json="JSON document",
    )

    add(
        "doctor",
        doctor.run,
        "what this kernel allows, and on which rung every event stands",
        "sudo tracewire doctor",
        "sudo tracewire doctor --json | jq .events",
        parent=shared,
        json="JSON document",
    )

    command = add(
        "record",
        record.run,
        "events that were collected, into a file for `tracewire replay`",
        "tracewire record events.rec --since 1h",
        "tracewire record events.rec --for 30s",
        json="JSON document",
    )
    command.add_argument("file", metavar="FILE", help="where to; replaced if it is there")
    when = command.add_mutually_exclusive_group()
    when.add_argument(
        "--since", type=duration, metavar="1h", help="only so far back (default: all that are stored)"
    )
    when.add_argument(
        "--for", dest="wait", type=duration, metavar="30s", help="wait so long, and then what came meanwhile"
    )

    # For the list of commands: its arguments go to the engine as they are.
    add(
        "signatures",
        signatures.run,
        "write, check, test, list and explain signatures",
        "tracewire signatures new my_signature ./mine",
        "tracewire signatures list",
        "tracewire signatures check ./mine",
        "tracewire signatures test ./mine",
        "tracewire signatures explain cron_write",
        parent=shared,
    )
    add(
        "replay",
        signatures.run,
        "other signatures over recorded events: what they find that was not found, and the reverse",
        "tracewire replay --since 1h --signatures ./mine",
        "tracewire replay events.rec --signatures ./mine --against ./former",
        parent=shared,
    )
    return parser
