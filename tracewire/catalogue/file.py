"""Events of files, by the inode they led to and the path the kernel knows it by."""

from tracewire.catalogue.definition import Argument, Definition, Exactness, Kind, Rung
from tracewire.catalogue.hooks import hooked
from tracewire.catalogue.requests import by_path

_INNER = "inner"
_DEV = Argument("dev", Kind.INTEGER, note="Device number of the file system.")
_INODE = Argument("inode", Kind.INTEGER, note="Inode number; overlayfs may show another one for a hard link.")
_CTIME = Argument("ctime", Kind.INTEGER, note="Change time, nanoseconds since 1970.")
_CTIME_PROGRAMS = ("inode_set_ctime_to_ts", "ctime_ns_xchg", "ctime_xchg_skip")
_NOT_SEEN = "Not seen: what is refused."
_SWAPPED = dict.fromkeys(("pathname", "dev", "inode", "ctime"), Exactness.RACY) | {"flags": Exactness.USER}
_MOUNT_GIVEN = {"dev_name": Exactness.USER, "path": Exactness.RACY, "type": Exactness.USER}
# The hook comes before the change, whose time the inode has when the call returns.
_REUSED = {"ctime": Exactness.RACY}
_REUSED_NOTE = "ctime is marked where the inode was given to another file before the call returned."
_CHANGES = ("sys_enter", "sys_exit", "names_cache_free", *_CTIME_PROGRAMS)

