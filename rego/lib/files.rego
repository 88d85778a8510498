# METADATA
# title: Ways to read and to change a file
# description: |
#   A file is not only changed by writing to it: another one can be renamed into its
#   place, a link can be put there, a file system can be mounted over it. `changed` has
#   them all, so that a signature that guards a file cannot forget one.
package lib.files

import rego.v2

# The events that `changed` judges; a signature that uses it lists them in its METADATA:
# security_file_open, security_inode_rename, security_inode_symlink, security_inode_link, security_sb_mount

# An open that can change what is in the file, or that the file is there at all.
# O_TRUNC empties it even when it is opened for reading.
for_writing(flags) if "O_WRONLY" in flags

for_writing(flags) if "O_RDWR" in flags

for_writing(flags) if "O_TRUNC" in flags

for_writing(flags) if "O_CREAT" in flags

# An open that can give away what is in the file. With O_PATH nothing can be read.
for_reading(flags) if {
	"O_RDONLY" in flags
	not "O_PATH" in flags
}

for_reading(flags) if "O_RDWR" in flags

# Each change as [path, what to say about it]. Both ends of a rename are in it, with the
# same to say: RENAME_EXCHANGE changes the old path as much as the new one.
#
# METADATA
# schemas:
# - input: schema.security_file_open
changed contains [input.args.pathname, {"pathname": input.args.pathname}] if {
	input.event == "security_file_open"
	for_writing(input.args.flags)
}

# METADATA
# schemas:
# - input: schema.security_inode_rename
changed contains [path, {"old_path": input.args.old_path, "new_path": input.args.new_path}] if {
	input.event == "security_inode_rename"
	some path in [input.args.new_path, input.args.old_path]
}

# METADATA
# schemas:
# - input: schema.security_inode_symlink
changed contains [input.args.linkpath, {"linkpath": input.args.linkpath, "target": input.args.target}] if {
	input.event == "security_inode_symlink"
}

# METADATA
# schemas:
# - input: schema.security_sb_mount
changed contains [input.args.path, {"path": input.args.path, "dev_name": input.args.dev_name}] if {
	input.event == "security_sb_mount"
}

# METADATA
# schemas:
# - input: schema.security_inode_link
changed contains [input.args.new_path, {"old_path": input.args.old_path, "new_path": input.args.new_path}] if {
	input.event == "security_inode_link"
}
