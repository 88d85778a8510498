/* What a ground-truth program tells about itself and about what it did: one line of JSON.
 * Text is written byte by byte as Latin-1, so that any bytes survive. */
#ifndef TRUTH_H
#define TRUTH_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char *line_text;
static size_t line_size;
static FILE *line;
static int needs_comma;

static void key(const char *name)
{
	if (needs_comma)
		fputc(',', line);
	fprintf(line, "\"%s\":", name);
	needs_comma = 1;
}

static void text_of(const char *bytes, size_t length)
{
	fputc('"', line);
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = bytes[i];

		if (byte < 0x20 || byte >= 0x7f || byte == '"' || byte == '\\')
			fprintf(line, "\\u%04x", byte);
		else
			fputc(byte, line);
	}
	fputc('"', line);
}

static void integer(const char *name, long long value)
{
	key(name);
	fprintf(line, "%lld", value);
}

static void natural(const char *name, unsigned long long value)
{
	key(name);
	fprintf(line, "%llu", value);
}

static void text(const char *name, const char *value)
{
	key(name);
	if (value)
		text_of(value, strlen(value));
	else
		fputs("null", line);
}

static void boolean(const char *name, int value)
{
	key(name);
	fputs(value ? "true" : "false", line);
}

static void begin(const char *name)
{
	key(name);
	fputc('{', line);
	needs_comma = 0;
}

static void end(void)
{
	fputc('}', line);
	needs_comma = 1;
}

/* dev, inode, ctime of a file as stat(2) tells them. */
static void identity(const struct stat *status)
{
	natural("dev", status->st_dev);
	natural("inode", status->st_ino);
	natural("ctime", status->st_ctim.tv_sec * 1000000000ULL + status->st_ctim.tv_nsec);
}

static size_t contents(const char *path, char *into, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t got;

	if (fd < 0)
		return 0;
	while (length < size && (got = read(fd, into + length, size - length)) > 0)
		length += got;
	close(fd);
	return length;
}

/* Where a link of /proc leads; null where it leads nowhere, false where we may not know. */
static void link_of(const char *name, const char *path)
{
	char target[8192];
	ssize_t length = readlink(path, target, sizeof(target));

	key(name);
	if (length < 0)
		fputs(errno == EACCES || errno == EPERM ? "false" : "null", line);
	else
		text_of(target, length);
}

/* comm, parent and start time (clock ticks since boot) of process PID. */
static int look_at(int pid, char *comm, size_t *comm_length, int *parent, unsigned long long *start)
{
	char path[64], stat_line[4096];
	size_t length;
	char *open_bracket, *close_bracket;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	length = contents(path, stat_line, sizeof(stat_line) - 1);
	if (!length)
		return -1;
	stat_line[length] = 0;
	open_bracket = memchr(stat_line, '(', length);
	close_bracket = memrchr(stat_line, ')', length);
	*comm_length = close_bracket - open_bracket - 1;
	memcpy(comm, open_bracket + 1, *comm_length);
	return sscanf(close_bracket + 2, "%*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
		      parent, start) == 2 ? 0 : -1;
}

static void ancestors(int pid)
{
	char comm[64], path[64];
	unsigned long long start;
	size_t length;

	key("ancestors");
	fputc('[', line);
	needs_comma = 0;
	for (int i = 0; pid && i < 8; i++) {
		int self = pid;

		if (look_at(pid, comm, &length, &pid, &start))
			break;
		if (needs_comma)
			fputc(',', line);
		fputc('{', line);
		needs_comma = 0;
		integer("pid", self);
		natural("start_ticks", start);
		key("comm");
		text_of(comm, length);
		snprintf(path, sizeof(path), "/proc/%d/exe", self);
		link_of("exe", path);
		end();
	}
	fputc(']', line);
	needs_comma = 1;
}

static void namespace_number(const char *name, const char *path)
{
	struct stat status;

	if (stat(path, &status) == 0)
		natural(name, status.st_ino);
}

/* What the process is, read from /proc while it lives. The proc file system must be the one of
 * the initial pid namespace: `host_pid` is what it calls this process. */
static void process(void)
{
	static char arguments[2 * 1024 * 1024];
	char comm[64], host[16] = {};
	unsigned long long start;
	int pid, parent;
	size_t length;

	readlink("/proc/self", host, sizeof(host) - 1);
	pid = atoi(host);
	begin("process");
	integer("pid", pid);
	integer("ns_pid", getpid());
	integer("ns_tid", syscall(SYS_gettid));
	integer("uid", getuid());
	integer("gid", getgid());
	look_at(pid, comm, &length, &parent, &start);
	natural("start_ticks", start);
	length = contents("/proc/thread-self/comm", comm, sizeof(comm));
	key("comm");
	text_of(comm, length - 1);
	link_of("exe", "/proc/self/exe");
	link_of("cwd", "/proc/self/cwd");
	length = contents("/proc/self/cmdline", arguments, sizeof(arguments));
	key("argv");
	text_of(arguments, length);
	namespace_number("mount_namespace", "/proc/self/ns/mnt");
	namespace_number("pid_namespace", "/proc/self/ns/pid");
	length = contents("/proc/self/cgroup", arguments, sizeof(arguments) - 1);
	arguments[length] = 0;
	key("cgroup");
	length = 0;
	for (char *row = strtok(arguments, "\n"); row; row = strtok(NULL, "\n"))
		if (!strncmp(row, "0::", 3)) {
			text_of(row + 3, strlen(row + 3));
			length = 1;
		}
	if (!length)
		fputs("null", line);
	ancestors(parent);
	end();
}

/* Begin the line with what the process is; what follows goes into "did". */
static void tell(void)
{
	line = open_memstream(&line_text, &line_size);
	fputc('{', line);
	process();
	begin("did");
}

static void told(void)
{
	size_t written = 0;

	end();
	fputs("}\n", line);
	fclose(line);
	while (written < line_size) {
		ssize_t count = write(1, line_text + written, line_size - written);

		if (count <= 0)
			exit(3);
		written += count;
	}
	needs_comma = 0;
}

static void must(int holds, const char *what)
{
	if (!holds) {
		perror(what);
		exit(2);
	}
}

/* What a system call returned, as the kernel returns it. */
static long returned(long result)
{
	return result == -1 ? -errno : result;
}

#endif
