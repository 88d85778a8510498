/* One operation through io_uring, with nothing but its system calls. */
#ifndef RING_H
#define RING_H

#include "truth.h"
#include <linux/io_uring.h>
#include <linux/time_types.h>
#include <sys/mman.h>

#define ENTRIES 8
#define THE_ONE 7

/* Of newer kernels than the headers may be. */
#define RING_BIND 56
#define RING_LISTEN 57
#ifndef IORING_ENTER_REGISTERED_RING
#define IORING_ENTER_REGISTERED_RING (1U << 4)
#endif

struct ring {
	int fd;
	int registered; /* `fd` is a place in the kernel's table of rings */
	int polls; /* a thread of the kernel's takes what is submitted */
	unsigned *submission_tail, *submission_mask, *submission_array, *submission_flags;
	unsigned *completion_head, *completion_tail, *completion_mask;
	struct io_uring_sqe *requests;
	struct io_uring_cqe *completions;
	unsigned queued;
};

static struct ring ring;

static void ring_open(int polls)
{
	struct io_uring_params parameters = { .flags = polls ? IORING_SETUP_SQPOLL : 0, .sq_thread_idle = 1000 };
	char *submissions, *completions;

	ring.fd = syscall(SYS_io_uring_setup, ENTRIES, &parameters);
	must(ring.fd >= 0, "io_uring_setup");
	ring.polls = polls;
	submissions = mmap(NULL, parameters.sq_off.array + parameters.sq_entries * sizeof(unsigned),
			   PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring.fd, IORING_OFF_SQ_RING);
	completions = mmap(NULL, parameters.cq_off.cqes + parameters.cq_entries * sizeof(struct io_uring_cqe),
			   PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring.fd, IORING_OFF_CQ_RING);
	ring.requests = mmap(NULL, parameters.sq_entries * sizeof(struct io_uring_sqe), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_POPULATE, ring.fd, IORING_OFF_SQES);
	must(submissions != MAP_FAILED && completions != MAP_FAILED && ring.requests != MAP_FAILED, "mmap");
	ring.submission_tail = (void *)(submissions + parameters.sq_off.tail);
	ring.submission_mask = (void *)(submissions + parameters.sq_off.ring_mask);
	ring.submission_array = (void *)(submissions + parameters.sq_off.array);
	ring.submission_flags = (void *)(submissions + parameters.sq_off.flags);
	ring.completion_head = (void *)(completions + parameters.cq_off.head);
	ring.completion_tail = (void *)(completions + parameters.cq_off.tail);
	ring.completion_mask = (void *)(completions + parameters.cq_off.ring_mask);
	ring.completions = (void *)(completions + parameters.cq_off.cqes);
}

static struct io_uring_sqe *ring_queue(const struct io_uring_sqe *request)
{
	unsigned tail = *ring.submission_tail, index = tail & *ring.submission_mask;

	ring.requests[index] = *request;
	ring.submission_array[index] = index;
	__atomic_store_n(ring.submission_tail, tail + 1, __ATOMIC_RELEASE);
	ring.queued++;
	return &ring.requests[index];
}

static void ring_submit(unsigned wanted)
{
	unsigned flags = (wanted ? IORING_ENTER_GETEVENTS : 0) | (ring.registered ? IORING_ENTER_REGISTERED_RING : 0);

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (ring.polls && __atomic_load_n(ring.submission_flags, __ATOMIC_ACQUIRE) & IORING_SQ_NEED_WAKEUP)
		flags |= IORING_ENTER_SQ_WAKEUP;
	while (syscall(SYS_io_uring_enter, ring.fd, ring.polls ? 0 : ring.queued, wanted, flags, NULL, 0) < 0)
		must(errno == EINTR, "io_uring_enter");
	ring.queued = 0;
}

/* The result of the request with the number NUMBER; others are passed over. */
static int ring_result(unsigned long long number)
{
	for (;;) {
		unsigned head = *ring.completion_head;

		while (head != __atomic_load_n(ring.completion_tail, __ATOMIC_ACQUIRE)) {
			struct io_uring_cqe *completion = &ring.completions[head & *ring.completion_mask];
			/* What is silent and fails takes along what is linked to it. */
			int result = completion->res, found = completion->user_data == number ||
							       (result < 0 && completion->user_data == THE_ONE);

			__atomic_store_n(ring.completion_head, ++head, __ATOMIC_RELEASE);
			if (found)
				return result;
		}
		ring_submit(1);
	}
}

static void ring_register(void)
{
	struct io_uring_rsrc_update update = { .offset = -1U, .data = ring.fd };

	must(syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_RING_FDS, &update, 1) == 1, "register ring");
	ring.fd = update.offset;
	ring.registered = 1;
}

/* Put the request's file into the ring's table, or let it put there what it opens. */
static void ring_use_table(struct io_uring_sqe *request, int is_used)
{
	int files[2] = { -1, is_used ? request->fd : -1 };

	must(!syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_FILES, files, 2), "register files");
	if (is_used) {
		request->fd = 1;
		request->flags |= IOSQE_FIXED_FILE;
	} else {
		request->file_index = 1 + 1;
	}
}

/* Submit REQUEST in one of these ways, and return its result:
 *   inline    at once, if the kernel can
 *   async     in a worker thread
 *   sqpoll    by the ring's own thread
 *   linked    behind a request that does nothing
 *   later     behind one that waits, so that it is begun outside of any system call of the ring's
 *   silent    without a completion if it succeeds
 *   register  at once, by a ring that is entered through its registered number
 *   fixed     on a file of the ring's own table
 *   direct    what it opens goes into the ring's own table
 * As soon as it is submitted, its memory and, if FORGED, the text at PATH are overwritten. */
static long ring_do(const char *way, struct io_uring_sqe *request, char *path, const char *forged)
{
	static struct __kernel_timespec pause = { .tv_nsec = 30 * 1000 * 1000 };
	struct io_uring_sqe before = {};
	struct io_uring_sqe *place;
	int silent = !strcmp(way, "silent");

	ring_open(!strcmp(way, "sqpoll"));
	request->user_data = THE_ONE;
	if (!strcmp(way, "register"))
		ring_register();
	if (!strcmp(way, "fixed") || !strcmp(way, "direct"))
		ring_use_table(request, !strcmp(way, "fixed"));
	if (!strcmp(way, "async"))
		request->flags |= IOSQE_ASYNC;
	if (!strcmp(way, "linked") || !strcmp(way, "later")) {
		before.opcode = IORING_OP_NOP;
		before.flags = IOSQE_IO_LINK;
		if (!strcmp(way, "later")) {
			before.opcode = IORING_OP_TIMEOUT;
			before.fd = -1;
			before.addr = (unsigned long)&pause;
			before.len = 1;
			before.timeout_flags = IORING_TIMEOUT_ETIME_SUCCESS;
		}
		ring_queue(&before);
	}
	if (silent)
		request->flags |= IOSQE_CQE_SKIP_SUCCESS | IOSQE_IO_LINK;
	place = ring_queue(request);
	if (silent) {
		before.opcode = IORING_OP_NOP;
		before.user_data = THE_ONE + 1;
		ring_queue(&before);
	}
	if (ring.polls)
		return ring_result(THE_ONE); /* when it is taken, nobody can tell */
	ring_submit(0);
	if (forged) {
		memset(place, 0xff, sizeof(*place));
		strcpy(path, forged);
	}
	return ring_result(silent ? THE_ONE + 1 : THE_ONE);
}

#endif