FILE: tuple[Definition, ...] = (
    Definition(
        1000, "security_file_open", "file",
        "A file has been opened.",
        (
            Argument("pathname", Kind.PATH, note="The file that was really opened, links resolved."),
            Argument("flags", Kind.FLAGS, "open"),
            _DEV, _INODE, _CTIME,
            Argument("syscall_pathname", Kind.STRING, note="The path as the caller gave it, the kernel's own copy."),
        ),
        rungs=(*hooked("file_alloc", exactness=_SWAPPED, note=_NOT_SEEN),
               Rung(_INNER, ("sys_enter", "sys_exit", "names_cache_free", "file_alloc"), _SWAPPED,
                    f"{_NOT_SEEN} Marked only where another thread put something else in the new descriptor's "
                    "place before the call returned; flags also of openat2, where only the caller's memory says "
                    "O_CREAT and the like.")),
        tags=("lsm_hooks", "fs", "fs_file_ops"), syscalls=("open", "openat", "openat2", "creat"), hot=True,
        requests=("IORING_OP_OPENAT", "IORING_OP_OPENAT2"),
        request_rungs=by_path(("io_openat", "io_openat2"), "file_alloc", exactness=_SWAPPED),
    ),
    Definition(
        1001, "security_inode_unlink", "file",
        "A name of a file has been removed.",
        (Argument("pathname", Kind.PATH), _INODE, _DEV, _CTIME),
        rungs=(*hooked("path_unlink", _REUSED, f"{_NOT_SEEN} {_REUSED_NOTE}", paths=("pathname",)),
               Rung(_INNER, _CHANGES, {"pathname": Exactness.RACY},
                    f"{_NOT_SEEN} Marked where bind mounts show the name twice. Of a file of an overlay's lower "
                    "layer, and of one with many names, only the path is known.")),
        tags=("default", "lsm_hooks", "fs", "fs_file_ops"), syscalls=("unlink", "unlinkat"),
        requests=("IORING_OP_UNLINKAT",),
        request_rungs=by_path(("io_unlinkat",), *_CTIME_PROGRAMS, exactness={"pathname": Exactness.RACY}),
    ),
    Definition(
        1002, "security_inode_rename", "file",
        "A file or directory has been renamed.",
        (Argument("old_path", Kind.PATH), Argument("new_path", Kind.PATH)),
        rungs=(*hooked("path_rename", note=_NOT_SEEN, paths=("old_path", "new_path")),
               Rung(_INNER, _CHANGES, {"old_path": Exactness.RACY, "new_path": Exactness.RACY},
                    f"{_NOT_SEEN} Marked where bind mounts show a path twice, where another thread moved the "
                    "file on, and where two files of one name are exchanged.")),
        tags=("lsm_hooks", "fs", "fs_file_ops"), syscalls=("rename", "renameat", "renameat2"),
        requests=("IORING_OP_RENAMEAT",),
        request_rungs=by_path(
            ("io_renameat",), *_CTIME_PROGRAMS, exactness={"old_path": Exactness.RACY, "new_path": Exactness.RACY}
        ),
    ),
    Definition(
        1003, "security_inode_symlink", "file",
        "A symbolic link has been created.",
        (
            Argument("linkpath", Kind.PATH, note="The new link."),
            Argument("target", Kind.STRING, note="What it points to, as given."),
        ),
        rungs=(*hooked("path_symlink", note=_NOT_SEEN, paths=("linkpath",)),
               Rung(_INNER, _CHANGES, {"linkpath": Exactness.RACY},
                    f"{_NOT_SEEN} Marked where bind mounts show the path twice, and where another thread moved "
                    "the link on.")),
        tags=("lsm_hooks", "fs", "fs_link_ops"), syscalls=("symlink", "symlinkat"),
        requests=("IORING_OP_SYMLINKAT",),
        request_rungs=by_path(("io_symlinkat",), *_CTIME_PROGRAMS, exactness={"linkpath": Exactness.RACY}),
    ),
    Definition(
        1004, "chmod_common", "file",
        "The permission bits of a file have been set.",
        (Argument("pathname", Kind.PATH), Argument("mode", Kind.FLAGS, "mode"), _DEV, _INODE,
         Argument("type", Kind.ENUM, "file_type", "What it is: on a directory setgid and sticky mean something else.")),
        rungs=(*hooked("path_chmod", note=_NOT_SEEN, paths=("pathname",)),
               Rung(_INNER, _CHANGES, {"pathname": Exactness.RACY},
                    f"{_NOT_SEEN} Marked where the file has several names, or bind mounts show it twice; which "
                    "file it is, is exact.")),
        tags=("fs", "fs_file_attr"), syscalls=("chmod", "fchmod", "fchmodat", "fchmodat2"),
    ),
    Definition(
        1005, "security_sb_mount", "file",
        "A file system or a directory has been mounted.",
        (
            Argument("dev_name", Kind.STRING),
            Argument("path", Kind.PATH, note="The mount point."),
            Argument("type", Kind.STRING),
            Argument("flags", Kind.FLAGS, "mount"),
        ),
        rungs=(
            *hooked("sb_mount", dict.fromkeys(_MOUNT_GIVEN, Exactness.USER),
                    "Not seen: mounts made through fsopen and move_mount. Marked are only "
                    "calls that fail before the kernel has found the mount point."),
            Rung(_INNER, ("sys_enter", "sys_exit", "names_cache_free", "mount_alloc"), _MOUNT_GIVEN,
                 "Not seen: mounts made through fsopen and move_mount. Of a remount or a "
                 "failed mount, path is as given, dev_name and type come from the caller's memory; all three are "
                 "marked."),
        ),
        tags=("default", "lsm_hooks", "fs"), syscalls=("mount",),
    ),
    Definition(
        1006, "memfd_create", "file",
        "A file that exists in memory only has been created.",
        (Argument("uname", Kind.STRING, note="Its name without the memfd: in front."),
         Argument("flags", Kind.FLAGS, "memfd")),
        rungs=(*hooked("file_alloc", exactness={"uname": Exactness.USER},
                       note="A failed call has its name from the caller's memory, and is marked."),
               Rung(_INNER, ("sys_enter", "sys_exit", "file_alloc"),
                    {"uname": Exactness.USER}, "A failed call has its name from the caller's memory, and is marked.")),
        tags=("default", "syscalls", "fs", "fs_file_ops"), syscalls=("memfd_create",),
    ),
    Definition(
        1200, "security_inode_mkdir", "file",
        "A directory has been created.",
        (Argument("pathname", Kind.PATH, note="The new directory."),
         Argument("mode", Kind.FLAGS, "mode", note="Its permissions as asked for, before the umask.")),
        rungs=(*hooked("path_mkdir", note=_NOT_SEEN, paths=("pathname",)),
               Rung(_INNER, _CHANGES, {"pathname": Exactness.RACY},
                    f"{_NOT_SEEN} Marked where bind mounts show the path twice, and where another thread moved "
                    "the directory on.")),
        tags=("lsm_hooks", "fs", "fs_dir_ops"), syscalls=("mkdir", "mkdirat"),
        requests=("IORING_OP_MKDIRAT",),
        request_rungs=by_path(("io_mkdirat",), *_CTIME_PROGRAMS, exactness={"pathname": Exactness.RACY}),
    ),
    Definition(
        1201, "security_inode_link", "file",
        "A file has been given one more name, a hard link.",
        (Argument("old_path", Kind.PATH, note="A name that it had before."),
         Argument("new_path", Kind.PATH, note="The new one."), _INODE, _DEV, _CTIME),
        rungs=(*hooked("path_link", _REUSED, f"{_NOT_SEEN} {_REUSED_NOTE}", paths=("old_path", "new_path")),
               Rung(_INNER, _CHANGES, {"old_path": Exactness.RACY, "new_path": Exactness.RACY},
                    f"{_NOT_SEEN} Marked where bind mounts show a path twice, where another thread moved the new "
                    "name on, and old_path where the file has several names that the call could mean. On overlayfs "
                    "old_path is as given, and the file is not known.")),
        tags=("lsm_hooks", "fs", "fs_link_ops"), syscalls=("link", "linkat"),
        requests=("IORING_OP_LINKAT",),
        request_rungs=by_path(
            ("io_linkat",), *_CTIME_PROGRAMS, exactness={"old_path": Exactness.RACY, "new_path": Exactness.RACY}
        ),
    ),
)  # fmt: skip
