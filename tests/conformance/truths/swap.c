/* swap OPERATION ROUNDS DIRECTORY: makes a system call again and again while another thread, on another
 * CPU, swaps what the call is given: a byte of its memory between `A` and `B`, or the file behind its
 * descriptor. Tells for each round what really happened: 0 for A, 1 for B, -1 where that is not known,
 * -2 where the call failed. */
#include "files.h"
#include <linux/memfd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>

static volatile char *volatile swapped; /* the byte, or NULL */
static volatile char one = 'A', other = 'B';
static volatile int descriptors[3] = { -1, -1, -1 }; /* the first two take turns at the third */
static volatile int stop;
static char directory[256], a[512], b[512], c[512], given[512];
static int rounds, choices[20000];

static void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void wait_a_little(int turns)
{
	for (volatile int i = 0; i < turns; i++)
		;
}

static void *swap(void *unused)
{
	stay_on(1);
	while (!stop) {
		volatile char *byte = swapped;

		if (byte) {
			*byte = other;
			wait_a_little(60);
			*byte = one;
			wait_a_little(55);
		}
		if (descriptors[2] >= 0) {
			dup2(descriptors[0], descriptors[2]);
			wait_a_little(20);
			dup2(descriptors[1], descriptors[2]);
		}
	}
	return NULL;
}

static void create(const char *path)
{
	close(open(path, O_CREAT | O_RDWR, 0600));
}

static ino_t number_of(const char *path)
{
	struct stat status;

	return lstat(path, &status) ? 0 : status.st_ino;
}

/* Which of two facts holds; -1 if both or neither. */
static int which(int first, int second)
{
	return first && !second ? 0 : second && !first ? 1 : -1;
}

static void begin_swap(void)
{
	strcpy(given, a);
	swapped = given + strlen(given) - 1;
	wait_a_little(rand() % 600 + 100);
}

static int swap_open(int round)
{
	struct stat status;
	long fd;

	create(a);
	create(b);
	begin_swap();
	fd = syscall(SYS_openat, AT_FDCWD, given, O_WRONLY);
	swapped = NULL;
	fstat(fd, &status);
	close(fd);
	return status.st_ino == number_of(b);
}

static int swap_unlink(int round)
{
	long result;

	create(a);
	create(b);
	begin_swap();
	result = syscall(SYS_unlink, given);
	swapped = NULL;
	return result ? -2 : which(access(a, F_OK), access(b, F_OK));
}

static int swap_rename(int round)
{
	long result;

	create(a);
	create(b);
	begin_swap();
	result = syscall(SYS_rename, given, c);
	swapped = NULL;
	return result ? -2 : which(access(a, F_OK), access(b, F_OK));
}

static int swap_symlink(int round)
{
	long result;

	unlink(a);
	unlink(b);
	begin_swap();
	result = syscall(SYS_symlink, "target", given);
	swapped = NULL;
	return result ? -2 : which(number_of(a) != 0, number_of(b) != 0);
}

static int swap_mkdir(int round)
{
	long result;

	remove(a);
	remove(b);
	begin_swap();
	result = syscall(SYS_mkdir, given, 0700);
	swapped = NULL;
	return result ? -2 : which(number_of(a) != 0, number_of(b) != 0);
}

static int swap_link(int round)
{
	ino_t linked;
	long result;

	create(a);
	create(b);
	unlink(c);
	begin_swap();
	result = syscall(SYS_link, given, c);
	swapped = NULL;
	linked = number_of(c);
	return result ? -2 : which(linked == number_of(a), linked == number_of(b));
}

static int swap_chmod(int round)
{
	struct stat first, second;
	long result;

	create(a);
	create(b);
	stat(a, &first);
	begin_swap();
	result = syscall(SYS_chmod, given, 0400 | round % 64);
	swapped = NULL;
	stat(a, &first);
	stat(b, &second);
	unlink(a);
	unlink(b);
	return result ? -2 : which((first.st_mode & 0777) != 0600, (second.st_mode & 0777) != 0600);
}

static int swap_mount(int round)
{
	long result;
	ino_t now;

	mkdir(a, 0755);
	mkdir(b, 0755);
	mkdir(c, 0755);
	begin_swap();
	result = syscall(SYS_mount, given, c, NULL, MS_BIND, NULL);
	swapped = NULL;
	now = number_of(c);
	umount2(c, MNT_DETACH);
	return result ? -2 : which(now == number_of(a), now == number_of(b));
}

static int swap_memfd(int round)
{
	long fd;

	strcpy(given, "nameA");
	swapped = given + 4;
	wait_a_little(rand() % 600 + 100);
	fd = syscall(SYS_memfd_create, given, 0);
	swapped = NULL;
	remember(0, fd);
	close(fd);
	return which(strstr(remembered[0], "nameA") != NULL, strstr(remembered[0], "nameB") != NULL);
}

