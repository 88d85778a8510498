# METADATA
# title: Process that calls itself like a kernel thread
# description: |
#   ps shows the threads of the kernel in brackets. A process that gives itself such a name while it runs
#   wants to be overlooked among them. What it was started as, `exe` says.
#
#   Misses: a name that is written to /proc/self/comm or over the arguments in memory, and names that no
#   thread of the kernel has.
# schemas:
# - input: schema.prctl
# custom:
#   id: TW-0192
#   severity: medium
#   attack: [T1036.004, T1036.005, T1036.009]
#   events: [prctl]
package signatures.kernel_thread_name

import rego.v2

import data.lib.exceptions

_threads := [
	"[",
	"cpuhp/",
	"ext4-rsv-conver",
	"irq/",
	"jbd2/",
	"kauditd",
	"kblockd",
	"kcompactd",
	"kdevtmpfs",
	"khugepaged",
	"khungtaskd",
	"kintegrityd",
	"ksmd",
	"ksoftirqd/",
	"kswapd",
	"kthreadd",
	"kthrotld",
	"kworker/",
	"migration/",
	"oom_reaper",
	"rcu_par_gp",
	"rcu_preempt",
	"rcu_sched",
	"rcu_tasks",
	"scsi_eh_",
	"watchdogd",
	"xfs-buf/",
	"xfsaild/",
]

# The event is written when the call returns: the process has its new name.
finding contains {"name": input.process.comm, "exe": input.process.exe} if {
	input.event == "prctl"
	input.args.option == "PR_SET_NAME"
	strings.any_prefix_match(input.process.comm, _threads)
	not exceptions.apply("TW-0192")
}
