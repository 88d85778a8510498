/* in_depth TIMES NAME PROGRAM ARGUMENT...: makes and enters a directory NAME so many times, one in the
 * other, and executes the program there. */
#include "truth.h"

int main(int argc, char **argv)
{
	for (int i = atoi(argv[1]); i > 0; i--) {
		mkdir(argv[2], 0755);
		must(!chdir(argv[2]), "chdir");
	}
	execv(argv[3], argv + 3);
	perror(argv[3]);
	return 1;
}
