/* Makes the system calls that it reads, each in a process of its own, and tells of each in a row
 * which process it was and what it returned. A row of input is
 *
 *     ABI NUMBER ARGUMENT...
 *
 * with ABI 64 (syscall) or 32 (int 0x80) and as arguments numbers, :HEX for the address of those
 * bytes, *HEX,HEX,... for that of a list of strings and, of those that begin with #, numbers, = for
 * a bound socket, also in such a list. A row of output is
 *
 *     PROCESS RESULT MEMORY...
 *
 * with `none` for a call that did not return, and for each argument `-` or what is there then. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARENA 65536
#define REGISTERS 6

/* In the lower 4 GiB, where 32-bit calls find it, and seen by the parent when the child is gone. */
static struct shared {
	volatile long result;
	volatile int returned;
	uint32_t used;
	uint8_t bytes[ARENA];
} *shared;

static sigset_t child_gone;

static struct memory {
	uint8_t *at;
	size_t length;
} memory[REGISTERS];

static uint8_t *bytes_of(const char *hex, size_t *length)
{
	uint8_t *at = &shared->bytes[shared->used];
	unsigned int byte;

	for (*length = 0; sscanf(hex + 2 * *length, "%2x", &byte) == 1; ++*length)
		at[*length] = byte;
	at[*length] = 0;
	shared->used += (*length + 1 + 15) & ~15;
	return at;
}

static unsigned long list_of(char *text, int width, int listening)
{
	uint8_t *list = &shared->bytes[shared->used];
	size_t length, count = 0;

	shared->used += 256;
	for (char *one; (one = strsep(&text, ","));) {
		unsigned long word = *one == '=' ? (unsigned long)listening :
				     *one == '#' ? strtoul(one + 1, NULL, 0) : (unsigned long)bytes_of(one, &length);

		memcpy(list + width * count++, &word, width);
	}
	memset(list + width * count, 0, width);
	return (unsigned long)list;
}

static unsigned long argument(char *text, int abi, struct memory *at, int listening)
{
	at->at = NULL;
	if (*text == '*')
		return list_of(text + 1, abi / 8, listening);
	if (*text == '=')
		return listening;
	if (*text != ':')
		return strtoull(text, NULL, 0);
	at->at = bytes_of(text + 1, &at->length);
	return (unsigned long)at->at;
}

/* Inline, and not syscall(3): after vfork two processes use this very stack. */
static inline __attribute__((always_inline)) long call_64(long number, const unsigned long *r)
{
	register unsigned long r10 asm("r10") = r[3], r8 asm("r8") = r[4], r9 asm("r9") = r[5];
	long result;

	asm volatile("syscall"
		     : "=a"(result)
		     : "a"(number), "D"(r[0]), "S"(r[1]), "d"(r[2]), "r"(r10), "r"(r8), "r"(r9)
		     : "rcx", "r11", "memory");
	return result;
}

static inline __attribute__((always_inline)) long call_32(long number, const unsigned long *r)
{
	register unsigned long last asm("r12") = r[5];
	long result;

	/* rbp is the compiler's, and takes the sixth argument. */
	asm volatile("xchg %%rbp, %%r12; int $0x80; xchg %%rbp, %%r12"
		     : "=a"(result), "+r"(last)
		     : "a"(number), "b"(r[0]), "c"(r[1]), "d"(r[2]), "S"(r[3]), "D"(r[4])
		     : "r8", "r9", "r10", "r11", "memory");
	return (int)result;
}

static int forks(int abi, long number)
{
	return abi == 64 ? number == SYS_fork || number == SYS_vfork || number == SYS_clone :
			   number == 2 || number == 120 || number == 190;
}

static void call(int abi, long number, const unsigned long *registers)
{
	static const unsigned long zero[REGISTERS];
	int forking = forks(abi, number);
	long result;

	/* A fork leaves shared pages out, and BPF programs read only what is there. */
	for (size_t i = 0; i < sizeof(*shared); i += 4096)
		((volatile char *)shared)[i];
	result = abi == 64 ? call_64(number, registers) : call_32(number, registers);

	if (!forking || result) {
		shared->result = result;
		shared->returned = 1;
	}
	call_64(SYS_exit_group, zero);
}

static void interrupted(int signal)
{
}

/* Until PROCESS is gone: a call that waits is interrupted, and one that cannot be is killed. */
static void await(pid_t process)
{
	const struct timespec patience = { .tv_nsec = 200 * 1000 * 1000 };
	int signals[] = { SIGUSR1, SIGKILL, SIGKILL }, turn = 0;

	while (waitpid(process, NULL, WNOHANG | __WALL) == 0)
		if (sigtimedwait(&child_gone, NULL, &patience) < 0 && turn < 3)
			kill(process, signals[turn++]);
}

static int bound(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(fd, (void *)&address, sizeof(address)))
		exit(2);
	return fd;
}

int main(void)
{
	struct sigaction action = { .sa_handler = interrupted };
	char row[16384];
	int listening = bound();

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (shared == MAP_FAILED || unshare(CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return 2;
	setsid(); /* no terminal that vhangup could hang up */
	sigaction(SIGUSR1, &action, NULL);
	sigaddset(&child_gone, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child_gone, NULL);
	while (fgets(row, sizeof(row), stdin)) {
		unsigned long registers[REGISTERS] = {};
		char *rest = row, *word;
		int abi = atoi(strsep(&rest, " ")), count = 0;
		long number = atol(strsep(&rest, " \n"));
		pid_t process;

		memset(shared, 0, sizeof(*shared));
		while (count < REGISTERS && (word = strsep(&rest, " \n")) && *word) {
			registers[count] = argument(word, abi, &memory[count], listening);
			count++;
		}
		process = syscall(SYS_fork);
		if (!process)
			call(abi, number, registers);
		await(process);
		printf("%d ", process);
		if (shared->returned)
			printf("%ld", shared->result);
		else
			printf("none");
		for (int i = 0; i < count; i++) {
			printf(" %s", memory[i].at ? ":" : "-");
			for (size_t j = 0; memory[i].at && j < memory[i].length; j++)
				printf("%02x", memory[i].at[j]);
		}
		printf("\n");
		fflush(stdout);
	}
	return 0;
}
