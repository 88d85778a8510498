// SPDX-License-Identifier: Apache-2.0
/* The load of the benchmarks, bounded by what it is told:
 *
 *   load time OPERATION COUNT       nanoseconds of one operation: what a tenth of short chunks stay below
 *   load rate OPERATION COUNT RATE  COUNT operations, RATE a second (0: as fast as possible);
 *                                   prints the nanoseconds that all of them took
 *   load trace COUNT RATE           COUNT children that call PTRACE_TRACEME, RATE a second;
 *                                   prints each one's pid and the time of day before the call
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Short, so that most chunks see no interrupt and no other task. */
#define CHUNK 100
#define MOST_CHUNKS 4096
#define SECOND 1000000000ULL
/* Shorter waits are spent spinning: waking up takes about as long. */
#define SPIN 200000ULL
/* Below this rate operations are spread evenly, above it they come in tiny bursts. */
#define BURST_PERIOD 50000ULL

static uint64_t now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * SECOND + time.tv_nsec;
}

static void wait_until(uint64_t moment)
{
	struct timespec time = { .tv_sec = moment / SECOND, .tv_nsec = moment % SECOND };

	if (moment > now(CLOCK_MONOTONIC) + SPIN)
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
	while (now(CLOCK_MONOTONIC) < moment)
		;
}

static void open_close(void)
{
	int descriptor = open("/etc/hostname", O_RDONLY | O_CLOEXEC);

	if (descriptor >= 0)
		close(descriptor);
}

static void getppid_call(void)
{
	syscall(SYS_getppid);
}

/* No process has this id: the call fails at once, and is among the cheapest that are an event. */
static void ptrace_call(void)
{
	syscall(SYS_ptrace, PTRACE_CONT, -1, NULL, NULL);
}

/* An id that no user has: the call changes nothing. */
static void setfsuid_call(void)
{
	syscall(SYS_setfsuid, -1);
}

/* Of a datagram socket: the peer is noted and nothing is sent. */
static void connect_call(void)
{
	static const struct sockaddr_in nobody = { .sin_family = AF_INET,
						   .sin_port = 0x0900,
						   .sin_addr = { 0x0100007f } };
	static int descriptor = -1;

	if (descriptor < 0)
		descriptor = socket(AF_INET, SOCK_DGRAM, 0);
	connect(descriptor, (const struct sockaddr *)&nobody, sizeof(nobody));
}

static const struct {
	const char *name;
	void (*run)(void);
} operations[] = {
	{ "open", open_close },
	{ "getppid", getppid_call },
	{ "ptrace", ptrace_call },
	{ "setfsuid", setfsuid_call },
	{ "connect", connect_call },
};

static void (*find(const char *name))(void)
{
	for (size_t i = 0; i < sizeof(operations) / sizeof(*operations); i++)
		if (!strcmp(operations[i].name, name))
			return operations[i].run;
	fprintf(stderr, "load: no operation %s\n", name);
	exit(2);
}

static int by_size(const void *one, const void *other)
{
	uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;

	return a < b ? -1 : a > b;
}

static void measure_time(void (*run)(void), uint64_t count)
{
	static uint64_t chunks[MOST_CHUNKS];
	uint64_t length = count / CHUNK;

	if (length > MOST_CHUNKS)
		length = MOST_CHUNKS;
	for (uint64_t i = 0; i < CHUNK; i++)
		run();
	for (uint64_t i = 0; i < length; i++) {
		uint64_t begin = now(CLOCK_MONOTONIC);

		for (int j = 0; j < CHUNK; j++)
			run();
		chunks[i] = now(CLOCK_MONOTONIC) - begin;
	}
	qsort(chunks, length, sizeof(*chunks), by_size);
	printf("%.1f\n", (double)chunks[length / 10] / CHUNK);
}

static void keep_rate(void (*run)(void), uint64_t count, uint64_t rate)
{
	uint64_t begin = now(CLOCK_MONOTONIC), done = 0, burst = 1;

	if (rate)
		burst = rate * BURST_PERIOD / SECOND;
	if (!burst)
		burst = 1;
	while (done < count) {
		if (rate)
			wait_until(begin + done * SECOND / rate);
		for (uint64_t i = 0; i < burst && done < count; i++, done++)
			run();
	}
	printf("%llu\n", (unsigned long long)(now(CLOCK_MONOTONIC) - begin));
}

static void trace(uint64_t count, uint64_t rate)
{
	uint64_t begin = now(CLOCK_MONOTONIC);

	for (uint64_t i = 0; i < count; i++) {
		pid_t child;

		wait_until(begin + i * SECOND / rate);
		fflush(stdout);
		child = fork();
		if (child == 0) {
			uint64_t before = now(CLOCK_REALTIME);

			ptrace(PTRACE_TRACEME, 0, NULL, NULL);
			printf("%d %llu\n", getpid(), (unsigned long long)before);
			fflush(stdout);
			_exit(0);
		}
		if (child < 0 || waitpid(child, NULL, 0) < 0) {
			perror("load");
			exit(1);
		}
	}
}

int main(int count, char **words)
{
	if (count == 4 && !strcmp(words[1], "time")) {
		measure_time(find(words[2]), strtoull(words[3], NULL, 10));
	} else if (count == 5 && !strcmp(words[1], "rate")) {
		keep_rate(find(words[2]), strtoull(words[3], NULL, 10), strtoull(words[4], NULL, 10));
	} else if (count == 4 && !strcmp(words[1], "trace")) {
		trace(strtoull(words[2], NULL, 10), strtoull(words[3], NULL, 10));
	} else {
		fprintf(stderr, "load: see the first lines of load.c\n");
		return 2;
	}
	return 0;
}
