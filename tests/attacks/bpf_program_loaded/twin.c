/* Makes a table for BPF programs, and closes it. */
#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	union bpf_attr attributes;
	long descriptor;

	memset(&attributes, 0, sizeof(attributes));
	attributes.map_type = BPF_MAP_TYPE_ARRAY;
	attributes.key_size = 4;
	attributes.value_size = 8;
	attributes.max_entries = 1;
	descriptor = syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof(attributes));
	return descriptor < 0 || close(descriptor);
}
