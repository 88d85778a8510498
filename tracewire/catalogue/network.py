"""Events of sockets."""

from tracewire.catalogue.definition import Argument, Definition, Exactness, Kind, Rung
from tracewire.catalogue.hooks import hooked
from tracewire.catalogue.requests import around, by_socket

# The registers of a call are the same at its exit as at its entry.
_REGISTERS = ("sys_exit",)
_SYSCALL = ("sys_enter", "sys_exit")
_SOCKET = Argument("sockfd", Kind.INTEGER, note="The caller's descriptor.")
_LOCAL = Argument("local_addr", Kind.ADDRESS)
_REMOTE = Argument("remote_addr", Kind.ADDRESS)
# Of a call in which a 32-bit program gives the address of the arguments.
_IN_MEMORY = "Of socketcall, what registers hold elsewhere is marked too."
_UNCOPIED = f"Marked are only addresses that the kernel refused before it had copied them. {_IN_MEMORY}"
_REPLACED = (
    "Not seen: calls that return an error. Marked only where another thread put something else in the new "
    f"descriptor's place before the call returned. {_IN_MEMORY}"
)
_WITHOUT_SOCKET = f"Marked only where threads share the descriptor, and it is no socket. {_IN_MEMORY}"

_GIVEN = {"sockfd": Exactness.USER}
_CREATED = dict.fromkeys(("family", "type", "protocol"), Exactness.USER)
_CONNECTED = {**_GIVEN, "type": Exactness.RACY, "remote_addr": Exactness.USER}
_BOUND = {**_GIVEN, "local_addr": Exactness.USER}
_LISTENING = {**_GIVEN, "local_addr": Exactness.RACY, "backlog": Exactness.USER}
_ACCEPTED = {**_GIVEN, "local_addr": Exactness.RACY, "remote_addr": Exactness.RACY}
_SENT = _CONNECTED
_NOT_SENT = (
    "Not seen: what is written to a socket as to a file, and of sendmmsg all but the first message. "
    f"{_IN_MEMORY}"
)

