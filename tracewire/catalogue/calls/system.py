"""System calls on the whole system: modules, keys, names, power, observation."""

TABLE = """
[system]
uname(buf:ptr) -> zero
sysinfo(info:ptr) -> zero
sethostname(name:text, len:int) -> zero
setdomainname(name:text, len:int) -> zero
syslog(type:enum:syslog_type, bufp:ptr, len:int) -> any
reboot(magic:uint, magic2:uint, cmd:uenum:reboot_cmd, arg:ptr) -> zero
acct(filename:str) -> zero
getrandom(buf:ptr, buflen:ulong, flags:flags:getrandom) -> size
perf_event_open(attr:ptr, pid:pid, cpu:int, group_fd:fd, flags:flags64:perf_event_open) -> fd
kexec_load(entry:ptr, nr_segments:ulong, segments:ptr, flags:flags64:kexec_load) -> zero
kexec_file_load(kernel_fd:fd, initrd_fd:fd, cmdline_len:ulong, cmdline:str, flags:flags64:kexec_file_load) -> zero
iopl(level:uint) -> zero
ioperm(from:ulong, num:ulong, turn_on:int) -> zero
modify_ldt(func:int, ptr:ptr, bytecount:ulong) -> any
uselib(library:str) -> zero
_sysctl(args:ptr) -> zero
uretprobe() -> any
uprobe() -> any
afs_syscall() -> nosys
tuxcall() -> nosys
security() -> nosys
vserver() -> nosys

[system system_module]
delete_module(name:str, flags:flags:open) -> zero
create_module(name:str, size:ulong) -> address
get_kernel_syms(table:ptr) -> any
query_module(name:str, which:int, buf:ptr, bufsize:ulong, ret:ptr) -> zero

[system system_keys]
add_key(type:str, description:str, payload:ptr, plen:ulong, keyring:int) -> any
request_key(type:str, description:str, callout_info:str, dest_keyring:int) -> any
keyctl(operation:enum:keyctl, arg2:ulong, arg3:ulong, arg4:ulong, arg5:ulong) -> any
"""
