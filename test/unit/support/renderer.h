/* A process with the threads that a renderer has: a main thread and workers, each at the work that it was told.
 *
 * Include after <cmocka.h>. */
#ifndef WASMOGRAPH_TEST_RENDERER_H
#define WASMOGRAPH_TEST_RENDERER_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "scratch.h"

enum renderer_work { RENDERER_SLEEPS, RENDERER_SPINS };

struct renderer {
	pid_t pid;
	int orders; /* a byte: the main thread touches as many MiB of new memory, and answers */
	int answers;
};

/* One page after the other, each for the first time. */
static inline void renderer_touch(size_t bytes)
{
	volatile char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise((void *)(uintptr_t)memory, bytes, MADV_NOHUGEPAGE);
	for (size_t at = 0; at < bytes; at += 4096)
		memory[at] = 1;
	munmap((void *)(uintptr_t)memory, bytes);
}

static inline void *renderer_worker(void *argument)
{
	enum renderer_work work = (enum renderer_work)(intptr_t)argument;
	prctl(PR_SET_NAME, "DedicatedWorker thread");
	for (volatile unsigned count = 0; work == RENDERER_SPINS; count++)
		;
	for (;;)
		pause();
	return NULL;
}

static inline _Noreturn void renderer_run(const enum renderer_work *workers, int count, int orders, int answers)
{
	pthread_t thread;
	unsigned char mebibytes;
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failed test must leave nobody behind */
	for (int i = 0; i < count; i++)
		pthread_create(&thread, NULL, renderer_worker, (void *)(intptr_t)workers[i]);
	while (write(answers, "r", 1) == 1 && read(orders, &mebibytes, 1) == 1)
		renderer_touch((size_t)mebibytes << 20);
	_exit(0);
}

/* How many of its threads have a worker's name by now. */
static inline int renderer_workers(pid_t pid)
{
	char path[64], name[32];
	size_t count;
	int workers = 0;
	snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
	char **tids = fs_list(path, &count, NULL);
	for (size_t i = 0; tids && i < count; i++) {
		snprintf(path, sizeof path, "/proc/%d/task/%s/comm", (int)pid, tids[i]);
		workers += fs_read_small(path, name, sizeof name) > 0 && strcmp(name, "DedicatedWorker\n") == 0;
	}
	if (tids)
		fs_list_free(tids, count);
	return workers;
}

/* Returns when all threads are there. */
static inline void renderer_start(struct renderer *renderer, const enum renderer_work *workers, int count)
{
	int orders[2], answers[2];
	char byte;
	assert_int_equal(pipe2(orders, O_CLOEXEC), 0);
	assert_int_equal(pipe2(answers, O_CLOEXEC), 0);
	renderer->pid = fork();
	assert_true(renderer->pid >= 0);
	if (renderer->pid == 0)
		renderer_run(workers, count, orders[0], answers[1]);
	close(orders[0]);
	close(answers[1]);
	renderer->orders = orders[1];
	renderer->answers = answers[0];
	assert_int_equal(read(renderer->answers, &byte, 1), 1);
	while (renderer_workers(renderer->pid) < count)
		usleep(1000);
}

/* Has the main thread touch new memory; returns when it has. */
static inline void renderer_order_touch(const struct renderer *renderer, unsigned char mebibytes)
{
	char byte;
	assert_int_equal(write(renderer->orders, &mebibytes, 1), 1);
	assert_int_equal(read(renderer->answers, &byte, 1), 1);
}

/* Waits until the process has used so much CPU time, however long that takes on this machine. */
static inline void renderer_await_cpu(const struct renderer *renderer, int ms)
{
	clockid_t clock;
	struct timespec start, now;
	assert_int_equal(clock_getcpuclockid(renderer->pid, &clock), 0);
	clock_gettime(clock, &start);
	do {
		usleep(1000);
		clock_gettime(clock, &now);
	} while ((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 < ms);
}

static inline void renderer_end(struct renderer *renderer)
{
	kill(renderer->pid, SIGKILL);
	scratch_wait(renderer->pid);
	close(renderer->orders);
	close(renderer->answers);
}

#endif
