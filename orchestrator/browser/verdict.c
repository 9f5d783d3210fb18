#include "browser/verdict.h"

#include <stdio.h>
#include <string.h>

#include "browser/complaint.h"
#include "browser/hang.h"
#include "browser/internal.h"
#include "browser/page.h"
#include "host/counters.h"

/* A lost socket and the process's end, and the two crash events, come by different ways: wait
 * this long for the one that says more. Seen: 30 ms at most. */
enum { VERDICT_DELAY_US = 1000000 };

/* How long a browser may take to answer whether it is there (usually under 1 ms). */
enum { HEARTBEAT_US = 1000000 };

enum { DETAIL_SIZE = ERR_TEXT_SIZE + 400 };

static void explain(struct browser *browser, enum browser_death death, char detail[DETAIL_SIZE])
{
	browser_death_describe(&browser->evidence, detail, DETAIL_SIZE);
	char said[300] = "";
	if (death == BROWSER_FAILED_TO_START)
		browser_complaint_read(browser->log_fd, said, sizeof said);
	const char *more = browser->hint[0] ? browser->hint : said;
	size_t length = strlen(detail);
	if (more[0])
		snprintf(detail + length, DETAIL_SIZE - length, ": %s", more);
}

/* Whether there is somebody to have a trace from, whatever has become of the page. */
static bool process_lives(const struct browser *browser)
{
	const struct browser_death_evidence *evidence = &browser->evidence;
	return browser->connection && !evidence->exited && !evidence->socket_lost && !evidence->supervisor_lost;
}

/* The browser has stayed for its trace, and now it ends by itself. */
static void end_early(struct browser *browser)
{
	char detail[DETAIL_SIZE];
	browser_death_describe(&browser->evidence, detail, sizeof detail);
	browser_page_lost(browser, detail);
}

void browser_verdict_give(struct browser *browser)
{
	if (browser->told && !browser->closing && !process_lives(browser))
		end_early(browser);
	if (browser->died)
		return;
	browser->died = true;
	int64_t kills = counters_oom_kills();
	if (kills >= 0 && browser->oom_kills_at_start >= 0)
		browser->evidence.oom_kills = kills - browser->oom_kills_at_start;
	browser->evidence.heap_full = browser->evidence.target_crashed &&
		browser_complaint_read_heap_full(browser->log_fd);
	enum browser_death death = browser_death_classify(&browser->evidence);
	char detail[DETAIL_SIZE];
	explain(browser, death, detail);
	if (process_lives(browser))
		browser_page_fail(browser, detail);
	else
		browser_page_lost(browser, detail);
	if (!browser->closing)
		browser->events.on_died(death, detail, browser->events.context);
	browser->told = true;
	if (!browser_page_is_tracing(browser))
		browser_close(browser);
}

void browser_verdict_hint(struct browser *browser, const char *text)
{
	if (!browser->hint[0])
		snprintf(browser->hint, sizeof browser->hint, "%s", text);
}

static void add_hint(struct browser *browser, const char *text)
{
	size_t length = strlen(browser->hint);
	snprintf(browser->hint + length, sizeof browser->hint - length, "%s%s", length ? "; " : "", text);
}

static void on_hang_seen(const struct browser_hang_seen *seen, void *context)
{
	struct browser *browser = context;
	browser->evidence.stopped = seen->stopped;
	browser->evidence.looping = seen->looping;
	add_hint(browser, seen->text);
	browser_verdict_give(browser);
}

void browser_verdict_look(struct browser *browser)
{
	browser->evidence.deadline_passed = true;
	if (!browser->died && !browser->hang)
		browser->hang = browser_hang_look(browser->loop, browser->supervisor_pid, browser->process,
			on_hang_seen, browser);
}

void browser_verdict_await(struct browser *browser)
{
	if (!browser->verdict.armed && !browser->died)
		loop_timer_set(&browser->verdict, VERDICT_DELAY_US);
}

static void on_verdict_due(void *context)
{
	browser_verdict_give(context);
}

void browser_verdict_init(struct browser *browser)
{
	browser->oom_kills_at_start = counters_oom_kills();
	loop_timer_init(&browser->verdict, browser->loop, on_verdict_due, browser);
}

void browser_verdict_cancel(struct browser *browser)
{
	loop_timer_cancel(&browser->verdict);
	browser_hang_free(browser->hang);
	browser->hang = NULL;
}

static void on_heartbeat(const struct json *result, const struct err *err, void *context)
{
	struct browser *browser = context;
	(void)result;
	if (browser->died)
		return;
	if (err && err->code == ERR_CLOSED) { /* not hung: lost, or ending */
		browser->evidence.deadline_passed = false;
		browser_verdict_await(browser);
		return;
	}
	add_hint(browser, err ? "the browser process does not answer either"
		: "the browser process answers, the page does not");
	browser_verdict_look(browser);
}

void browser_mark_hung(struct browser *browser, const char *detail)
{
	if (browser->died || browser->evidence.deadline_passed)
		return;
	browser->evidence.deadline_passed = true;
	snprintf(browser->hint, sizeof browser->hint, "%s", detail);
	if (browser->connection)
		cdp_send(browser->connection, NULL, "Browser.getVersion", NULL, HEARTBEAT_US, on_heartbeat,
			browser);
	else
		browser_verdict_look(browser);
}
