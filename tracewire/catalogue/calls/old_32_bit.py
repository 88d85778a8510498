"""System calls that only 32-bit programs can make, named after the function that the kernel runs."""

TABLE = """
[32bit_unique]
waitpid(pid:pid, wstatus:ptr, options:flags:wait) -> pid
oldfstat(fd:fd, statbuf:ptr) -> zero
break() -> nosys
oldstat(pathname:str, statbuf:ptr) -> zero
umount(target:str) -> zero
stime(tptr:ptr) -> zero
stty() -> nosys
gtty() -> nosys
nice(inc:int) -> zero
ftime() -> nosys
prof() -> nosys
signal(signum:enum:signal, handler:ptr) -> any
lock() -> nosys
mpx() -> nosys
ulimit() -> nosys
oldolduname(name:ptr) -> zero
sigaction(signum:enum:signal, act:ptr, oldact:ptr) -> zero
sgetmask() -> any
ssetmask(newmask:uint) -> any
sigsuspend(unused1:int, unused2:int, mask:uint) -> any
sigpending(set:ptr) -> zero
oldlstat(pathname:str, statbuf:ptr) -> zero
readdir(fd:fd, dirp:ptr, count:uint) -> any
profil() -> nosys
socketcall(call:enum:socketcall, args:ptr) -> any
olduname(name:ptr) -> zero
idle() -> nosys
vm86old(info:ptr) -> any
ipc(call:uint, first:int, second:ulong, third:ulong, ptr:ptr, fifth:ulong) -> any
sigreturn() -> never
sigprocmask(how:enum:sigprocmask, set:ptr, oldset:ptr) -> zero
bdflush(func:int, data:long) -> any
llseek(fd:fd, offset_high:ulong, offset_low:ulong, result:ptr, whence:enum:whence) -> zero
old_select(args:ptr) -> count
vm86(fn:ulong, v86:ptr) -> any
old_getrlimit(resource:enum:rlimit, rlim:ptr) -> zero
old_mmap(args:ptr) -> address
mmap2(addr:ptr, length:ulong, prot:flags64:prot, flags:flags64:mmap, fd:fd, pgoffset:ulong) -> address
truncate64(path:str, length:off) -> zero
ftruncate64(fd:fd, length:off) -> zero
stat64(pathname:str, statbuf:ptr) -> zero
lstat64(pathname:str, statbuf:ptr) -> zero
fstat64(fd:fd, statbuf:ptr) -> zero
lchown16(pathname:str, owner:id16, group:id16) -> zero
getuid16() -> any
getgid16() -> any
geteuid16() -> any
getegid16() -> any
setreuid16(ruid:id16, euid:id16) -> zero
setregid16(rgid:id16, egid:id16) -> zero
getgroups16(size:int, list:ptr) -> count
setgroups16(size:int, list:ids16) -> zero
fchown16(fd:fd, owner:id16, group:id16) -> zero
setresuid16(ruid:id16, euid:id16, suid:id16) -> zero
getresuid16(ruid:ptr, euid:ptr, suid:ptr) -> zero
setresgid16(rgid:id16, egid:id16, sgid:id16) -> zero
getresgid16(rgid:ptr, egid:ptr, sgid:ptr) -> zero
chown16(pathname:str, owner:id16, group:id16) -> zero
setuid16(uid:id16) -> zero
setgid16(gid:id16) -> zero
setfsuid16(fsuid:id16) -> any
setfsgid16(fsgid:id16) -> any
fcntl64(fd:fd, cmd:enum:fcntl_cmd, arg:ulong) -> any
sendfile32(out_fd:fd, in_fd:fd, offset:ptr, count:ulong) -> size
statfs64(path:str, sz:ulong, buf:ptr) -> zero
fstatfs64(fd:fd, sz:ulong, buf:ptr) -> zero
fadvise64_64(fd:fd, offset:off, len:off, advice:enum:fadvise) -> zero
clock_gettime32(clockid:enum:clock, tp:ptr) -> zero
clock_settime32(clockid:enum:clock, tp:timespec32) -> zero
clock_adjtime32(clk_id:enum:clock, buf:ptr) -> any
clock_getres_time32(clockid:enum:clock, res:ptr) -> zero
clock_nanosleep_time32(clockid:enum:clock, flags:flags:timer, request:timespec32, remain:ptr) -> zero
timer_gettime32(timer_id:int, curr_value:ptr) -> zero
timer_settime32(timer_id:int, flags:flags:timer, new_value:itimerspec32, old_value:ptr) -> zero
timerfd_gettime32(fd:fd, curr_value:ptr) -> zero
timerfd_settime32(fd:fd, flags:flags:timerfd_settime, new_value:itimerspec32, old_value:ptr) -> zero
utimensat_time32(dirfd:dirfd, pathname:str, times:timespecs32, flags:flags:at) -> zero
pselect6_time32(nfds:int, readfds:ptr, writefds:ptr, exceptfds:ptr, timeout:timespec32, sigmask:ptr) -> count
ppoll_time32(fds:ptr, nfds:uint, tmo_p:timespec32, sigmask:sigset, sigsetsize:ulong) -> count
io_pgetevents_time32(ctx_id:ptr, min_nr:long, nr:long, events:ptr, timeout:timespec32, usig:ptr) -> count
recvmmsg_time32(sockfd:fd, msgvec:ptr, vlen:uint, flags:flags:msg, timeout:timespec32) -> count
mq_timedsend_time32(mqdes:fd, msg_ptr:ptr, msg_len:ulong, msg_prio:uint, abs_timeout:timespec32) -> zero
mq_timedreceive_time32(mqdes:fd, msg_ptr:ptr, msg_len:ulong, msg_prio:ptr, abs_timeout:timespec32) -> size
rt_sigtimedwait_time32(set:sigset, info:ptr, timeout:timespec32, sigsetsize:ulong) -> any
futex_time32(uaddr:ptr, futex_op:int, val:uint, timeout:ptr, uaddr2:ptr, val3:uint) -> any
sched_rr_get_interval_time32(pid:pid, tp:ptr) -> zero
"""
