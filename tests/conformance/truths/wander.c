// SPDX-License-Identifier: Apache-2.0
/* Opens a file again and again, which never leaves a directory, while a second thread moves the
 * directories on the way to it:
 *
 *   wander DIRECTORY ROUNDS moving|still
 *
 * The file is DIRECTORY/wanted/p/a/b/c/q/f or DIRECTORY/wanted/r/q/f. While it is in r, p is moved to
 * DIRECTORY/other and back: whoever has read that q is in p, and then that p is in other, takes the
 * file for one outside of wanted, where it never was. Prints how often it was opened.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_int done;

static void must(int failed, const char *what)
{
	if (failed) {
		perror(what);
		exit(1);
	}
}

static void *move(void *nothing)
{
	while (!done) {
		must(rename("wanted/p/a/b/c/q", "wanted/r/q"), "q to r");
		must(rename("wanted/p", "other/p"), "p to other");
		must(rename("other/p", "wanted/p"), "p to wanted");
		must(rename("wanted/r/q", "wanted/p/a/b/c/q"), "q to p");
	}
	return nothing;
}

int main(int count, char **words)
{
	static const char *const folders[] = {
		"wanted", "other", "wanted/r", "wanted/p", "wanted/p/a", "wanted/p/a/b", "wanted/p/a/b/c",
		"wanted/p/a/b/c/q",
	};
	int folder, file, rounds = count == 4 ? atoi(words[2]) : 0;
	pthread_t mover;

	must(!rounds || chdir(words[1]), "wander DIRECTORY ROUNDS moving|still");
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		must(mkdir(folders[i], 0755), folders[i]);
	folder = open("wanted/p/a/b/c/q", O_PATH | O_DIRECTORY);
	must(folder < 0, "q");
	must(close(openat(folder, "f", O_CREAT | O_WRONLY, 0644)), "f");
	if (!strcmp(words[3], "moving"))
		must(pthread_create(&mover, NULL, move, NULL), "thread");
	for (int i = 0; i < rounds; i++) {
		file = openat(folder, "f", O_RDONLY);
		must(file < 0, "open");
		close(file);
	}
	done = 1;
	printf("%d\n", rounds);
	return 0;
}
