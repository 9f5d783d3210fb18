/* The connection against a scripted browser (test/browser/fake_browser.py): every way a
 * browser can answer, or not, as rows. What happened is kept as text, "open A:ok B:closed …",
 * so that a callback called twice, or out of order, cannot go unseen. */
#include "cdp/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "support/fake.h"
#include "support/idle.h"

enum { LONG_US = 30 * 1000 * 1000, SHORT_US = 60 * 1000, GRACE_US = 100 * 1000 };

struct rig;

struct asked {
	struct rig *rig;
	char name;
};

struct rig {
	struct fake fake;
	struct loop *loop;
	struct cdp_connection *connection;
	struct loop_timer guard; /* a test that hangs fails */
	struct loop_timer grace; /* time for what must not come any more */
	struct buf log;
	struct asked asked[26];
	int waiting;
	int events;
	const char *free_at; /* the entry at which the connection is freed, or NULL */
	const char *send_at; /* the entry at which D is sent, or NULL */
	const char *stop_at; /* the entry at which the loop stops, or NULL */
	struct json *last_result;
	char closed_text[ERR_TEXT_SIZE];
};

static void send_named(struct rig *rig, char name, const char *method, struct json *params,
	int64_t deadline_us);

static void on_guard(void *context)
{
	struct rig *rig = context;
	fail_msg("the test hangs after: %s", rig->log.data ? rig->log.data : "nothing");
}

static void on_grace(void *context)
{
	loop_stop(((struct rig *)context)->loop);
}

/* Adds an entry, and does what the row wants done at it. */
static void entered(struct rig *rig, const char *entry)
{
	assert_int_equal(buf_append_format(&rig->log, "%s%s", rig->log.length ? " " : "", entry), 0);
	if (rig->stop_at && strcmp(rig->stop_at, entry) == 0)
		loop_stop(rig->loop);
	if (rig->send_at && strcmp(rig->send_at, entry) == 0)
		send_named(rig, 'D', "Browser.getVersion", NULL, LONG_US);
	if (rig->free_at && strcmp(rig->free_at, entry) == 0) {
		cdp_connection_free(rig->connection); /* may enter more */
		cdp_connection_free(NULL);
		rig->connection = NULL;
		loop_timer_set(&rig->grace, GRACE_US);
	}
}

static void on_open(void *context)
{
	entered(context, "open");
}

static void on_event(const char *session, const char *method, const struct json *params, void *context)
{
	struct rig *rig = context;
	assert_non_null(session);
	assert_true(method[0] != '\0');
	assert_true(!params || json_type(params) == JSON_OBJECT);
	if (rig->events++ == 0 && rig->free_at && strcmp(rig->free_at, "event") == 0)
		entered(rig, "event");
}

static void on_closed(const struct err *why, void *context)
{
	struct rig *rig = context;
	char entry[64];
	assert_true(strlen(why->text) > 10);
	memcpy(rig->closed_text, why->text, sizeof rig->closed_text);
	snprintf(entry, sizeof entry, "closed:%s", err_code_name(why->code));
	loop_timer_set(&rig->grace, GRACE_US);
	entered(rig, entry);
}

static void on_reply(const struct json *result, const struct err *err, void *context)
{
	struct asked *asked = context;
	struct rig *rig = asked->rig;
	char entry[64];
	assert_true(!result == !!err);
	if (result) {
		json_free(rig->last_result);
		rig->last_result = json_copy(result);
	} else {
		assert_true(strlen(err->text) > 10);
	}
	snprintf(entry, sizeof entry, "%c:%s", asked->name, err ? err_code_name(err->code) : "ok");
	if (--rig->waiting == 0)
		loop_timer_set(&rig->grace, GRACE_US);
	entered(rig, entry);
}

static void send_named(struct rig *rig, char name, const char *method, struct json *params,
	int64_t deadline_us)
{
	struct asked *asked = &rig->asked[name - 'A'];
	*asked = (struct asked){rig, name};
	rig->waiting++;
	size_t before = rig->log.length;
	cdp_send(rig->connection, NULL, method, params, deadline_us, on_reply, asked);
	assert_int_equal(rig->log.length, before); /* never from inside */
}

