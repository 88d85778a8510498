"""System calls on sockets."""

TABLE = """
[net net_sock]
socket(domain:enum:address_family, type:flags:socket_type_flags, protocol:int) -> fd
socketpair(domain:enum:address_family, type:flags:socket_type_flags, protocol:int, sv:pair_out) -> zero
bind(sockfd:fd, addr:addr, addrlen:int) -> zero
listen(sockfd:fd, backlog:int) -> zero
accept(sockfd:fd, addr:addr_out, addrlen:ptr) -> fd
accept4(sockfd:fd, addr:addr_out, addrlen:ptr, flags:flags:socket_flags) -> fd
connect(sockfd:fd, addr:addr, addrlen:int) -> zero
getsockname(sockfd:fd, addr:addr_out, addrlen:ptr) -> zero
getpeername(sockfd:fd, addr:addr_out, addrlen:ptr) -> zero
setsockopt(sockfd:fd, level:enum:sockopt_level, optname:enum:sockopt, optval:ptr, optlen:int) -> zero
getsockopt(sockfd:fd, level:enum:sockopt_level, optname:enum:sockopt, optval:ptr, optlen:ptr) -> zero
shutdown(sockfd:fd, how:enum:shutdown) -> zero

[net net_snd_rcv]
sendto(sockfd:fd, buf:ptr, len:ulong, flags:flags:msg, dest_addr:addr, addrlen:int) -> size
recvfrom(sockfd:fd, buf:ptr, len:ulong, flags:flags:msg, src_addr:addr_out, addrlen:ptr) -> size
sendmsg(sockfd:fd, msg:ptr, flags:flags:msg) -> size
recvmsg(sockfd:fd, msg:ptr, flags:flags:msg) -> size
sendmmsg(sockfd:fd, msgvec:ptr, vlen:uint, flags:flags:msg) -> count
recvmmsg(sockfd:fd, msgvec:ptr, vlen:uint, flags:flags:msg, timeout:timespec) -> count
getpmsg() -> nosys
putpmsg() -> nosys
"""
