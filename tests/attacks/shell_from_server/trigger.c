/* A server of that name that lets a shell run a command. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <stdio.h>

int main(int count, char **arguments)
{
	char path[] = "/opt/tracewire-server-XXXXXX", file[100], command[400];

	if (count == 2 && !strcmp(arguments[1], "serve"))
		return system("true") != 0;
	if (!mkdtemp(path))
		return 1;
	snprintf(file, sizeof(file), "%s/nginx", path);
	snprintf(command, sizeof(command), "cp '%s' %s && %s serve; r=$?; rm -r %s; exit $r", arguments[0], file, file,
		 path);
	return system(command) != 0;
}