static void on_raw(const char *text, size_t length, const struct err *err, void *context)
{
	struct asked *asked = context;
	struct json *result = NULL;
	assert_true(!text == !!err);
	if (text) {
		assert_int_equal(text[length], '\0');
		struct json *whole = json_parse(text, length, 1000000, "the reply", NULL);
		assert_non_null(whole);
		result = json_copy(json_get(whole, "result"));
		assert_non_null(result);
		json_free(whole);
	}
	on_reply(result, err, asked);
	json_free(result);
}

static void send_raw_named(struct rig *rig, char name, const char *method, int64_t deadline_us)
{
	struct asked *asked = &rig->asked[name - 'A'];
	*asked = (struct asked){rig, name};
	rig->waiting++;
	size_t before = rig->log.length;
	cdp_send_raw(rig->connection, NULL, method, NULL, deadline_us, on_raw, asked);
	assert_int_equal(rig->log.length, before);
}

static void set_up(struct rig *rig, const char *behaviour)
{
	struct err err;
	*rig = (struct rig){0};
	buf_init(&rig->log, 4096);
	fake_start(&rig->fake, behaviour);
	rig->loop = loop_new(&err);
	assert_non_null(rig->loop);
	loop_timer_init(&rig->guard, rig->loop, on_guard, rig);
	loop_timer_init(&rig->grace, rig->loop, on_grace, rig);
}

static void connect_to(struct rig *rig, int port, const char *path, int64_t open_deadline_us)
{
	struct err err;
	const struct cdp_connection_events events = {on_open, on_event, on_closed, rig};
	rig->connection = cdp_connect(rig->loop, "127.0.0.1", port, path, open_deadline_us, &events, &err);
	assert_non_null(rig->connection);
	assert_int_equal(rig->log.length, 0);
}

static void connect_rig(struct rig *rig)
{
	connect_to(rig, rig->fake.port, rig->fake.path, LONG_US);
}

static void run(struct rig *rig)
{
	loop_timer_set(&rig->guard, 4 * (int64_t)LONG_US);
	loop_run(rig->loop);
	loop_timer_cancel(&rig->guard);
}

static void tear_down(struct rig *rig)
{
	cdp_connection_free(rig->connection);
	loop_timer_release(&rig->guard);
	loop_timer_release(&rig->grace);
	loop_free(rig->loop);
	json_free(rig->last_result);
	buf_release(&rig->log);
	fake_stop(&rig->fake);
}

/* Short deadlines are for after the handshake, which may be slow on a loaded machine. */
static void run_until_open(struct rig *rig)
{
	rig->stop_at = "open";
	run(rig);
	rig->stop_at = NULL;
}

static void assert_log(const struct rig *rig, const char *behaviour, const char *want)
{
	if (strcmp(rig->log.data ? rig->log.data : "", want) != 0)
		fail_msg("%s:\n  got  %s\n  want %s", behaviour, rig->log.data, want);
}

/* --- every behaviour: A, B and C are sent at once, with long deadlines even before the
 * handshake is over --- */

