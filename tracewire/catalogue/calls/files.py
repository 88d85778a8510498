"""System calls on files, directories, mounts and descriptors."""

TABLE = """
[fs fs_read_write]
read(fd:fd, buf:ptr, count:ulong) -> size
write(fd:fd, buf:ptr, count:ulong) -> size
pread64(fd:fd, buf:ptr, count:ulong, offset:off) -> size
pwrite64(fd:fd, buf:ptr, count:ulong, offset:off) -> size
readv(fd:fd, iov:iovecs, iovcnt:ulong) -> size
writev(fd:fd, iov:iovecs, iovcnt:ulong) -> size
preadv(fd:fd, iov:iovecs, iovcnt:ulong, pos_l:ulong, pos_h:ulong) -> size
pwritev(fd:fd, iov:iovecs, iovcnt:ulong, pos_l:ulong, pos_h:ulong) -> size
preadv2(fd:fd, iov:iovecs, iovcnt:ulong, pos_l:ulong, pos_h:ulong, flags:flags:rwf) -> size
pwritev2(fd:fd, iov:iovecs, iovcnt:ulong, pos_l:ulong, pos_h:ulong, flags:flags:rwf) -> size
sendfile(out_fd:fd, in_fd:fd, offset:ptr, count:ulong) -> size
copy_file_range(fd_in:fd, off_in:ptr, fd_out:fd, off_out:ptr, len:ulong, flags:uint) -> size
splice(fd_in:fd, off_in:ptr, fd_out:fd, off_out:ptr, len:ulong, flags:flags:splice) -> size
tee(fd_in:fd, fd_out:fd, len:ulong, flags:flags:splice) -> size
vmsplice(fd:fd, iov:iovecs, nr_segs:ulong, flags:flags:splice) -> size
readahead(fd:fd, offset:off, count:ulong) -> zero
lseek(fd:fd, offset:long, whence:enum:whence) -> offset

[fs fs_file_ops]
open(pathname:str, flags:flags:open, mode:mode) -> fd
openat(dirfd:dirfd, pathname:str, flags:flags:open, mode:mode) -> fd
openat2(dirfd:dirfd, pathname:str, how:ptr, size:ulong) -> fd
creat(pathname:str, mode:mode) -> fd
close(fd:fd) -> zero
close_range(first:uint, last:uint, flags:flags:close_range) -> zero
truncate(path:str, length:long) -> zero
ftruncate(fd:fd, length:ulong) -> zero
fallocate(fd:fd, mode:flags:fallocate, offset:off, len:off) -> zero
fadvise64(fd:fd, offset:off, len:ulong, advice:enum:fadvise) -> zero
rename(oldpath:str, newpath:str) -> zero
renameat(olddirfd:dirfd, oldpath:str, newdirfd:dirfd, newpath:str) -> zero
renameat2(olddirfd:dirfd, oldpath:str, newdirfd:dirfd, newpath:str, flags:flags:renameat2) -> zero
mknod(pathname:str, mode:mode, dev:uint) -> zero
mknodat(dirfd:dirfd, pathname:str, mode:mode, dev:uint) -> zero
name_to_handle_at(dirfd:dirfd, pathname:str, handle:ptr, mount_id:ptr, flags:flags:at) -> zero
open_by_handle_at(mount_fd:dirfd, handle:ptr, flags:flags:open) -> fd
cachestat(fd:fd, cstat_range:ptr, cstat:ptr, flags:uint) -> zero
lookup_dcookie(cookie:u64, buffer:ptr, len:ulong) -> size

[fs fs_fd_ops]
dup(oldfd:fd) -> fd
dup2(oldfd:fd, newfd:fd) -> fd
dup3(oldfd:fd, newfd:fd, flags:flags:open_only) -> fd
fcntl(fd:fd, cmd:enum:fcntl_cmd, arg:ulong) -> any
flock(fd:fd, operation:flags:flock) -> zero
ioctl(fd:fd, request:uenum:ioctl, arg:ptr) -> any
pidfd_getfd(pidfd:fd, targetfd:fd, flags:uint) -> fd

[fs fs_file_attr]
stat(pathname:str, statbuf:ptr) -> zero
fstat(fd:fd, statbuf:ptr) -> zero
lstat(pathname:str, statbuf:ptr) -> zero
newfstatat(dirfd:dirfd, pathname:str, statbuf:ptr, flags:flags:at) -> zero
statx(dirfd:dirfd, pathname:str, flags:flags:at, mask:flags:statx_mask, statxbuf:ptr) -> zero
access(pathname:str, mode:flags:access) -> zero
faccessat(dirfd:dirfd, pathname:str, mode:flags:access) -> zero
faccessat2(dirfd:dirfd, pathname:str, mode:flags:access, flags:flags:faccessat) -> zero
chmod(pathname:str, mode:mode) -> zero
fchmod(fd:fd, mode:mode) -> zero
fchmodat(dirfd:dirfd, pathname:str, mode:mode) -> zero
fchmodat2(dirfd:dirfd, pathname:str, mode:mode, flags:flags:at) -> zero
chown(pathname:str, owner:id, group:id) -> zero
fchown(fd:fd, owner:id, group:id) -> zero
lchown(pathname:str, owner:id, group:id) -> zero
fchownat(dirfd:dirfd, pathname:str, owner:id, group:id, flags:flags:at) -> zero
umask(mask:mode) -> any
utime(filename:str, times:ptr) -> zero
utimes(filename:str, times:timevals) -> zero
futimesat(dirfd:dirfd, pathname:str, times:timevals) -> zero
utimensat(dirfd:dirfd, pathname:str, times:timespecs, flags:flags:at) -> zero
setxattr(path:str, name:str, value:ptr, size:ulong, flags:flags:xattr) -> zero
lsetxattr(path:str, name:str, value:ptr, size:ulong, flags:flags:xattr) -> zero
fsetxattr(fd:fd, name:str, value:ptr, size:ulong, flags:flags:xattr) -> zero
setxattrat(dirfd:dirfd, pathname:str, at_flags:flags:at, name:str, args:ptr, size:ulong) -> zero
getxattr(path:str, name:str, value:ptr, size:ulong) -> size
lgetxattr(path:str, name:str, value:ptr, size:ulong) -> size
fgetxattr(fd:fd, name:str, value:ptr, size:ulong) -> size
getxattrat(dirfd:dirfd, pathname:str, at_flags:flags:at, name:str, args:ptr, size:ulong) -> size
listxattr(path:str, list:ptr, size:ulong) -> size
llistxattr(path:str, list:ptr, size:ulong) -> size
flistxattr(fd:fd, list:ptr, size:ulong) -> size
listxattrat(dirfd:dirfd, pathname:str, at_flags:flags:at, list:ptr, size:ulong) -> size
removexattr(path:str, name:str) -> zero
lremovexattr(path:str, name:str) -> zero
fremovexattr(fd:fd, name:str) -> zero
removexattrat(dirfd:dirfd, pathname:str, at_flags:flags:at, name:str) -> zero
file_getattr(dirfd:dirfd, pathname:str, attr:ptr, size:ulong, at_flags:flags:at) -> zero
file_setattr(dirfd:dirfd, pathname:str, attr:ptr, size:ulong, at_flags:flags:at) -> zero

[fs fs_dir_ops]
mkdir(pathname:str, mode:mode) -> zero
mkdirat(dirfd:dirfd, pathname:str, mode:mode) -> zero
rmdir(pathname:str) -> zero
getdents(fd:fd, dirp:ptr, count:uint) -> size
getdents64(fd:fd, dirp:ptr, count:uint) -> size
getcwd(buf:ptr, size:ulong) -> size
chdir(path:str) -> zero
fchdir(fd:fd) -> zero
chroot(path:str) -> zero

[fs fs_link_ops]
link(oldpath:str, newpath:str) -> zero
linkat(olddirfd:dirfd, oldpath:str, newdirfd:dirfd, newpath:str, flags:flags:at) -> zero
unlink(pathname:str) -> zero
unlinkat(dirfd:dirfd, pathname:str, flags:flags:unlinkat) -> zero
symlink(target:str, linkpath:str) -> zero
symlinkat(target:str, newdirfd:dirfd, linkpath:str) -> zero
readlink(pathname:str, buf:ptr, bufsiz:int) -> size
readlinkat(dirfd:dirfd, pathname:str, buf:ptr, bufsiz:int) -> size

[fs]
mount(source:str, target:str, filesystemtype:str, mountflags:flags64:mount, data:ptr) -> zero
umount2(target:str, flags:flags:umount) -> zero
pivot_root(new_root:str, put_old:str) -> zero
open_tree(dirfd:dirfd, pathname:str, flags:flags:open_tree) -> fd
open_tree_attr(dirfd:dirfd, pathname:str, flags:flags:open_tree, attr:ptr, size:ulong) -> fd
move_mount(from_dirfd:dirfd, from_pathname:str, to_dirfd:dirfd, to_pathname:str, flags:flags:move_mount) -> zero
fsopen(fsname:str, flags:flags:fsopen) -> fd
fsconfig(fs_fd:fd, cmd:enum:fsconfig_cmd, key:str, value:ptr, aux:int) -> zero
fsmount(fs_fd:fd, flags:flags:fsmount, attr_flags:flags:mount_attr) -> fd
fspick(dirfd:dirfd, pathname:str, flags:flags:fspick) -> fd
mount_setattr(dirfd:dirfd, pathname:str, flags:flags:at, attr:ptr, size:ulong) -> zero
statmount(req:ptr, buf:ptr, bufsize:ulong, flags:uint) -> zero
listmount(req:ptr, mnt_ids:ptr, nr_mnt_ids:ulong, flags:uint) -> size
listns(req:ptr, ns_ids:ptr, nr_ns_ids:ulong, flags:uint) -> size
quotactl(cmd:uint, special:str, id:int, addr:ptr) -> zero
quotactl_fd(fd:fd, cmd:uint, id:int, addr:ptr) -> zero
swapon(path:str, swapflags:flags:swapon) -> zero
swapoff(path:str) -> zero
nfsservctl(cmd:int, argp:ptr, resp:ptr) -> zero
vhangup() -> zero

[fs fs_info]
statfs(path:str, buf:ptr) -> zero
fstatfs(fd:fd, buf:ptr) -> zero
ustat(dev:uint, ubuf:ptr) -> zero
sysfs(option:int, arg1:ulong, arg2:ulong) -> any

[fs fs_sync]
sync() -> zero
syncfs(fd:fd) -> zero
fsync(fd:fd) -> zero
fdatasync(fd:fd) -> zero
sync_file_range(fd:fd, offset:off, nbytes:off, flags:flags:sync_file_range) -> zero
msync(addr:ptr, length:ulong, flags:flags:msync) -> zero

[fs fs_mux_io]
poll(fds:ptr, nfds:uint, timeout:int) -> count
ppoll(fds:ptr, nfds:uint, tmo_p:timespec, sigmask:sigset, sigsetsize:ulong) -> count
select(nfds:int, readfds:ptr, writefds:ptr, exceptfds:ptr, timeout:timeval) -> count
pselect6(nfds:int, readfds:ptr, writefds:ptr, exceptfds:ptr, timeout:timespec, sigmask:ptr) -> count
epoll_create(size:int) -> fd
epoll_create1(flags:flags:epoll_create1) -> fd
epoll_ctl(epfd:fd, op:enum:epoll_op, fd:fd, event:ptr) -> zero
epoll_wait(epfd:fd, events:ptr, maxevents:int, timeout:int) -> count
epoll_pwait(epfd:fd, events:ptr, maxevents:int, timeout:int, sigmask:sigset, sigsetsize:ulong) -> count
epoll_pwait2(fd:fd, events:ptr, maxevents:int, timeout:timespec, sigmask:sigset, sigsetsize:ulong) -> count
epoll_ctl_old() -> nosys
epoll_wait_old() -> nosys

[fs fs_monitor]
inotify_init() -> fd
inotify_init1(flags:flags:inotify_init) -> fd
inotify_add_watch(fd:fd, pathname:str, mask:flags:inotify_mask) -> any
inotify_rm_watch(fd:fd, wd:int) -> zero
fanotify_init(flags:flags:fanotify_init, event_f_flags:flags:open) -> fd
fanotify_mark(fanotify_fd:fd, flags:flags:fanotify_mark, mask:pair:fanotify_mask, dirfd:dirfd, pathname:str) -> zero

[fs fs_async_io]
io_setup(nr_events:uint, ctx_idp:ptr) -> zero
io_destroy(ctx_id:ptr) -> zero
io_submit(ctx_id:ptr, nr:long, iocbpp:ptr) -> count
io_cancel(ctx_id:ptr, iocb:ptr, result:ptr) -> zero
io_getevents(ctx_id:ptr, min_nr:long, nr:long, events:ptr, timeout:timespec) -> count
io_pgetevents(ctx_id:ptr, min_nr:long, nr:long, events:ptr, timeout:timespec, usig:ptr) -> count
io_uring_setup(entries:uint, p:ptr) -> fd
io_uring_enter(fd:fd, to_submit:uint, min_complete:uint, flags:flags:io_uring_enter, argp:ptr, argsz:ulong) -> count
io_uring_register(fd:uint, opcode:enum:io_uring_register, arg:ptr, nr_args:uint) -> any
"""
