# METADATA
# title: SSH keys that may log in changed
# description: |
#   Whoever adds a key to an account's authorized_keys can come back with it. Reported is
#   whatever changes or replaces the file, or the .ssh directory that it is in.
#
#   Misses: places that AuthorizedKeysFile or AuthorizedKeysCommand of sshd name instead,
#   and a bind mount that shows the home directory under another name.
# custom:
#   id: TW-0109
#   severity: medium
#   attack: [T1098.004]
#   events: [security_file_open, security_inode_rename, security_inode_symlink, security_inode_link, security_sb_mount]
package signatures.authorized_keys_write

import rego.v2

import data.lib.exceptions
import data.lib.files

# A directory is never opened for writing: "/.ssh" stands for renames, links and mounts.
_places := ["/.ssh/authorized_keys", "/.ssh/authorized_keys2", "/.ssh"]

finding contains change if {
	some [path, change] in files.changed
	strings.any_suffix_match(path, _places)
	not exceptions.apply("TW-0109")
}