static const struct row {
	const char *behaviour;
	int64_t deadline_us;
	const char *log;
} rows[] = {
	{"normal", LONG_US, "open A:ok B:ok C:ok"},
	{"answers-backwards", LONG_US, "open C:ok B:ok A:ok"},
	{"fragmented", LONG_US, "open A:ok B:ok C:ok"},
	{"drips", LONG_US, "open A:ok B:ok C:ok"},
	{"floods", LONG_US, "open A:ok B:ok C:ok"},
	{"floods-pings", LONG_US, "open A:ok B:ok C:ok"},
	{"reads-slowly", LONG_US, "open A:ok B:ok C:ok"},
	{"drips-handshake", LONG_US, "open A:ok B:ok C:ok"},
	{"speaks-at-once", LONG_US, "open A:ok B:ok C:ok"},
	{"never-answers", SHORT_US, "open A:timeout B:timeout C:timeout"},
	{"floods-silently", SHORT_US, "open A:timeout B:timeout C:timeout"},
	{"floods-pings-and-never-reads", SHORT_US, "open A:timeout B:timeout C:timeout"},
	{"cuts", LONG_US, "open A:ok B:closed C:closed closed:closed"},
	{"cuts-mid-frame", LONG_US, "open A:closed B:closed C:closed closed:closed"},
	{"cuts-mid-message", LONG_US, "open A:closed B:closed C:closed closed:closed"},
	{"cuts-inside-header", LONG_US, "open A:closed B:closed C:closed closed:closed"},
	{"closes", LONG_US, "open A:closed B:closed C:closed closed:closed"},
	{"raw-garbage", LONG_US, "open A:closed B:closed C:closed closed:closed"},
	{"garbage", LONG_US, "open A:closed B:closed C:closed closed:invalid"},
	{"not-cdp", LONG_US, "open A:closed B:closed C:closed closed:invalid"},
	{"deep", LONG_US, "open A:closed B:closed C:closed closed:invalid"},
	{"empty", LONG_US, "open A:closed B:closed C:closed closed:invalid"},
	{"binary", LONG_US, "open A:closed B:closed C:closed closed:invalid"},
	{"bad-utf8", LONG_US, "open A:closed B:closed C:closed closed:invalid"},
	{"unknown-id", LONG_US, "open A:closed B:closed C:closed closed:invalid"},
	{"answers-twice", LONG_US, "open A:ok B:closed C:closed closed:invalid"},
	{"oversized", LONG_US, "open A:closed B:closed C:closed closed:too_large"},
	{"oversized-in-fragments", LONG_US, "open A:closed B:closed C:closed closed:too_large"},
	{"claims-exabytes", LONG_US, "open A:closed B:closed C:closed closed:too_large"},
	{"refuses-handshake", LONG_US, "A:closed B:closed C:closed closed:closed"},
	{"wrong-accept", LONG_US, "A:closed B:closed C:closed closed:closed"},
	{"redirects", LONG_US, "A:closed B:closed C:closed closed:closed"},
	{"endless-header", LONG_US, "A:closed B:closed C:closed closed:closed"},
	{"hangs-up-at-once", LONG_US, "A:closed B:closed C:closed closed:closed"},
};

static void send_three(struct rig *rig, int64_t deadline_us)
{
	for (char name = 'A'; name <= 'C'; name++)
		send_named(rig, name, "Browser.getVersion", NULL, deadline_us);
}

static void test_every_behaviour(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct rig rig;
		set_up(&rig, rows[i].behaviour);
		connect_rig(&rig);
		if (rows[i].deadline_us < LONG_US)
			run_until_open(&rig);
		send_three(&rig, rows[i].deadline_us);
		assert_int_equal(cdp_pending(rig.connection), 3);
		run(&rig);
		assert_log(&rig, rows[i].behaviour, rows[i].log);
		assert_int_equal(cdp_pending(rig.connection), 0);
		assert_int_equal(cdp_late_replies(rig.connection), 0);
		tear_down(&rig);
	}
}

/* A and C want their replies raw, B does not; D is refused. All else is as it is for others. */
static void test_raw_replies(void **state)
{
	(void)state;
	static const struct row raw_rows[] = {
		{"normal", LONG_US, "open A:ok B:ok C:ok D:refused"},
		{"answers-result-first", LONG_US, "open A:ok B:ok C:ok"},
		{"floods", LONG_US, "open A:ok B:ok C:ok D:refused"},
		{"never-answers", SHORT_US, "open A:timeout B:timeout C:timeout D:timeout"},
		{"cuts", LONG_US, "open A:ok B:closed C:closed D:closed closed:closed"},
		{"cuts-mid-message", LONG_US, "open A:closed B:closed C:closed D:closed closed:closed"},
		{"garbage", LONG_US, "open A:closed B:closed C:closed D:closed closed:invalid"},
		{"unknown-id", LONG_US, "open A:closed B:closed C:closed D:closed closed:invalid"},
		{"answers-twice", LONG_US, "open A:ok B:closed C:closed D:closed closed:invalid"},
	};
	for (size_t i = 0; i < sizeof raw_rows / sizeof *raw_rows; i++) {
		struct rig rig;
		set_up(&rig, raw_rows[i].behaviour);
		connect_rig(&rig);
		run_until_open(&rig);
		send_raw_named(&rig, 'A', "Browser.getVersion", raw_rows[i].deadline_us);
		send_named(&rig, 'B', "Browser.getVersion", NULL, raw_rows[i].deadline_us);
		send_raw_named(&rig, 'C', "Browser.getVersion", raw_rows[i].deadline_us);
		if (strchr(raw_rows[i].log, 'D'))
			send_raw_named(&rig, 'D', "Fake.refuse", raw_rows[i].deadline_us);
		run(&rig);
		assert_log(&rig, raw_rows[i].behaviour, raw_rows[i].log);
		assert_int_equal(cdp_pending(rig.connection), 0);
		tear_down(&rig);
	}
}

