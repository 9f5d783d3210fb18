#include "host/command.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/mono.h"
#include "host/interrupt.h"
#include "host/spawn.h"

enum { OUTPUT_CEILING = 1 << 20, READ_CHUNK = 16 * 1024, US_PER_MS = 1000 };

/* Where the C library looks when PATH is not set (confstr(_CS_PATH)). */
static const char default_path[] = "/bin:/usr/bin";

static bool is_program(const char *path)
{
	struct stat facts;
	return stat(path, &facts) == 0 && S_ISREG(facts.st_mode) && access(path, X_OK) == 0;
}

char *command_find(const char *name)
{
	const char *folders = getenv("PATH");
	if (!folders)
		folders = default_path;
	if (name[0] == '\0' || strchr(name, '/'))
		return NULL;
	while (*folders) {
		size_t length = strcspn(folders, ":");
		/* Relative folders would name another file after a change of folder. */
		if (folders[0] == '/') {
			char *folder = mem_strndup(folders, length);
			char *path = fs_join(folder, name);
			free(folder);
			if (is_program(path))
				return path;
			free(path);
		}
		folders += length + (folders[length] == ':');
	}
	return NULL;
}

static void keep_output(struct buf *kept, const char *bytes, size_t length)
{
	size_t room = kept->ceiling - kept->length;
	buf_append(kept, bytes, length < room ? length : room);
}

/* Reads what is there. False at the end of the stream. What passes the ceiling is read and
 * dropped, for a full pipe would stop the child. */
static bool read_output(int fd, struct buf *kept)
{
	char chunk[READ_CHUNK];
	for (;;) {
		ssize_t got = read(fd, chunk, sizeof chunk);
		if (got > 0)
			keep_output(kept, chunk, (size_t)got);
		else if (got == 0 || (errno != EINTR && errno != EAGAIN))
			return false;
		else if (errno == EAGAIN)
			return true;
	}
}

/* Milliseconds for poll(): rounded up, −1 for ever. */
static int poll_timeout(int64_t until_us)
{
	if (until_us == 0)
		return -1;
	int64_t left = until_us - mono_now_us();
	if (left <= 0)
		return 0;
	int64_t ms = (left + US_PER_MS - 1) / US_PER_MS;
	return ms < 60000 ? (int)ms : 60000;
}

/* Collects output until the leader has ended: ERR_NONE; or ERR_TIMEOUT, ERR_INTERRUPTED. */
static enum err_code watch(struct command *command, struct spawned *child,
	struct interrupt *interrupt, int64_t until_us)
{
	enum { OUT, ERRORS, CHILD, SIGNALS, COUNT };
	struct pollfd polled[COUNT] = {
		[OUT] = {.fd = child->out, .events = POLLIN},
		[ERRORS] = {.fd = child->errors, .events = POLLIN},
		[CHILD] = {.fd = child->pidfd, .events = POLLIN},
		[SIGNALS] = {.fd = interrupt->fd, .events = POLLIN},
	};
	for (;;) {
		poll(polled, COUNT, poll_timeout(until_us));
		if (polled[CHILD].revents)
			return ERR_NONE;
		/* A negative descriptor is passed over by poll(). */
		if (polled[OUT].revents && !read_output(child->out, &command->out))
			polled[OUT].fd = -1;
		if (polled[ERRORS].revents && !read_output(child->errors, &command->errors))
			polled[ERRORS].fd = -1;
		if (interrupt_wait(interrupt, 0))
			return ERR_INTERRUPTED;
		if (until_us != 0 && mono_now_us() >= until_us)
			return ERR_TIMEOUT;
	}
}

/* Kills what is left of the group while the leader, not yet reaped, still keeps the
 * number from being given to others; then reaps it and reads the last output. */
static void finish(struct command *command, struct spawned *child)
{
	siginfo_t info = {0};
	kill(-child->pid, SIGKILL);
	while (waitid(P_PID, (id_t)child->pid, &info, WEXITED) < 0 && errno == EINTR)
		;
	if (info.si_code == CLD_EXITED)
		command->exit_code = info.si_status;
	else
		command->signal = info.si_status;
	read_output(child->out, &command->out);
	read_output(child->errors, &command->errors);
}

static int run_program(struct command *command, const char *program, struct err *err)
{
	int64_t start_us = mono_now_us();
	struct interrupt interrupt;
	struct spawned child;
	enum err_code end = ERR_IO;
	interrupt_begin(&interrupt);
	if (spawn_start(command, program, &child, err) == 0) {
		int64_t until_us = command->deadline_us > 0 ? start_us + command->deadline_us : 0;
		end = watch(command, &child, &interrupt, until_us);
		finish(command, &child);
		spawn_close(&child);
	}
	interrupt_end(&interrupt);
	command->duration_us = mono_now_us() - start_us;
	if (end == ERR_TIMEOUT)
		return err_set(err, end, "%s did not end within %.1f s and was killed", program,
			(double)command->deadline_us / 1e6);
	if (end == ERR_INTERRUPTED)
		return err_set(err, end, "%s was killed because of an interrupt", program);
	return end == ERR_NONE ? 0 : -1;
}

int command_run(struct command *command, struct err *err)
{
	buf_init(&command->out, OUTPUT_CEILING);
	buf_init(&command->errors, OUTPUT_CEILING);
	buf_append_text(&command->out, "");
	buf_append_text(&command->errors, "");
	command->exit_code = -1;
	command->signal = 0;
	command->duration_us = 0;

	const char *name = command->argv[0];
	if (geteuid() == 0 && command->uid != 0 && command->gid == 0)
		return err_set(err, ERR_INVALID, "will not run %s as user %u with the group of root", name,
			(unsigned)command->uid);
	char *program = strchr(name, '/') ? mem_strdup(name) : command_find(name);
	if (!program)
		return err_set(err, ERR_NOT_FOUND, "no program %s in PATH; install it", name);
	int result = run_program(command, program, err);
	free(program);
	return result;
}

void command_release(struct command *command)
{
	buf_release(&command->out);
	buf_release(&command->errors);
}
