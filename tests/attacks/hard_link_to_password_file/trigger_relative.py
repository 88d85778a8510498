"""Gives /etc/shadow a second name below a directory that it has open."""

import os

directory = os.open("/etc", os.O_RDONLY | os.O_DIRECTORY)
os.link("shadow", "tracewire-test-shadow", src_dir_fd=directory, dst_dir_fd=directory)
os.unlink("tracewire-test-shadow", dir_fd=directory)