/* --- the connection is freed, or D is sent, inside the callback of an entry --- */

static const struct inside_row {
	const char *behaviour;
	int64_t deadline_us;
	const char *free_at, *send_at;
	const char *log;
} inside_rows[] = {
	{"normal", LONG_US, "open", NULL, "open A:closed B:closed C:closed"},
	{"normal", LONG_US, "A:ok", NULL, "open A:ok B:closed C:closed"},
	{"normal", LONG_US, "C:ok", NULL, "open A:ok B:ok C:ok"},
	{"normal", LONG_US, "A:ok", "A:ok", "open A:ok B:closed C:closed D:closed"},
	{"normal", LONG_US, "A:ok", "B:closed", "open A:ok B:closed C:closed D:closed"},
	{"floods", LONG_US, "event", NULL, NULL},
	{"never-answers", SHORT_US, "A:timeout", NULL, "open A:timeout B:closed C:closed"},
	{"never-answers", SHORT_US, "C:timeout", NULL, "open A:timeout B:timeout C:timeout"},
	{"cuts", LONG_US, "B:closed", NULL, "open A:ok B:closed C:closed"},
	{"cuts", LONG_US, "C:closed", NULL, "open A:ok B:closed C:closed"},
	{"cuts", LONG_US, "closed:closed", NULL, "open A:ok B:closed C:closed closed:closed"},
	{"garbage", LONG_US, "A:closed", NULL, "open A:closed B:closed C:closed"},
	{"garbage", LONG_US, "closed:invalid", NULL, "open A:closed B:closed C:closed closed:invalid"},
	{"oversized", LONG_US, "closed:too_large", NULL, "open A:closed B:closed C:closed closed:too_large"},
	{"refuses-handshake", LONG_US, "B:closed", NULL, "A:closed B:closed C:closed"},
	{"refuses-handshake", LONG_US, "closed:closed", NULL, "A:closed B:closed C:closed closed:closed"},
	{"normal", LONG_US, NULL, "A:ok", "open A:ok B:ok C:ok D:ok"},
	{"normal", LONG_US, NULL, "open", "open A:ok B:ok C:ok D:ok"},
	{"cuts", LONG_US, NULL, "B:closed", "open A:ok B:closed C:closed closed:closed D:closed"},
	{"cuts", LONG_US, NULL, "closed:closed", "open A:ok B:closed C:closed closed:closed D:closed"},
	{"cuts", LONG_US, "closed:closed", "closed:closed", "open A:ok B:closed C:closed closed:closed D:closed"},
};

static void test_freeing_and_sending_inside_callbacks(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof inside_rows / sizeof *inside_rows; i++) {
		const struct inside_row *row = &inside_rows[i];
		struct rig rig;
		set_up(&rig, row->behaviour);
		rig.free_at = row->free_at;
		rig.send_at = row->send_at;
		connect_rig(&rig);
		if (row->deadline_us < LONG_US)
			run_until_open(&rig);
		send_three(&rig, row->deadline_us);
		run(&rig);
		if (row->log)
			assert_log(&rig, row->behaviour, row->log);
		else /* A may have been answered before the first event or not */
			assert_non_null(strstr(rig.log.data, "event"));
		assert_int_equal(rig.waiting, 0);
		tear_down(&rig);
	}
}

/* --- deadlines --- */