NETWORK: tuple[Definition, ...] = (
    Definition(
        1300, "security_socket_create", "network",
        "A socket has been created.",
        (
            Argument("family", Kind.ENUM, "address_family"),
            Argument("type", Kind.ENUM, "socket_type"),
            Argument("protocol", Kind.INTEGER),
            Argument("kern", Kind.BOOLEAN, note="Created by the kernel for itself."),
        ),
        rungs=(Rung("sys_exit", _REGISTERS, _CREATED,
                    "Not seen: sockets that the kernel makes for itself. Marked are only arguments of socketcall."),),
        tags=("lsm_hooks", "net", "net_sock"), syscalls=("socket",),
        requests=("IORING_OP_SOCKET",), request_rungs=by_socket("io_socket"),
    ),
    Definition(
        1301, "security_socket_connect", "network",
        "A process has connected a socket to an address, or tried to.",
        (_SOCKET, Argument("type", Kind.ENUM, "socket_type"), _REMOTE),
        rungs=(
            *hooked("socket_connect", _CONNECTED, _UNCOPIED),
            Rung("inner", (*_SYSCALL, "cgroup_connect4", "cgroup_connect6", "names_cache_free"),
                 _CONNECTED,
                 "Marked are addresses that the kernel refused to look at, of families other than IPv4, IPv6 and "
                 "named Unix sockets, and of raw sockets; type where threads share the descriptor of any but an IPv4 "
                 f"or IPv6 socket. {_IN_MEMORY}"),
            Rung("sys_exit", _SYSCALL, _CONNECTED),
        ),
        tags=("default", "lsm_hooks", "net", "net_sock"), syscalls=("connect",),
        requests=("IORING_OP_CONNECT",),
        request_rungs=by_socket(
            "io_connect", exactness={"type": Exactness.RACY, "remote_addr": Exactness.USER},
            note="Told when the request is submitted, whatever becomes of it. remote_addr is marked before 6.18.",
        ),
    ),
    Definition(
        1302, "security_socket_bind", "network",
        "A process has given a socket an address, or tried to.",
        (_SOCKET, _LOCAL),
        rungs=(
            *hooked("socket_bind", _BOUND, _UNCOPIED),
            Rung("inner", (*_SYSCALL, "cgroup_bind4", "cgroup_bind6", "names_cache_free"),
                 _BOUND,
                 "Marked are addresses that the kernel refused to look at, and of families other than IPv4, IPv6 and "
                 f"named Unix sockets. {_IN_MEMORY}"),
            Rung("sys_exit", _SYSCALL, _BOUND),
        ),
        tags=("default", "lsm_hooks", "net", "net_sock"), syscalls=("bind",),
        requests=("IORING_OP_BIND",),
        request_rungs=by_socket(
            "io_bind",
            note="Told when the request is submitted, whatever becomes of it. local_addr is not known before 6.18.",
        ),
    ),
    Definition(
        1303, "security_socket_listen", "network",
        "A socket waits for connections.",
        (_SOCKET, _LOCAL, Argument("backlog", Kind.INTEGER)),
        rungs=(*hooked("socket_listen", _LISTENING, _WITHOUT_SOCKET),
               Rung("inner", (*_SYSCALL, "inet_sock_set_state"), _LISTENING,
                    "Marked only where threads share the descriptor, and it is not of a bound TCP socket that "
                    f"begins to listen. {_IN_MEMORY}")),
        tags=("lsm_hooks", "net", "net_sock"), syscalls=("listen",),
        requests=("IORING_OP_LISTEN",),
        request_rungs=by_socket("io_listen", exactness={"local_addr": Exactness.RACY}),
    ),
    Definition(
        1304, "security_socket_accept", "network",
        "A process has accepted a connection.",
        (_SOCKET, _LOCAL, _REMOTE),
        rungs=(*hooked("file_alloc", _ACCEPTED, _REPLACED),
               Rung("inner", (*_SYSCALL, "file_alloc"), _ACCEPTED, _REPLACED)),
        tags=("default", "lsm_hooks", "net", "net_sock"), syscalls=("accept", "accept4"),
        requests=("IORING_OP_ACCEPT",),
        request_rungs=by_socket(
            "io_accept",
            programs=("uring_submit", "file_alloc", "uring_submit_socket", "uring_complete_accept"),
            exactness={"sockfd": Exactness.RACY, "local_addr": Exactness.RACY, "remote_addr": Exactness.RACY},
            note="Of a request that leaves no completion, told when it is submitted and without remote_addr.",
        ),
    ),
    Definition(
        1305, "socket_dup", "network",
        "A socket's descriptor has been duplicated, as a shell on a socket does with 0, 1 and 2.",
        (Argument("oldfd", Kind.INTEGER), Argument("newfd", Kind.INTEGER), _REMOTE),
        rungs=(Rung("sys_exit", _SYSCALL, {"remote_addr": Exactness.RACY},
                    "Marked only where threads share the descriptors."),),
        tags=("net", "net_sock"), syscalls=("dup", "dup2", "dup3"),
    ),
    Definition(
        1202, "security_socket_sendmsg", "network",
        "A process has sent something through a socket, or tried to.",
        (_SOCKET, Argument("type", Kind.ENUM, "socket_type"),
         Argument("remote_addr", Kind.ADDRESS,
                  note="The address that was given, else the one to which the socket is connected.")),
        rungs=(
            *hooked("socket_sendmsg", _SENT, f"{_NOT_SENT} Marked where the kernel refused it before."),
            Rung("inner", (*_SYSCALL, "cgroup_sendmsg4", "cgroup_sendmsg6", "names_cache_free"), _SENT,
                 f"{_NOT_SENT} Marked are addresses other than of UDP sockets, and named Unix ones; those of "
                 "connected sockets and type where threads share the descriptor."),
            Rung("sys_exit", _SYSCALL, _SENT),
        ),
        tags=("lsm_hooks", "net", "net_sock"), syscalls=("sendto", "sendmsg", "sendmmsg"), hot=True,
        requests=("IORING_OP_SEND", "IORING_OP_SENDMSG", "IORING_OP_SEND_ZC", "IORING_OP_SENDMSG_ZC"),
        request_rungs=(
            Rung("fexit", around("io_send", "io_sendmsg", "io_send_zc", "io_sendmsg_zc"), _SENT,
                 "Before one function sent whatever is not to be copied (7.x)."),
            *by_socket("io_send", "io_sendmsg", "io_sendmsg_zc", exactness=_SENT),
        ),
    ),
)  # fmt: skip
