package lib.files_test

import rego.v2

import data.lib.files

# What a collector that could not tell sends. The schemas know strings only, and would
# have the checker refuse a plain null.
_unknown := json.unmarshal("null")

test_flags_that_write if {
	every flags in [["O_WRONLY"], ["O_RDWR", "O_CLOEXEC"], ["O_RDONLY", "O_TRUNC"], ["O_RDONLY", "O_CREAT"]] {
		files.for_writing(flags)
	}
}

test_flags_that_do_not_write if {
	every flags in [[], ["O_RDONLY"], ["O_RDONLY", "O_PATH"], ["O_RDONLY", "O_APPEND", "O_CLOEXEC"]] {
		not files.for_writing(flags)
	}
}

test_flags_that_read if {
	every flags in [["O_RDONLY"], ["O_RDWR", "O_CLOEXEC"]] {
		files.for_reading(flags)
	}
}

test_flags_that_do_not_read if {
	every flags in [[], ["O_WRONLY"], ["O_RDONLY", "O_PATH"]] {
		not files.for_reading(flags)
	}
}

test_open_for_writing_is_a_change if {
	files.changed == {["/a", {"pathname": "/a"}]} with input as {
		"event": "security_file_open",
		"args": {"pathname": "/a", "flags": ["O_WRONLY"]},
	}
}

test_open_for_reading_is_none if {
	files.changed == set() with input as {
		"event": "security_file_open",
		"args": {"pathname": "/a", "flags": ["O_RDONLY"]},
	}
}

test_rename_changes_both_ends if {
	said := {"old_path": "/a", "new_path": "/b"}
	files.changed == {["/a", said], ["/b", said]} with input as {"event": "security_inode_rename", "args": said}
}

test_unknown_end_does_not_hide_the_other if {
	said := {"old_path": _unknown, "new_path": "/b"}
	files.changed == {[_unknown, said], ["/b", said]} with input as {"event": "security_inode_rename", "args": said}
}

test_symlink_is_a_change_of_the_link if {
	said := {"linkpath": "/a", "target": "/b"}
	files.changed == {["/a", said]} with input as {"event": "security_inode_symlink", "args": said}
}

test_mount_is_a_change_of_the_mount_point if {
	files.changed == {["/a", {"path": "/a", "dev_name": _unknown}]} with input as {
		"event": "security_sb_mount",
		"args": {"path": "/a", "dev_name": null, "type": null, "flags": []},
	}
}

test_hard_link_is_a_change_of_the_link if {
	said := {"new_path": "/a", "old_path": "/b"}
	files.changed == {["/a", said]} with input as {"event": "security_inode_link", "args": said}
}

test_other_event_is_none if {
	files.changed == set() with input as {"event": "chmod_common", "args": {"pathname": "/a", "mode": []}}
}
