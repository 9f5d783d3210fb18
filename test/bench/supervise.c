/* wasmograph's supervisor (orchestrator/supervise_main.c) that says at its end what it used itself, without the
 * browser that it waited for: on its stderr, which is the browser's log. */
#include "supervise.h"

#include <stdio.h>
#include <unistd.h>

#include "host/proc.h"
#include "supervisor/supervise.h"

int main(int argc, char **argv)
{
	int status = supervise(argc, argv);
	struct proc_self self;
	proc_self_read(&self);
	dprintf(STDERR_FILENO, "\n" SUPERVISOR_CPU "%lld\n", (long long)self.cpu_us);
	return status;
}