static struct sockaddr_in swapped_address;
static int page; /* the upper byte of the ports; the lower one is `A` or `B` */

static int can_bind(int kind, int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, kind, 0), bound = !bind(fd, (void *)&address, sizeof(address));

	close(fd);
	return bound;
}

/* A page of which both ports are free, below those that the kernel gives away by itself. */
static void *choose_page(void *unused)
{
	for (page = 0x10 + getpid() % 32; page < 0x7d; page++)
		if (can_bind(SOCK_STREAM, page << 8 | 'A') && can_bind(SOCK_STREAM, page << 8 | 'B') &&
		    can_bind(SOCK_DGRAM, page << 8 | 'A') && can_bind(SOCK_DGRAM, page << 8 | 'B'))
			break;
	return NULL;
}

static void begin_address(void)
{
	swapped_address.sin_family = AF_INET;
	swapped_address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	swapped_address.sin_port = htons(page << 8 | 'A');
	swapped = (char *)&swapped_address.sin_port + 1;
	wait_a_little(rand() % 600 + 100);
}

static int swap_connect(int round)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in now = {};
	socklen_t length = sizeof(now);
	long result;

	begin_address();
	result = syscall(SYS_connect, fd, &swapped_address, sizeof(swapped_address));
	swapped = NULL;
	getpeername(fd, (void *)&now, &length);
	close(fd);
	return result ? -2 : which((ntohs(now.sin_port) & 255) == 'A', (ntohs(now.sin_port) & 255) == 'B');
}

static int swap_bind(int round)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in now = {};
	socklen_t length = sizeof(now);
	long result;

	begin_address();
	result = syscall(SYS_bind, fd, &swapped_address, sizeof(swapped_address));
	swapped = NULL;
	getsockname(fd, (void *)&now, &length);
	close(fd);
	return result ? -2 : which((ntohs(now.sin_port) & 255) == 'A', (ntohs(now.sin_port) & 255) == 'B');
}

/* The program that is executed ends with its own name's last letter as its code. */
static int swap_exec(int round)
{
	char *arguments[] = { "swapped", NULL };
	int status;
	pid_t child;

	begin_swap();
	child = vfork();
	if (!child) {
		syscall(SYS_execve, given, arguments, NULL);
		_exit(0);
	}
	swapped = NULL;
	waitpid(child, &status, 0);
	return which(WEXITSTATUS(status) == 'A', WEXITSTATUS(status) == 'B');
}

/* The program ends with its argument's last letter as its code. */
static int swap_argv(int round)
{
	char *arguments[] = { "argument", given, NULL };
	int status;
	pid_t child;

	strcpy(given, "argumentA");
	swapped = given + strlen(given) - 1;
	wait_a_little(rand() % 600 + 100);
	child = vfork();
	if (!child) {
		syscall(SYS_execve, a, arguments, NULL);
		_exit(0);
	}
	swapped = NULL;
	waitpid(child, &status, 0);
	return which(WEXITSTATUS(status) == 'A', WEXITSTATUS(status) == 'B');
}

/* A file is opened, and its descriptor's number then given to others. */
static int put_over_open(int round)
{
	int next = dup(0);
	long fd;

	close(next);
	descriptors[2] = next;
	fd = syscall(SYS_openat, AT_FDCWD, a, O_WRONLY);
	descriptors[2] = -1;
	wait_a_little(2000);
	close(next);
	close(fd);
	return 0;
}

/* Closed and opened anew by the other thread, the number and the memory may be another file's. */
static void *reopen(void *unused)
{
	stay_on(1);
	while (!stop) {
		int next = descriptors[2];

		if (next >= 0) {
			int fd;

			close(next);
			fd = open(b, O_WRONLY);
			if (fd != next)
				close(fd);
		}
	}
	return NULL;
}

static int put_over_connect(int round)
{
	int datagram = socket(AF_INET, SOCK_DGRAM, 0), stream = socket(AF_INET, SOCK_STREAM, 0), fd = dup(datagram);
	struct sockaddr_in now = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(now);
	int connected;

	descriptors[0] = stream;
	descriptors[1] = datagram;
	descriptors[2] = fd;
	wait_a_little(rand() % 600 + 100);
	syscall(SYS_connect, fd, &now, sizeof(now));
	descriptors[2] = -1;
	wait_a_little(4000);
	connected = !getpeername(datagram, (void *)&now, &length);
	close(fd);
	close(datagram);
	close(stream);
	return connected ? 0 : 1; /* nothing listens: TCP is refused */
}

