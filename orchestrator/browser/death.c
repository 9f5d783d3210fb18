#include "browser/death.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

const char *browser_death_name(enum browser_death death)
{
	static const char *const names[] = {
		[BROWSER_CLOSED_BY_US] = "closed",
		[BROWSER_FAILED_TO_START] = "failed-to-start",
		[BROWSER_CRASHED] = "browser-crashed",
		[BROWSER_KILLED] = "browser-killed",
		[BROWSER_RENDERER_CRASHED] = "renderer-crashed",
		[BROWSER_RENDERER_KILLED] = "renderer-killed",
		[BROWSER_RENDERER_DIED] = "renderer-died",
		[BROWSER_SUPERVISOR_KILLED] = "supervisor-killed",
		[BROWSER_GPU_PROCESS_DIED] = "gpu-process-died",
		[BROWSER_NETWORK_SERVICE_DIED] = "network-service-died",
		[BROWSER_STORAGE_SERVICE_DIED] = "storage-service-died",
		[BROWSER_STOPPED] = "stopped",
		[BROWSER_LOOPING] = "looping",
		[BROWSER_HUNG] = "hung",
		[BROWSER_DISCONNECTED] = "disconnected",
		[BROWSER_OUT_OF_MEMORY] = "out-of-memory",
	};
	return names[death];
}

/* Signals that somebody sends, against those that a program earns. */
static bool is_sent(int number)
{
	return number == SIGKILL || number == SIGTERM || number == SIGINT || number == SIGHUP ||
	       number == SIGQUIT;
}

static bool status_is(const struct browser_death_evidence *evidence, const char *status)
{
	return evidence->target_status && strcmp(evidence->target_status, status) == 0;
}

/* A wrapper script that does not exec (Debian's chromium-headless-shell) passes its browser's
 * death by signal N on as exit status 128 + N (POSIX sh, 2.8.2). */
static int signal_of(const struct browser_death_evidence *evidence)
{
	if (evidence->exit_signal == 0 && evidence->exit_code > 128 && evidence->exit_code < 128 + NSIG)
		return evidence->exit_code - 128;
	return evidence->exit_signal;
}

static bool is_out_of_memory(const struct browser_death_evidence *evidence)
{
	if (evidence->target_crashed && (status_is(evidence, "oom") || evidence->heap_full))
		return true;
	/* The kernel kills with SIGKILL and counts it; the counter alone may be somebody else's. */
	bool killed = (evidence->target_crashed && WIFSIGNALED(evidence->target_error) &&
	               WTERMSIG(evidence->target_error) == SIGKILL) ||
	              (evidence->exited && signal_of(evidence) == SIGKILL);
	return killed && evidence->oom_kills > 0;
}

static enum browser_death classify_target(const struct browser_death_evidence *evidence)
{
	if (!evidence->target_status)
		return BROWSER_RENDERER_DIED;
	return status_is(evidence, "killed") ? BROWSER_RENDERER_KILLED : BROWSER_RENDERER_CRASHED;
}

static enum browser_death classify_exit(const struct browser_death_evidence *evidence)
{
	int number = signal_of(evidence);
	if (is_sent(number))
		return BROWSER_KILLED;
	if (!evidence->endpoint_seen)
		return BROWSER_FAILED_TO_START;
	return number == 0 && evidence->exit_code == 0 ? BROWSER_KILLED : BROWSER_CRASHED;
}

static enum browser_death classify_silence(const struct browser_death_evidence *evidence)
{
	if (evidence->stopped)
		return BROWSER_STOPPED;
	return evidence->looping ? BROWSER_LOOPING : BROWSER_HUNG;
}

enum browser_death browser_death_classify(const struct browser_death_evidence *evidence)
{
	if (evidence->closed_by_us)
		return BROWSER_CLOSED_BY_US;
	if (evidence->exec_failed || evidence->unusable)
		return BROWSER_FAILED_TO_START;
	if (is_out_of_memory(evidence))
		return BROWSER_OUT_OF_MEMORY;
	if (evidence->exited)
		return classify_exit(evidence);
	if (evidence->supervisor_lost)
		return BROWSER_SUPERVISOR_KILLED;
	if (evidence->target_crashed)
		return classify_target(evidence);
	if (evidence->deadline_passed)
		return classify_silence(evidence);
	return BROWSER_DISCONNECTED;
}

static void describe_end(const char *who, int code, int number, char *text, size_t size)
{
	const char *name = number > 0 ? sigdescr_np(number) : NULL;
	if (number > 0)
		snprintf(text, size, "%s was ended by signal %d (%s)", who, number, name ? name : "unknown");
	else
		snprintf(text, size, "%s ended with exit status %d", who, code);
}

static void describe_target(const struct browser_death_evidence *evidence, char *text, size_t size)
{
	const char *status = evidence->target_status;
	if (!status)
		snprintf(text, size, "the renderer is gone, and the browser does not say how");
	else if (WIFSIGNALED(evidence->target_error))
		describe_end("the renderer", 0, WTERMSIG(evidence->target_error), text, size);
	else if (WIFEXITED(evidence->target_error) && evidence->target_error != 0)
		describe_end("the renderer", WEXITSTATUS(evidence->target_error), 0, text, size);
	else
		snprintf(text, size, "the renderer is gone (%s, error %d)", status, evidence->target_error);
}

static void describe_seen(const struct browser_death_evidence *evidence, char *text, size_t size)
{
	if (evidence->closed_by_us)
		snprintf(text, size, "closed");
	else if (evidence->exec_failed)
		snprintf(text, size, "the browser could not be executed");
	else if (evidence->unusable)
		snprintf(text, size, "the browser offers no debugging endpoint that can be used");
	else if (evidence->exited)
		describe_end("the browser", evidence->exit_code, signal_of(evidence), text, size);
	else if (evidence->supervisor_lost)
		snprintf(text, size, "the browser's supervisor was ended from outside");
	else if (evidence->target_crashed)
		describe_target(evidence, text, size);
	else if (evidence->deadline_passed)
		snprintf(text, size, "the browser is alive and a deadline passed");
	else
		snprintf(text, size, "the debugging connection was lost and the browser is alive");
}

static void describe_more(const struct browser_death_evidence *evidence, char *text, size_t size)
{
	bool out_of_memory = browser_death_classify(evidence) == BROWSER_OUT_OF_MEMORY;
	if (out_of_memory && evidence->heap_full)
		snprintf(text, size, ": its JavaScript heap was full");
	else if (out_of_memory && evidence->oom_kills > 0)
		snprintf(text, size, ", and the kernel counts %lld out-of-memory kills since the start",
			(long long)evidence->oom_kills);
	else if (!evidence->closed_by_us && evidence->exited && !evidence->endpoint_seen)
		snprintf(text, size, " before its debugging port was open");
}

void browser_death_describe(const struct browser_death_evidence *evidence, char *text, size_t size)
{
	describe_seen(evidence, text, size);
	size_t length = strlen(text);
	describe_more(evidence, text + length, size - length);
}
