#include "run/session.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "host/lock.h"
#include "run/sweep.h"

static void on_signal(int signal_number, void *context)
{
	struct session *session = context;
	(void)signal_number;
	if (session->interrupted)
		return; /* the first one is already at work; supervisors clean up whatever happens */
	session->interrupted = true;
	log_note(session->options.log, "interrupted: ending the launch, keeping what was finished");
	if (session->on_interrupt)
		session->on_interrupt(session->interrupt_context);
}

static int open_loop(struct session *session, struct err *err)
{
	session->loop = loop_new(err);
	if (!session->loop)
		return -1;
	if (loop_watch_signal(session->loop, SIGINT, on_signal, session, err)
	    || loop_watch_signal(session->loop, SIGTERM, on_signal, session, err)
	    || loop_watch_signal(session->loop, SIGHUP, on_signal, session, err))
		return -1;
	return 0;
}

/* Before anything is started. The browser gets its own at its start. */
static int take_cpus(struct session *session, struct err *err)
{
	if (!session->options.cpus)
		return 0;
	if (cpus_split_parse(session->options.cpus, &session->cpus, err))
		return -1;
	session->cpus_before = cpus_of(0);
	return session->cpus.daemon ? cpus_take(session->cpus.daemon, err) : 0;
}

const char *session_browser_cpus(const struct session *session)
{
	return session->cpus.browser ? session->cpus.browser : session->cpus_before;
}

static int open_all(struct session *session, struct err *err)
{
	const struct session_options *options = &session->options;
	if (take_cpus(session, err) || browser_user_find(options->browser_user, &session->user, err))
		return -1;
	if (browser_find(options->browser, options->mode, &session->user, &session->program, err))
		return -1;
	session->lock_fd = lock_take(lock_path(), options->label, options->wait, err);
	if (session->lock_fd < 0)
		return -1;
	session->store = store_open(options->results, true, err);
	if (!session->store || sweep(session->store, options->log, err))
		return -1;
	return open_loop(session, err);
}

int session_open(struct session *session, const struct session_options *options,
	struct err *err)
{
	*session = (struct session){ .options = *options, .lock_fd = -1 };
	if (open_all(session, err) == 0)
		return 0;
	session_close(session);
	return -1;
}

void session_close(struct session *session)
{
	loop_free(session->loop);
	if (session->store)
		store_close(session->store);
	lock_drop(session->lock_fd);
	browser_program_release(&session->program);
	if (session->cpus_before)
		cpus_take(session->cpus_before, NULL);
	free(session->cpus_before);
	cpus_split_release(&session->cpus);
	*session = (struct session){ .lock_fd = -1 };
}
