/* Loads a program that only returns 0, and closes it. */
#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	struct bpf_insn program[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	union bpf_attr attributes;
	long descriptor;

	memset(&attributes, 0, sizeof(attributes));
	attributes.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attributes.insns = (unsigned long)program;
	attributes.insn_cnt = 2;
	attributes.license = (unsigned long)"GPL";
	descriptor = syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof(attributes));
	return descriptor < 0 || close(descriptor);
}
