#!/bin/sh
# The first process of a guest. Its arguments, the end of the kernel's command line, are what it
# is to run; NAME=VALUE in front of them becomes the environment.
export PATH=/bin PYTHONPATH=/tracewire:/packages PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
export HOME=/root LANG=C.UTF-8 CONFORMANCE_TRUTHS=/truths KERNEL_RESULTS=/dev/ttyS1

if [ -z "$MOVED" ]; then
	/bin/busybox --install -s /bin
	# Off the first file system, from which nothing can pivot: the same one again, mounted over it.
	mkdir /again
	mount -o bind / /again
	cd /again || exit
	mount -o move . /
	MOVED=yes exec chroot . /init "$@"
fi

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm
# As on a host: TOMOYO, which Debian had among the security modules, looks a program that is executed
# by descriptor up under this name.
ln -s /proc/self/fd /dev/fd
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t tmpfs -o mode=1777 tmpfs /tmp
mount -t tmpfs tmpfs /run
mount -t securityfs securityfs /sys/kernel/security
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t bpf bpf /sys/fs/bpf
for module in /modules/*.ko; do insmod "$module"; done
ip link set lo up
# As on a host: an address that is nobody's is refused for what it is, not for want of a route.
ip route add default dev lo

# Results have a line of their own: the console's carries the kernel's messages.
stty -F /dev/ttyS1 raw
cd /tracewire || exit
env "$@"
poweroff -f
