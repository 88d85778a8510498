// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Hooks of the security framework as LSM programs. They are called where `bpf` is among the active
 * security modules; a kernel may load them and never call them (5.10). Not skipped where the
 * kernel preempts (7.x). */
#include "hook.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("lsm/path_unlink")
int BPF_PROG(lsm_path_unlink, const struct path *directory, struct dentry *dentry)
{
	hook_path_unlink(directory, dentry);
	return 0;
}

SEC("lsm/path_rename")
int BPF_PROG(lsm_path_rename, const struct path *old_directory, struct dentry *old, const struct path *new_directory,
	     struct dentry *new)
{
	hook_path_rename(old_directory, old, new_directory, new);
	return 0;
}

SEC("lsm/path_symlink")
int BPF_PROG(lsm_path_symlink, const struct path *directory, struct dentry *dentry, const char *target)
{
	hook_path_symlink(directory, dentry, target);
	return 0;
}

SEC("lsm/path_mkdir")
int BPF_PROG(lsm_path_mkdir, const struct path *directory, struct dentry *dentry)
{
	hook_path_mkdir(directory, dentry);
	return 0;
}

SEC("lsm/path_link")
int BPF_PROG(lsm_path_link, struct dentry *old, const struct path *directory, struct dentry *new)
{
	hook_path_link(old, directory, new);
	return 0;
}

SEC("lsm/path_chmod")
int BPF_PROG(lsm_path_chmod, const struct path *path)
{
	hook_path_chmod(path);
	return 0;
}

SEC("lsm/sb_mount")
int BPF_PROG(lsm_sb_mount, const char *device, const struct path *path, const char *type)
{
	hook_sb_mount(device, path, type);
	return 0;
}

SEC("lsm/socket_connect")
int BPF_PROG(lsm_socket_connect, struct socket *socket, struct sockaddr *address, int length)
{
	hook_socket_address(socket, address, length);
	return 0;
}

SEC("lsm/socket_bind")
int BPF_PROG(lsm_socket_bind, struct socket *socket, struct sockaddr *address, int length)
{
	hook_socket_address(socket, address, length);
	return 0;
}

SEC("lsm/socket_listen")
int BPF_PROG(lsm_socket_listen, struct socket *socket)
{
	hook_socket_listen(socket);
	return 0;
}

SEC("lsm/socket_sendmsg")
int BPF_PROG(lsm_socket_sendmsg, struct socket *socket, struct msghdr *message)
{
	hook_socket_sendmsg(socket, message);
	return 0;
}