static void test_deadlines_expire_by_time_not_by_order(void **state)
{
	(void)state;
	struct rig rig;
	set_up(&rig, "never-answers");
	connect_rig(&rig);
	run_until_open(&rig);
	send_named(&rig, 'A', "Browser.getVersion", NULL, 900 * 1000);
	send_named(&rig, 'B', "Browser.getVersion", NULL, 300 * 1000);
	send_named(&rig, 'C', "Browser.getVersion", NULL, 600 * 1000);
	send_named(&rig, 'E', "Browser.getVersion", NULL, INT64_MAX);
	send_named(&rig, 'F', "Browser.getVersion", NULL, 0);
	rig.waiting--; /* E never ends by itself */
	run(&rig);
	assert_log(&rig, "never-answers", "open F:timeout B:timeout C:timeout A:timeout");
	rig.waiting++;
	cdp_connection_free(rig.connection);
	rig.connection = NULL;
	assert_non_null(strstr(rig.log.data, "E:closed"));
	tear_down(&rig);
}

static void on_look(void *context)
{
	struct rig *rig = context;
	if (cdp_late_replies(rig->connection) == 2)
		loop_stop(rig->loop);
	else
		loop_timer_set(&rig->grace, 10000);
}

static void test_late_replies_are_counted_and_harmless(void **state)
{
	(void)state;
	struct rig rig;
	set_up(&rig, "answers-late");
	connect_rig(&rig);
	run_until_open(&rig);
	send_named(&rig, 'A', "Browser.getVersion", NULL, SHORT_US);
	send_raw_named(&rig, 'B', "Browser.getVersion", SHORT_US);
	loop_timer_init(&rig.grace, rig.loop, on_look, &rig);
	loop_timer_set(&rig.grace, 10000);
	run(&rig);
	assert_log(&rig, "answers-late", "open A:timeout B:timeout");
	send_named(&rig, 'C', "Browser.getVersion", NULL, LONG_US);
	loop_timer_init(&rig.grace, rig.loop, on_grace, &rig);
	run(&rig);
	assert_log(&rig, "answers-late", "open A:timeout B:timeout C:ok"); /* as good as before */
	assert_int_equal(cdp_late_replies(rig.connection), 2);
	tear_down(&rig);
}

static void test_one_command_hangs_and_others_are_answered(void **state)
{
	(void)state;
	struct rig rig;
	set_up(&rig, "hangs-on-evaluate");
	connect_rig(&rig);
	run_until_open(&rig);
	send_named(&rig, 'A', "Runtime.evaluate", NULL, 20 * SHORT_US);
	send_named(&rig, 'B', "Browser.getVersion", NULL, LONG_US);
	run(&rig);
	assert_log(&rig, "hangs-on-evaluate", "open B:ok A:timeout");
	tear_down(&rig);
}

static void test_a_handshake_has_a_deadline(void **state)
{
	(void)state;
	struct rig rig;
	set_up(&rig, "never-handshakes");
	connect_to(&rig, rig.fake.port, rig.fake.path, SHORT_US);
	send_named(&rig, 'A', "Browser.getVersion", NULL, LONG_US);
	run(&rig);
	assert_log(&rig, "never-handshakes", "A:closed closed:timeout");
	tear_down(&rig);
}

/* A listening socket that nobody accepts from. */
static void test_a_connection_nobody_accepts_has_a_deadline(void **state)
{
	(void)state;
	struct rig rig;
	set_up(&rig, "normal");
	assert_int_equal(kill(rig.fake.pid, SIGSTOP), 0);
	connect_to(&rig, rig.fake.port, rig.fake.path, SHORT_US);
	send_named(&rig, 'A', "Browser.getVersion", NULL, LONG_US);
	run(&rig);
	assert_log(&rig, "stopped", "A:closed closed:timeout");
	tear_down(&rig);
}

/* --- what cannot work --- */

static void test_a_port_without_listener_is_closed_not_null(void **state)
{
	(void)state;
	struct rig rig;
	set_up(&rig, "normal");
	connect_to(&rig, 1, "/devtools/browser/x", LONG_US); /* tcpmux: never on a test machine */
	send_named(&rig, 'A', "Browser.getVersion", NULL, LONG_US);
	run(&rig);
	assert_log(&rig, "port 1", "A:closed closed:closed");
	tear_down(&rig);
}

static void test_a_wrong_path_is_closed(void **state)
{
	(void)state;
	struct rig rig;
	set_up(&rig, "normal");
	connect_to(&rig, rig.fake.port, "/devtools/browser/of-yesterday", LONG_US);
	send_named(&rig, 'A', "Browser.getVersion", NULL, LONG_US);
	run(&rig);
	assert_log(&rig, "wrong path", "A:closed closed:closed");
	tear_down(&rig);
}