static int put_over_listen(int round)
{
	int first = socket(AF_INET, SOCK_STREAM, 0), second = socket(AF_INET, SOCK_STREAM, 0), fd;
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listening[2] = {}, yes = 1;
	socklen_t length = sizeof(int);

	setsockopt(first, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	setsockopt(second, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	address.sin_port = htons(page << 8 | 'A');
	must(!bind(first, (void *)&address, sizeof(address)), "bind");
	address.sin_port = htons(page << 8 | 'B');
	must(!bind(second, (void *)&address, sizeof(address)), "bind");
	fd = dup(first);
	descriptors[0] = second;
	descriptors[1] = first;
	descriptors[2] = fd;
	wait_a_little(rand() % 600 + 100);
	syscall(SYS_listen, fd, 1);
	descriptors[2] = -1;
	wait_a_little(4000);
	getsockopt(first, SOL_SOCKET, SO_ACCEPTCONN, &listening[0], &length);
	getsockopt(second, SOL_SOCKET, SO_ACCEPTCONN, &listening[1], &length);
	close(fd);
	close(first);
	close(second);
	return which(listening[0], listening[1]);
}

static int server = -1;

static int put_over_accept(int round)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(page << 8 | 'A'),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct linger abort_it = { 1, 0 };
	int client = socket(AF_INET, SOCK_STREAM, 0), next;
	long fd;

	if (server < 0) {
		int yes = 1;

		server = socket(AF_INET, SOCK_STREAM, 0);
		setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
		must(!bind(server, (void *)&address, sizeof(address)) && !listen(server, 8), "listen");
	}
	setsockopt(client, SOL_SOCKET, SO_LINGER, &abort_it, sizeof(abort_it));
	must(!connect(client, (void *)&address, sizeof(address)), "connect");
	next = dup(0);
	close(next);
	descriptors[2] = next;
	fd = syscall(SYS_accept4, server, NULL, NULL, 0);
	descriptors[2] = -1;
	wait_a_little(4000);
	close(next);
	close(fd);
	close(client);
	return fd < 0 ? -2 : 0;
}

static const struct {
	const char *name;
	int (*round)(int);
	void *(*attack)(void *);
} operations[] = {
	{ "open", swap_open, swap }, { "unlink", swap_unlink, swap }, { "rename", swap_rename, swap },
	{ "symlink", swap_symlink, swap }, { "mkdir", swap_mkdir, swap }, { "link", swap_link, swap }, { "chmod", swap_chmod, swap }, { "mount", swap_mount, swap },
	{ "memfd_create", swap_memfd, swap }, { "connect", swap_connect, swap }, { "bind", swap_bind, swap },
	{ "exec", swap_exec, swap }, { "argv", swap_argv, swap }, { "dup2-open", put_over_open, swap },
	{ "reopen", put_over_open, reopen }, { "dup2-connect", put_over_connect, swap },
	{ "dup2-listen", put_over_listen, swap }, { "dup2-accept", put_over_accept, swap },
};

int main(int argc, char **argv)
{
	pthread_t thread;

	if (!strcmp(argv[0], "swapped")) { /* executed by `exec`: its file's name tells */
		readlink("/proc/self/exe", a, sizeof(a) - 1);
		return a[strlen(a) - 1];
	}
	if (!strcmp(argv[0], "argument"))
		return argv[1][strlen(argv[1]) - 1];
	rounds = atoi(argv[2]);
	strcpy(directory, argv[3]);
	snprintf(a, sizeof(a), "%s/fileA", directory);
	snprintf(b, sizeof(b), "%s/fileB", directory);
	snprintf(c, sizeof(c), "%s/fileC", directory);
	srand(rounds);
	/* In another thread: what this one binds is an attacked call. */
	pthread_create(&thread, NULL, choose_page, NULL);
	pthread_join(thread, NULL);
	/* What takes the descriptors' places: files that are neither. */
	descriptors[0] = open(b, O_RDONLY);
	descriptors[1] = open("/dev/null", O_RDONLY);
	for (int i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		if (!strcmp(operations[i].name, argv[1])) {
			pthread_create(&thread, NULL, operations[i].attack, NULL);
			stay_on(0);
			for (int round = 0; round < rounds; round++)
				choices[round] = operations[i].round(round);
		}
	stop = 1;
	pthread_join(thread, NULL);
	tell();
	integer("tid", syscall(SYS_gettid));
	key("rounds");
	fputc('[', line);
	for (int round = 0; round < rounds; round++)
		fprintf(line, "%s%d", round ? "," : "", choices[round]);
	fputc(']', line);
	told();
	return 0;
}
