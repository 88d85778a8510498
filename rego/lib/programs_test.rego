package lib.programs_test

import rego.v2

import data.lib.programs

test_every_directory_of_the_system if {
	{"/bin/su", "/sbin/su", "/usr/bin/su", "/usr/sbin/su"} - programs.account_programs == set()
}

test_other_directories_are_not_trusted if {
	every path in ["/tmp/su", "/usr/local/bin/su", "/home/u/usr/bin/su", "su"] {
		not path in programs.account_programs
	}
}

test_programs_that_print_files_are_not_trusted if {
	every name in ["cat", "cp", "tar", "vi", "find", "dd", "python3", "perl", "bash", "sh", "busybox"] {
		path := concat("", ["/usr/bin/", name])
		not path in (programs.account_programs | programs.package_managers)
	}
}

# The kernel keeps 15 characters of a name.
test_names_are_as_long_as_the_kernel_keeps_them if {
	every name in programs.perl_tools {
		count(name) <= 15
	}
}
