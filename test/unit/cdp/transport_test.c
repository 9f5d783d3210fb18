/* The transport alone: what session_test.c cannot see through the connection. */
#include "cdp/transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "support/fake.h"

enum { CEILING = 100000 };

struct rig {
	struct fake fake;
	struct loop *loop;
	struct cdp_transport *transport;
	struct loop_timer guard;
	struct loop_timer grace;
	struct buf log;
	const char *free_at;
	const char *want; /* once the log says so, a while is waited for what must not come */
};

static void on_guard(void *context)
{
	struct rig *rig = context;
	fail_msg("the test hangs after: %s", rig->log.data ? rig->log.data : "nothing");
}

static void on_grace(void *context)
{
	loop_stop(((struct rig *)context)->loop);
}

static void entered(struct rig *rig, const char *entry)
{
	assert_int_equal(buf_append_format(&rig->log, "%s%s", rig->log.length ? " " : "", entry), 0);
	if (strcmp(rig->log.data, rig->want) == 0)
		loop_timer_set(&rig->grace, 200000);
	if (rig->free_at && strcmp(rig->free_at, entry) == 0) {
		cdp_transport_free(rig->transport);
		rig->transport = NULL;
	}
}

static void on_open(void *context)
{
	entered(context, "open");
}

static void on_message(const char *text, size_t length, void *context)
{
	struct rig *rig = context;
	assert_true(length <= CEILING);
	assert_int_equal(text[length], '\0'); /* terminated, as a buf is */
	entered(rig, "message");
}

static void on_closed(const struct err *why, void *context)
{
	struct rig *rig = context;
	char entry[64];
	snprintf(entry, sizeof entry, "closed:%s", err_code_name(why->code));
	if (rig->transport) { /* a connection that is gone takes nothing more */
		struct err err = {0};
		assert_int_equal(cdp_transport_send(rig->transport, "x", 1, &err), -1);
		assert_int_equal(err.code, ERR_CLOSED);
	}
	entered(rig, entry);
}

static const char command[] = "{\"id\":1,\"method\":\"Browser.getVersion\"}";

/* What comes back for one command, and where it is freed. */
static const struct row {
	const char *behaviour, *free_at, *log;
} rows[] = {
	{"normal", NULL, "open message"},
	{"answers-twice", NULL, "open message message"},
	{"fragmented", NULL, "open message"},
	{"drips", NULL, "open message"},
	{"empty", NULL, "open message"},
	{"garbage", NULL, "open message"}, /* text is text: sense is the session's business */
	{"bad-utf8", NULL, "open message"},
	{"binary", NULL, "open closed:invalid"},
	{"deep", NULL, "open closed:too_large"}, /* 200,000 brackets */
	{"oversized", NULL, "open closed:too_large"},
	{"oversized-in-fragments", NULL, "open closed:too_large"},
	{"claims-exabytes", NULL, "open closed:too_large"},
	{"cuts-mid-frame", NULL, "open closed:closed"},
	{"cuts-mid-message", NULL, "open closed:closed"},
	{"closes", NULL, "open closed:closed"},
	{"raw-garbage", NULL, "open closed:closed"},
	{"speaks-at-once", NULL, "open message message message message"},
	{"speaks-at-once", "open", "open"},
	{"speaks-at-once", "message", "open message"},
	{"floods-pings", NULL, "open message"},
	{"refuses-handshake", NULL, "closed:closed"},
	{"endless-header", NULL, "closed:closed"},
	{"wrong-accept", NULL, "closed:closed"},
	{"redirects", NULL, "closed:closed"},
	{"normal", "open", "open"},
	{"answers-twice", "message", "open message"},
	{"binary", "closed:invalid", "open closed:invalid"},
	{"cuts-mid-frame", "closed:closed", "open closed:closed"},
	{"hangs-up-at-once", "closed:closed", "closed:closed"},
};

static void set_up(struct rig *rig, const struct row *row)
{
	struct err err;
	*rig = (struct rig){.free_at = row->free_at, .want = row->log};
	fake_start(&rig->fake, row->behaviour);
	buf_init(&rig->log, 1000);
	rig->loop = loop_new(&err);
	assert_non_null(rig->loop);
	loop_timer_init(&rig->guard, rig->loop, on_guard, rig);
	loop_timer_init(&rig->grace, rig->loop, on_grace, rig);
	loop_timer_set(&rig->guard, 60 * 1000 * 1000);
	const struct cdp_transport_events events = {on_open, on_message, on_closed, rig};
	rig->transport = cdp_transport_open(rig->loop, "127.0.0.1", rig->fake.port, rig->fake.path, CEILING,
		&events, &err);
	assert_non_null(rig->transport);
	assert_int_equal(rig->log.length, 0);
}

static void tear_down(struct rig *rig)
{
	cdp_transport_free(rig->transport);
	loop_timer_release(&rig->guard);
	loop_timer_release(&rig->grace);
	loop_free(rig->loop);
	buf_release(&rig->log);
	fake_stop(&rig->fake);
}

static void test_every_behaviour(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct rig rig;
		set_up(&rig, &rows[i]);
		assert_int_equal(cdp_transport_send(rig.transport, command, sizeof command - 1, NULL), 0);
		loop_run(rig.loop);
		if (strcmp(rig.log.data, rows[i].log) != 0)
			fail_msg("%s:\n  got  %s\n  want %s", rows[i].behaviour, rig.log.data, rows[i].log);
		tear_down(&rig);
	}
}

static void test_freed_before_anything_happened(void **state)
{
	(void)state;
	static const struct row row = {"normal", NULL, ""};
	struct rig rig;
	set_up(&rig, &row);
	assert_int_equal(cdp_transport_send(rig.transport, command, sizeof command - 1, NULL), 0);
	cdp_transport_free(rig.transport);
	rig.transport = NULL;
	loop_timer_set(&rig.grace, 200000);
	loop_run(rig.loop);
	assert_int_equal(rig.log.length, 0);
	tear_down(&rig);
}

static void test_two_connections_at_once(void **state)
{
	(void)state;
	static const struct row row = {"normal", NULL, "open message"};
	struct rig first, second;
	set_up(&first, &row);
	set_up(&second, &row);
	assert_int_equal(cdp_transport_send(first.transport, command, sizeof command - 1, NULL), 0);
	assert_int_equal(cdp_transport_send(second.transport, command, sizeof command - 1, NULL), 0);
	loop_run(first.loop);
	loop_run(second.loop);
	assert_string_equal(first.log.data, row.log);
	assert_string_equal(second.log.data, row.log);
	tear_down(&second);
	tear_down(&first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_behaviour),
		cmocka_unit_test(test_freed_before_anything_happened),
		cmocka_unit_test(test_two_connections_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
