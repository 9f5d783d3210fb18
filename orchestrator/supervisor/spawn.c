#include "supervisor/spawn.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "supervisor/image.h"
#include "supervisor/own.h"
#include "supervisor/supervise.h"

/* What the child finds as SUPERVISOR_OWN_PASSED is what it is executed from. */
#define IMAGE_PATH "/proc/self/fd/4"

static size_t count_of(const char *const *list)
{
	size_t count = 0;
	while (list[count])
		count++;
	return count;
}

/* supervise's argument list; the caller frees it and its elements up to "--". */
enum { OWN_ARGUMENTS = 9 };

static char **build_arguments(const struct supervisor_options *options)
{
	size_t count = count_of(options->argv);
	char **arguments = mem_alloc_zero(OWN_ARGUMENTS + count + 1, sizeof *arguments);
	arguments[0] = mem_strdup(options->executable);
	arguments[1] = mem_strdup("supervise");
	arguments[2] = mem_format("%d", SUPERVISOR_OWN_SOCKET);
	arguments[3] = mem_format("%d", STDERR_FILENO); /* its log */
	arguments[4] = mem_strdup(options->scratch);
	arguments[5] = mem_format("%u", options->uid);
	arguments[6] = mem_format("%u", options->gid);
	arguments[7] = mem_strdup(options->cpus ? options->cpus : SUPERVISE_ANY_CPUS);
	arguments[8] = mem_strdup("--");
	for (size_t i = 0; i < count; i++)
		arguments[OWN_ARGUMENTS + i] = mem_strdup(options->argv[i]);
	return arguments;
}

static void free_arguments(char **arguments)
{
	for (size_t i = 0; arguments[i]; i++)
		free(arguments[i]);
	free(arguments);
}

/* From the program that ours carries in itself; −1 when there is none. */
static pid_t spawn_image(struct supervisor_own own, int *socket_fd, struct err *err)
{
	own.executable = IMAGE_PATH;
	own.passed_fd = supervisor_image_open();
	if (own.passed_fd < 0)
		return -1;
	pid_t pid = supervisor_own_spawn(&own, socket_fd, err);
	close(own.passed_fd);
	return pid;
}

/* Memory files may be forbidden to be executed, and /proc not be there: our own executable does the same, slower. */
pid_t supervisor_spawn(const struct supervisor_options *options, int *socket_fd, struct err *err)
{
	char **arguments = build_arguments(options);
	struct supervisor_own own = {.executable = options->executable, .argv = arguments,
		.environment = options->environment, .log_fd = options->log_fd, .passed_fd = -1};
	pid_t pid = spawn_image(own, socket_fd, err);
	if (pid < 0)
		pid = supervisor_own_spawn(&own, socket_fd, err);
	free_arguments(arguments);
	return pid;
}
