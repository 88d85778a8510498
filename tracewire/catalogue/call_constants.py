"""Names of what system calls are given that no header for programs has, or not under these names.

Sources: include/linux/socket.h, include/linux/splice.h, include/linux/fs.h and others of Linux 7.2.
"""

from tracewire.catalogue import kernel_constants

ENUMS: dict[str, dict[int, str]] = {
    "dirfd": {-100: "AT_FDCWD"},
    "shutdown": {0: "SHUT_RD", 1: "SHUT_WR", 2: "SHUT_RDWR"},
    "sockopt_level": {
        0: "SOL_IP",
        1: "SOL_SOCKET",
        6: "SOL_TCP",
        17: "SOL_UDP",
        41: "SOL_IPV6",
        58: "SOL_ICMPV6",
        132: "SOL_SCTP",
        136: "SOL_UDPLITE",
        255: "SOL_RAW",
        263: "SOL_PACKET",
        270: "SOL_NETLINK",
        271: "SOL_TIPC",
        279: "SOL_ALG",
        282: "SOL_TLS",
        283: "SOL_XDP",
        284: "SOL_MPTCP",
        287: "SOL_VSOCK",
    },
    "syslog_type": {
        0: "SYSLOG_ACTION_CLOSE",
        1: "SYSLOG_ACTION_OPEN",
        2: "SYSLOG_ACTION_READ",
        3: "SYSLOG_ACTION_READ_ALL",
        4: "SYSLOG_ACTION_READ_CLEAR",
        5: "SYSLOG_ACTION_CLEAR",
        6: "SYSLOG_ACTION_CONSOLE_OFF",
        7: "SYSLOG_ACTION_CONSOLE_ON",
        8: "SYSLOG_ACTION_CONSOLE_LEVEL",
        9: "SYSLOG_ACTION_SIZE_UNREAD",
        10: "SYSLOG_ACTION_SIZE_BUFFER",
    },
}

# What the kernel returns to itself: the call is repeated, or its caller gets EINTR. A tracepoint
# at the end of a call comes before that is decided (include/linux/errno.h).
RESTART: dict[int, str] = {
    512: "ERESTARTSYS",
    513: "ERESTARTNOINTR",
    514: "ERESTARTNOHAND",
    515: "ENOIOCTLCMD",
    516: "ERESTART_RESTARTBLOCK",
    524: "ENOTSUPP",
    529: "EIOCBQUEUED",
}

FLAGS: dict[str, dict[int, str]] = {
    "access": {1: "X_OK", 2: "W_OK", 4: "R_OK"},
    "clone_signal": {
        0x100: "CLONE_VM",
        0x200: "CLONE_FS",
        0x400: "CLONE_FILES",
        0x800: "CLONE_SIGHAND",
        0x1000: "CLONE_PIDFD",
        0x2000: "CLONE_PTRACE",
        0x4000: "CLONE_VFORK",
        0x8000: "CLONE_PARENT",
        0x10000: "CLONE_THREAD",
        0x20000: "CLONE_NEWNS",
        0x40000: "CLONE_SYSVSEM",
        0x80000: "CLONE_SETTLS",
        0x100000: "CLONE_PARENT_SETTID",
        0x200000: "CLONE_CHILD_CLEARTID",
        0x400000: "CLONE_DETACHED",
        0x800000: "CLONE_UNTRACED",
        0x1000000: "CLONE_CHILD_SETTID",
        0x2000000: "CLONE_NEWCGROUP",
        0x4000000: "CLONE_NEWUTS",
        0x8000000: "CLONE_NEWIPC",
        0x10000000: "CLONE_NEWUSER",
        0x20000000: "CLONE_NEWPID",
        0x40000000: "CLONE_NEWNET",
        0x80000000: "CLONE_IO",
    },
    "flock": {1: "LOCK_SH", 2: "LOCK_EX", 4: "LOCK_NB", 8: "LOCK_UN"},
    "msg": {
        0x1: "MSG_OOB",
        0x2: "MSG_PEEK",
        0x4: "MSG_DONTROUTE",
        0x8: "MSG_CTRUNC",
        0x10: "MSG_PROBE",
        0x20: "MSG_TRUNC",
        0x40: "MSG_DONTWAIT",
        0x80: "MSG_EOR",
        0x100: "MSG_WAITALL",
        0x200: "MSG_FIN",
        0x400: "MSG_SYN",
        0x800: "MSG_CONFIRM",
        0x1000: "MSG_RST",
        0x2000: "MSG_ERRQUEUE",
        0x4000: "MSG_NOSIGNAL",
        0x8000: "MSG_MORE",
        0x10000: "MSG_WAITFORONE",
        0x40000: "MSG_BATCH",
        0x2000000: "MSG_SOCK_DEVMEM",
        0x4000000: "MSG_ZEROCOPY",
        0x20000000: "MSG_FASTOPEN",
        0x40000000: "MSG_CMSG_CLOEXEC",
    },
    "open_tree": {
        0x1: "OPEN_TREE_CLONE",
        0x100: "AT_SYMLINK_NOFOLLOW",
        0x800: "AT_NO_AUTOMOUNT",
        0x1000: "AT_EMPTY_PATH",
        0x8000: "AT_RECURSIVE",
        0x80000: "OPEN_TREE_CLOEXEC",
    },
    "socket_flags": {0x800: "SOCK_NONBLOCK", 0x80000: "SOCK_CLOEXEC"},
    "socket_type_flags": {0x800: "SOCK_NONBLOCK", 0x80000: "SOCK_CLOEXEC"},
    "splice": {0x1: "SPLICE_F_MOVE", 0x2: "SPLICE_F_NONBLOCK", 0x4: "SPLICE_F_MORE", 0x8: "SPLICE_F_GIFT"},
    "swapon": {0x8000: "SWAP_FLAG_PREFER", 0x10000: "SWAP_FLAG_DISCARD", 0x20000: "SWAP_FLAG_DISCARD_ONCE",
               0x40000: "SWAP_FLAG_DISCARD_PAGES"},
    "umount": {1: "MNT_FORCE", 2: "MNT_DETACH", 4: "MNT_EXPIRE", 8: "UMOUNT_NOFOLLOW"},
}  # fmt: skip

# Fields of a number inside a set of flags; see `tracewire.catalogue.constants.FIELDS`.
MAP_TYPES: dict[int, str] = {1: "MAP_SHARED", 2: "MAP_PRIVATE", 3: "MAP_SHARED_VALIDATE", 8: "MAP_DROPPABLE"}

ENUMS |= kernel_constants.ENUMS
FLAGS |= kernel_constants.FLAGS