static void test_impossible_addresses(void **state)
{
	(void)state;
	static const struct { int port; const char *path; } impossible[] = {
		{0, "/a"}, {-1, "/a"}, {65536, "/a"}, {80, ""}, {80, "a"},
	};
	struct err err;
	struct loop *loop = loop_new(&err);
	const struct cdp_connection_events events = {on_open, on_event, on_closed, NULL};
	for (size_t i = 0; i < sizeof impossible / sizeof *impossible; i++) {
		err_clear(&err);
		assert_null(cdp_connect(loop, "127.0.0.1", impossible[i].port, impossible[i].path,
			LONG_US, &events, &err));
		assert_int_equal(err.code, ERR_USAGE);
	}
	loop_free(loop);
}

/* --- content --- */

static void test_a_refusal_says_what_and_why(void **state)
{
	(void)state;
	struct rig rig;
	set_up(&rig, "normal");
	connect_rig(&rig);
	send_named(&rig, 'A', "Fake.refuse", NULL, LONG_US);
	send_named(&rig, 'B', "Fake.unknown", NULL, LONG_US);
	run(&rig);
	assert_log(&rig, "normal", "open A:refused B:refused");
	tear_down(&rig);
}

static void test_the_handshake_is_bare(void **state)
{
	(void)state;
	struct rig rig;
	setenv("http_proxy", "http://127.0.0.1:9", 1); /* must not be used */
	set_up(&rig, "normal");
	connect_rig(&rig);
	send_named(&rig, 'A', "Fake.handshake", NULL, LONG_US);
	run(&rig);
	unsetenv("http_proxy");
	assert_log(&rig, "normal", "open A:ok");
	const char *request = json_text(rig.last_result, "request", "");
	char host[64];
	snprintf(host, sizeof host, "Host: 127.0.0.1:%d\r\n", rig.fake.port);
	assert_non_null(strcasestr(request, host));
	assert_null(strcasestr(request, "origin:"));
	assert_null(strcasestr(request, "sec-websocket-extensions"));
	assert_null(strcasestr(request, "sec-websocket-protocol"));
	tear_down(&rig);
}

/* Eight million bytes against a reader that sleeps first and has a tiny window, with small
 * commands queued behind: partial writes must neither lose nor reorder anything. */
static void test_large_commands_arrive_whole(void **state)
{
	(void)state;
	enum { SIZE = 8 * 1000 * 1000 };
	struct rig rig;
	set_up(&rig, "reads-slowly");
	connect_rig(&rig);
	char *text = mem_alloc_zero(SIZE + 1, 1);
	for (int i = 0; i < SIZE; i++)
		text[i] = (char)('a' + (i * 31 + i / 997) % 26);
	struct json *params = json_new_object();
	json_set_text(params, "text", text);
	send_named(&rig, 'A', "Browser.getVersion", NULL, LONG_US);
	send_named(&rig, 'B', "Browser.getVersion", NULL, LONG_US);
	send_named(&rig, 'C', "Fake.digest", params, LONG_US);
	run(&rig);
	assert_log(&rig, "reads-slowly", "open A:ok B:ok C:ok");
	char digest[HASH_HEX_SIZE];
	hash_bytes_hex(text, SIZE, digest);
	assert_string_equal(json_text(rig.last_result, "sha256", ""), digest);
	send_named(&rig, 'D', "Browser.getVersion", NULL, LONG_US);
	run(&rig);
	assert_log(&rig, "reads-slowly", "open A:ok B:ok C:ok D:ok");
	free(text);
	tear_down(&rig);
}

static void on_count_ok(const struct json *result, const struct err *err, void *context)
{
	struct rig *rig = context;
	assert_null(err);
	assert_non_null(result);
	if (--rig->waiting == 0)
		loop_stop(rig->loop);
}

