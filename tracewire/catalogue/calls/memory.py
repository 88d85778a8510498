"""System calls on memory."""

TABLE = """
[proc proc_mem]
mmap(addr:ptr, length:ulong, prot:flags64:prot, flags:flags64:mmap, fd:fd, off:ulong) -> address
munmap(addr:ptr, length:ulong) -> zero
mremap(old_address:ptr, old_size:ulong, new_size:ulong, flags:flags64:mremap, new_address:ptr) -> address
mprotect(addr:ptr, len:ulong, prot:flags64:prot) -> zero
pkey_mprotect(addr:ptr, len:ulong, prot:flags64:prot, pkey:int) -> zero
pkey_alloc(flags:ulong, access_rights:ulong) -> any
pkey_free(pkey:int) -> zero
madvise(addr:ptr, length:ulong, advice:enum:madvise) -> zero
process_madvise(pidfd:fd, iovec:iovecs, vlen:ulong, advice:enum:madvise, flags:uint) -> size
process_mrelease(pidfd:fd, flags:uint) -> zero
process_vm_readv(pid:pid, local_iov:iovecs, liovcnt:ulong, remote_iov:iovecs, riovcnt:ulong, flags:ulong) -> size
brk(addr:ptr) -> address
mincore(addr:ptr, length:ulong, vec:ptr) -> zero
mlock(addr:ptr, len:ulong) -> zero
mlock2(addr:ptr, len:ulong, flags:flags:mlock2) -> zero
munlock(addr:ptr, len:ulong) -> zero
mlockall(flags:flags:mlockall) -> zero
munlockall() -> zero
mseal(addr:ptr, len:ulong, flags:ulong) -> zero
map_shadow_stack(addr:ptr, size:ulong, flags:uint) -> address
remap_file_pages(addr:ptr, size:ulong, prot:flags64:prot, pgoff:ulong, flags:flags64:mmap) -> zero
memfd_secret(flags:flags:open_only) -> fd
userfaultfd(flags:flags:userfaultfd) -> fd
membarrier(cmd:flags:membarrier_cmd, flags:uint, cpu_id:int) -> any

[system system_numa]
mbind(addr:ptr, len:ulong, mode:ulong, nodemask:ptr, maxnode:ulong, flags:uint) -> zero
set_mempolicy(mode:enum:mempolicy, nodemask:ptr, maxnode:ulong) -> zero
get_mempolicy(mode:ptr, nodemask:ptr, maxnode:ulong, addr:ptr, flags:ulong) -> zero
set_mempolicy_home_node(start:ptr, len:ulong, home_node:ulong, flags:ulong) -> zero
migrate_pages(pid:pid, maxnode:ulong, old_nodes:ptr, new_nodes:ptr) -> count
move_pages(pid:pid, count:ulong, pages:ptr, nodes:ptr, status:ptr, flags:int) -> count
"""
