/* enter_root PROGRAM ARGUMENT...: makes the working directory, a mount, the root of this mount
 * namespace, lets go of the old root, and executes the program, as a container's runtime does. */
#include "truth.h"
#include <sys/mount.h>

int main(int argc, char **argv)
{
	must(!syscall(SYS_pivot_root, ".", "."), "pivot_root");
	must(!umount2(".", MNT_DETACH), "umount");
	must(!chdir("/"), "chdir");
	execv(argv[1], argv + 1);
	perror(argv[1]);
	return 1;
}
