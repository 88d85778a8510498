"""System calls on processes, threads, signals, credentials and scheduling."""

TABLE = """
[proc proc_life]
fork() -> pid
vfork() -> pid
clone(flags:flags64:clone_signal, stack:ptr, parent_tid:ptr, child_tid:ptr, tls:ulong) -> pid
clone3(cl_args:ptr, size:ulong) -> pid
execve(pathname:str, argv:strs, envp:strs) -> execve
execveat(dirfd:dirfd, pathname:str, argv:strs, envp:strs, flags:flags:execveat) -> execve
exit(status:int) -> never
exit_group(status:int) -> never
wait4(pid:pid, wstatus:ptr, options:flags:wait, rusage:ptr) -> pid
waitid(idtype:enum:waitid_type, id:pid, infop:ptr, options:flags:wait, rusage:ptr) -> zero
pidfd_open(pid:pid, flags:flags:pidfd_open) -> fd

[proc proc_ids]
getpid() -> pid
gettid() -> pid
getppid() -> pid
getpgrp() -> pid
getpgid(pid:pid) -> pid
setpgid(pid:pid, pgid:pid) -> zero
getsid(pid:pid) -> pid
setsid() -> pid
getuid() -> any
geteuid() -> any
getgid() -> any
getegid() -> any
getresuid(ruid:ptr, euid:ptr, suid:ptr) -> zero
getresgid(rgid:ptr, egid:ptr, sgid:ptr) -> zero
getgroups(size:int, list:ptr) -> count
setgroups(size:int, list:ids) -> zero
capget(hdrp:ptr, datap:ptr) -> zero
capset(hdrp:ptr, datap:ptr) -> zero
set_tid_address(tidptr:ptr) -> pid

[proc]
prctl(option:enum:prctl, arg2:ulong, arg3:ulong, arg4:ulong, arg5:ulong) -> any
arch_prctl(option:enum:arch_prctl, addr:ptr) -> any
personality(persona:ulong) -> any
kcmp(pid1:pid, pid2:pid, type:enum:kcmp, idx1:ulong, idx2:ulong) -> any
seccomp(operation:enum:seccomp_op, flags:flags:seccomp, args:ptr) -> any
getrusage(who:enum:rusage, usage:ptr) -> zero
getrlimit(resource:enum:rlimit, rlim:ptr) -> zero
setrlimit(resource:enum:rlimit, rlim:ptr) -> zero
prlimit64(pid:pid, resource:enum:rlimit, new_limit:ptr, old_limit:ptr) -> zero
times(buf:ptr) -> any
set_robust_list(head:ptr, len:ulong) -> zero
get_robust_list(pid:pid, head_ptr:ptr, len_ptr:ptr) -> zero
set_thread_area(u_info:ptr) -> zero
get_thread_area(u_info:ptr) -> zero
rseq(rseq:ptr, rseq_len:uint, flags:int, sig:uint) -> zero
rseq_slice_yield() -> any
restart_syscall() -> any
landlock_create_ruleset(attr:ptr, size:ulong, flags:uint) -> any
landlock_add_rule(ruleset_fd:fd, rule_type:enum:landlock_rule, rule_attr:ptr, flags:uint) -> zero
landlock_restrict_self(ruleset_fd:fd, flags:uint) -> zero
lsm_get_self_attr(attr:uint, ctx:ptr, size:ptr, flags:uint) -> any
lsm_set_self_attr(attr:uint, ctx:ptr, size:uint, flags:uint) -> zero
lsm_list_modules(ids:ptr, size:ptr, flags:uint) -> any

[signals]
kill(pid:pid, sig:enum:signal) -> zero
tkill(tid:pid, sig:enum:signal) -> zero
tgkill(tgid:pid, tid:pid, sig:enum:signal) -> zero
pidfd_send_signal(pidfd:fd, sig:enum:signal, info:ptr, flags:flags:pidfd_signal) -> zero
rt_sigaction(signum:enum:signal, act:ptr, oldact:ptr, sigsetsize:ulong) -> zero
rt_sigprocmask(how:enum:sigprocmask, set:sigset, oldset:ptr, sigsetsize:ulong) -> zero
rt_sigpending(set:ptr, sigsetsize:ulong) -> zero
rt_sigsuspend(mask:sigset, sigsetsize:ulong) -> any
rt_sigtimedwait(set:sigset, info:ptr, timeout:timespec, sigsetsize:ulong) -> any
rt_sigqueueinfo(tgid:pid, sig:enum:signal, info:ptr) -> zero
rt_tgsigqueueinfo(tgid:pid, tid:pid, sig:enum:signal, info:ptr) -> zero
rt_sigreturn() -> never
sigaltstack(ss:ptr, old_ss:ptr) -> zero
signalfd(fd:fd, mask:sigset, sizemask:ulong) -> fd
signalfd4(fd:fd, mask:sigset, sizemask:ulong, flags:flags:signalfd) -> fd
pause() -> any

[proc proc_sched]
sched_yield() -> zero
sched_setparam(pid:pid, param:ptr) -> zero
sched_getparam(pid:pid, param:ptr) -> zero
sched_setscheduler(pid:pid, policy:enum:sched_policy, param:ptr) -> zero
sched_getscheduler(pid:pid) -> any
sched_get_priority_max(policy:enum:sched_policy) -> any
sched_get_priority_min(policy:enum:sched_policy) -> any
sched_rr_get_interval(pid:pid, tp:ptr) -> zero
sched_setaffinity(pid:pid, cpusetsize:uint, mask:ptr) -> zero
sched_getaffinity(pid:pid, cpusetsize:uint, mask:ptr) -> size
sched_setattr(pid:pid, attr:ptr, flags:uint) -> zero
sched_getattr(pid:pid, attr:ptr, size:uint, flags:uint) -> zero
getpriority(which:enum:priority, who:pid) -> any
setpriority(which:enum:priority, who:pid, prio:int) -> zero
ioprio_get(which:int, who:pid) -> any
ioprio_set(which:int, who:pid, ioprio:int) -> zero
getcpu(cpu:ptr, node:ptr, tcache:ptr) -> zero
"""
