# METADATA
# title: Programs by their job
# description: |
#   By the path of the executable as the kernel knows it, which a process cannot choose,
#   and not by its name, which it can. Whoever can replace these files has won already.
package lib.programs

import rego.v2

# Distributions differ in which of them are links to which.
_directories := ["/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"]

_of_the_system(names) := {path |
	some directory in _directories
	some name in names
	path := concat("", [directory, name])
}

# dnf, yum and urpmi are Python or Perl scripts and cannot be told from others of those.
package_managers := _of_the_system({
	"apk",
	"apt",
	"apt-get",
	"dnf5",
	"dpkg",
	"dpkg-deb",
	"microdnf",
	"pacman",
	"rpm",
	"zypper",
})

# They unpack images in a chroot, where each file has the path that it will have.
container_runtimes := _of_the_system({
	"buildah",
	"buildkitd",
	"conmon",
	"containerd",
	"containerd-shim-runc-v2",
	"crio",
	"crun",
	"dockerd",
	"podman",
	"runc",
})

# They ask other name servers on behalf of everybody.
name_servers := _of_the_system({
	"avahi-daemon",
	"coredns",
	"dnsmasq",
	"kresd",
	"named",
	"pdns_recursor",
	"pdns_server",
	"unbound",
}) | {"/usr/lib/systemd/systemd-resolved", "/lib/systemd/systemd-resolved"}

debuggers := _of_the_system({
	"gdb",
	"gdbserver",
	"lldb",
	"lldb-server",
	"ltrace",
	"rr",
	"strace",
})

# Programs that ask for or check passwords, or manage the accounts they belong to.
account_programs := _of_the_system({
	"atd",
	"chage",
	"chfn",
	"chgpasswd",
	"chpasswd",
	"chsh",
	"cron",
	"crond",
	"crontab",
	"doas",
	"expiry",
	"gdm3",
	"gpasswd",
	"groupadd",
	"groupdel",
	"groupmems",
	"groupmod",
	"grpck",
	"grpconv",
	"grpunconv",
	"lightdm",
	"login",
	"newgrp",
	"newusers",
	"nscd",
	"passwd",
	"proftpd",
	"pwck",
	"pwconv",
	"pwunconv",
	"runuser",
	"saslauthd",
	"sshd",
	"su",
	"sudo",
	"sudoreplay",
	"sulogin",
	"systemd-firstboot",
	"systemd-sysusers",
	"unix_chkpwd",
	"unix_update",
	"update-passwd",
	"useradd",
	"userdel",
	"usermod",
	"vipw",
	"visudo",
	"vsftpd",
}) | {
	"/usr/lib/accountsservice/accounts-daemon",
	"/usr/lib/cockpit/cockpit-session",
	"/usr/lib/dovecot/auth",
	"/usr/lib/gdm3/gdm-session-worker",
	"/usr/lib/openssh/sshd-auth",
	"/usr/lib/openssh/sshd-session",
	"/usr/lib/polkit-1/polkit-agent-helper-1",
	"/usr/lib/systemd/systemd",
	"/usr/lib/systemd/systemd-executor",
	"/usr/lib/systemd/systemd-homed",
	"/usr/lib/systemd/systemd-logind",
	"/usr/lib/systemd/systemd-userdbd",
	"/usr/lib/systemd/systemd-userwork",
	"/usr/libexec/accounts-daemon",
	"/usr/libexec/cockpit-session",
	"/usr/libexec/dovecot/auth",
	"/usr/libexec/gdm-session-worker",
	"/usr/libexec/openssh/sshd-auth",
	"/usr/libexec/openssh/sshd-session",
	"/usr/libexec/sddm-helper",
}

# Debian's tools in Perl that look up accounts, by the first 15 characters of their names.
perl_tools := {
	"addgroup",
	"adduser",
	"deb-systemd-hel",
	"deb-systemd-inv",
	"delgroup",
	"deluser",
	"dpkg-preconfigu",
	"dpkg-reconfigur",
	"frontend",
	"pam-auth-update",
	"update-rc.d",
}

# Servers that hand a connection to a program as its standard input by design.
connection_spawners := _of_the_system({"inetd", "sshd", "xinetd"}) | {
	"/usr/lib/openssh/sshd-auth",
	"/usr/lib/openssh/sshd-session",
	"/usr/lib/systemd/systemd",
	"/usr/lib/systemd/systemd-executor",
	"/usr/libexec/openssh/sshd-auth",
	"/usr/libexec/openssh/sshd-session",
}

shells := {"/ash", "/bash", "/busybox", "/csh", "/dash", "/fish", "/ksh", "/sh", "/tcsh", "/zsh"}

# Ends of the paths of programs that run the file they are given, the dynamic linker included.
interpreters := shells | {
	"/ld-linux-aarch64.so.1",
	"/ld-linux-x86-64.so.2",
	"/ld-musl-aarch64.so.1",
	"/ld-musl-x86_64.so.1",
	"/lua",
	"/node",
	"/perl",
	"/php",
	"/python2.7",
	"/python3",
	"/python3.10",
	"/python3.11",
	"/python3.12",
	"/python3.13",
	"/python3.14",
	"/python3.8",
	"/python3.9",
	"/ruby",
}

# Names of shells. Whether busybox is one, lib.executions tells.
shell_names := shells - {"/busybox"}

# Ends of the paths of programs that run scripts and are not shells.
script_interpreters := {path |
	some path in (interpreters - shells)
	not startswith(path, "/ld-")
}

# Ends of the paths of programs that print, copy or send any file, whatever it is for.
printers := shells | {
	"/awk",
	"/base32",
	"/base64",
	"/cat",
	"/cp",
	"/curl",
	"/cut",
	"/dd",
	"/egrep",
	"/gawk",
	"/grep",
	"/head",
	"/hexdump",
	"/less",
	"/mawk",
	"/more",
	"/mv",
	"/nl",
	"/od",
	"/openssl",
	"/paste",
	"/rev",
	"/rg",
	"/scp",
	"/sed",
	"/sort",
	"/strings",
	"/tac",
	"/tail",
	"/tar",
	"/tee",
	"/wget",
	"/xxd",
	"/zip",
}

# True if the program or one it descends from is a package manager.
for_a_package_manager if input.process.exe in package_managers

for_a_package_manager if {
	some ancestor in input.process.ancestors
	ancestor.exe in package_managers
}
