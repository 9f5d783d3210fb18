#include "browser/target.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/mono.h"

enum { TARGET_ID_SIZE = 128 };

struct browser_target {
	struct loop *loop;
	struct cdp_connection *connection;
	struct browser_target_events events;
	int64_t deadline_us; /* mono_now_us() clock, for all steps together */
	char id[TARGET_ID_SIZE];
	char session[TARGET_ID_SIZE];
	struct loop_timer timer; /* runs while no target is there yet */
	int pending;             /* replies to come: they hold a pointer to us */
	bool told;
	bool freed;
};

static int64_t time_left_us(const struct browser_target *target)
{
	int64_t left = target->deadline_us - mono_now_us();
	return left > 0 ? left : 0;
}

static void free_now(void *context)
{
	struct browser_target *target = context;
	loop_timer_release(&target->timer);
	free(target);
}

/* Every reply goes through here first; false: we were freed meanwhile. */
static bool take_reply(struct browser_target *target)
{
	target->pending--;
	if (!target->freed)
		return true;
	if (target->pending == 0)
		loop_defer(target->loop, free_now, target);
	return false;
}

static void send(struct browser_target *target, const char *session, const char *method,
	struct json *params, cdp_reply_fn on_reply)
{
	target->pending++;
	cdp_send(target->connection, session, method, params, time_left_us(target), on_reply, target);
}

static void tell(struct browser_target *target, const struct err *err)
{
	if (target->told)
		return;
	target->told = true;
	loop_timer_cancel(&target->timer);
	target->events.on_attached(err, target->events.context);
}

static void on_inspector_enabled(const struct json *result, const struct err *err, void *context)
{
	(void)result;
	if (take_reply(context))
		tell(context, err);
}

static void on_attached(const struct json *result, const struct err *err, void *context)
{
	struct browser_target *target = context;
	if (!take_reply(target))
		return;
	const char *session = json_text(result, "sessionId", "");
	struct err invalid;
	if (!err && (*session == '\0' || strlen(session) >= sizeof target->session)) {
		err_set(&invalid, ERR_INVALID, "the browser attached us to the page without a usable sessionId");
		err = &invalid;
	}
	if (err) {
		tell(target, err);
		return;
	}
	snprintf(target->session, sizeof target->session, "%s", session);
	send(target, target->session, "Inspector.enable", NULL, on_inspector_enabled);
}

static void consider(struct browser_target *target, const struct json *info)
{
	const char *id = json_text(info, "targetId", "");
	if (target->id[0] != '\0' || target->told || strcmp(json_text(info, "type", ""), "page") != 0 ||
	    strcmp(json_text(info, "url", ""), "about:blank") != 0 || *id == '\0' ||
	    strlen(id) >= sizeof target->id)
		return;
	snprintf(target->id, sizeof target->id, "%s", id);
	loop_timer_cancel(&target->timer);
	struct json *params = json_new_object();
	json_set_text(params, "targetId", id);
	json_set_bool(params, "flatten", true);
	send(target, NULL, "Target.attachToTarget", params, on_attached);
}

static void on_discovering(const struct json *result, const struct err *err, void *context)
{
	(void)result;
	if (take_reply(context) && err)
		tell(context, err);
}

static void on_no_target(void *context)
{
	struct err err;
	err_set(&err, ERR_TIMEOUT, "the browser opened no page at about:blank");
	tell(context, &err);
}

struct browser_target *browser_target_open(struct loop *loop, struct cdp_connection *connection,
	int64_t deadline_us, const struct browser_target_events *events)
{
	struct browser_target *target = mem_alloc_zero(1, sizeof *target);
	*target = (struct browser_target){.loop = loop, .connection = connection, .events = *events,
		.deadline_us = mono_now_us() + deadline_us};
	loop_timer_init(&target->timer, loop, on_no_target, target);
	loop_timer_set(&target->timer, deadline_us);
	struct json *params = json_new_object(), *filter = json_new_array(), *page = json_new_object();
	json_set_text(page, "type", "page");
	json_append(filter, page);
	json_set_bool(params, "discover", true);
	json_set(params, "filter", filter);
	send(target, NULL, "Target.setDiscoverTargets", params, on_discovering);
	return target;
}

static void on_browser_event(struct browser_target *target, const char *method,
	const struct json *params)
{
	bool changed = strcmp(method, "Target.targetInfoChanged") == 0;
	if (changed || strcmp(method, "Target.targetCreated") == 0)
		consider(target, json_get(params, "targetInfo"));
	else if (strcmp(method, "Target.targetCrashed") == 0 &&
	         strcmp(json_text(params, "targetId", ""), target->id) == 0)
		target->events.on_crashed(json_text(params, "status", "crashed"),
			(int)json_number(params, "errorCode", 0), target->events.context);
}

void browser_target_event(struct browser_target *target, const char *session, const char *method,
	const struct json *params)
{
	if (*session == '\0')
		on_browser_event(target, method, params);
	else if (strcmp(session, target->session) == 0 && strcmp(method, "Inspector.targetCrashed") == 0)
		target->events.on_crashed("", 0, target->events.context);
}

const char *browser_target_session(const struct browser_target *target)
{
	return target->session;
}

void browser_target_free(struct browser_target *target)
{
	if (!target || target->freed)
		return;
	target->freed = true;
	target->told = true;
	loop_timer_cancel(&target->timer);
	if (target->pending == 0)
		loop_defer(target->loop, free_now, target);
}