static void test_many_commands_at_once(void **state)
{
	(void)state;
	enum { COMMANDS = 2000 };
	struct rig rig;
	set_up(&rig, "normal");
	connect_rig(&rig);
	for (int i = 0; i < COMMANDS; i++)
		cdp_send(rig.connection, NULL, "Browser.getVersion", NULL, LONG_US, on_count_ok, &rig);
	rig.waiting = COMMANDS;
	assert_int_equal(cdp_pending(rig.connection), COMMANDS);
	run(&rig);
	assert_int_equal(cdp_pending(rig.connection), 0);
	tear_down(&rig);
}

static void test_events_come_in_order_before_the_reply(void **state)
{
	(void)state;
	struct rig rig;
	set_up(&rig, "normal");
	connect_rig(&rig);
	struct json *params = json_new_object();
	json_set_number(params, "count", 500);
	send_named(&rig, 'A', "Fake.events", params, LONG_US);
	cdp_send(rig.connection, "", "Browser.getVersion", NULL, LONG_US, NULL, NULL); /* nobody asks */
	run(&rig);
	assert_int_equal(rig.events, 500);
	assert_log(&rig, "normal", "open A:ok");
	tear_down(&rig);
}

/* --- what is left behind --- */

static int count_sockets(void)
{
	int count = 0;
	for (int fd = 0; fd < 256; fd++) {
		int type;
		socklen_t size = sizeof type;
		if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0)
			count++;
	}
	return count;
}

static void test_a_freed_connection_closes_its_socket(void **state)
{
	(void)state;
	static const char *const behaviours[] = {"normal", "never-handshakes", "floods-silently"};
	int before = count_sockets();
	for (size_t i = 0; i < sizeof behaviours / sizeof *behaviours; i++) {
		struct rig rig;
		set_up(&rig, behaviours[i]);
		connect_rig(&rig);
		loop_timer_set(&rig.grace, GRACE_US);
		run(&rig);
		assert_int_equal(count_sockets(), before + 1);
		cdp_connection_free(rig.connection);
		rig.connection = NULL;
		loop_timer_set(&rig.grace, 5 * GRACE_US);
		run(&rig);
		assert_int_equal(count_sockets(), before);
		tear_down(&rig);
	}
}

static void test_an_idle_connection_never_wakes_us(void **state)
{
	(void)state;
	struct rig rig;
	set_up(&rig, "never-answers");
	connect_rig(&rig);
	run_until_open(&rig);
	send_named(&rig, 'A', "Browser.getVersion", NULL, SHORT_US); /* its timer is spent */
	run(&rig);
	assert_log(&rig, "never-answers", "open A:timeout");
	idle_check(rig.loop, 4);
	tear_down(&rig);
}

static void test_an_answered_command_leaves_no_timer(void **state)
{
	(void)state;
	struct rig rig;
	set_up(&rig, "normal");
	connect_rig(&rig);
	send_named(&rig, 'A', "Browser.getVersion", NULL, 20 * 1000 * 1000); /* its timer is not */
	run(&rig);
	assert_log(&rig, "normal", "open A:ok");
	idle_check(rig.loop, 1);
	tear_down(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_behaviour),
		cmocka_unit_test(test_raw_replies),
		cmocka_unit_test(test_freeing_and_sending_inside_callbacks),
		cmocka_unit_test(test_deadlines_expire_by_time_not_by_order),
		cmocka_unit_test(test_late_replies_are_counted_and_harmless),
		cmocka_unit_test(test_one_command_hangs_and_others_are_answered),
		cmocka_unit_test(test_a_handshake_has_a_deadline),
		cmocka_unit_test(test_a_connection_nobody_accepts_has_a_deadline),
		cmocka_unit_test(test_a_port_without_listener_is_closed_not_null),
		cmocka_unit_test(test_a_wrong_path_is_closed),
		cmocka_unit_test(test_impossible_addresses),
		cmocka_unit_test(test_a_refusal_says_what_and_why),
		cmocka_unit_test(test_the_handshake_is_bare),
		cmocka_unit_test(test_large_commands_arrive_whole),
		cmocka_unit_test(test_many_commands_at_once),
		cmocka_unit_test(test_events_come_in_order_before_the_reply),
		cmocka_unit_test(test_a_freed_connection_closes_its_socket),
		cmocka_unit_test(test_an_idle_connection_never_wakes_us),
		cmocka_unit_test(test_an_answered_command_leaves_no_timer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
