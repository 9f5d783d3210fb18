#include "browser/load.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/mono.h"

enum { LOADER_ID_SIZE = 128 };

struct browser_loader {
	struct loop *loop;
	struct cdp_connection *connection;
	char *session;
	struct loop_timer timer;      /* waits for the load event; commands have their own deadlines */
	char *url;
	int64_t deadline_us;          /* mono_now_us() clock */
	browser_loaded_fn on_loaded;  /* NULL when nothing is under way */
	void *context;
	bool reloading;               /* else navigating */
	char frame[LOADER_ID_SIZE];   /* reloading: the main frame … */
	char left[LOADER_ID_SIZE];    /* … and its document before; "" until known */
	bool accepted;                /* and the browser has said that it will */
	char wanted[LOADER_ID_SIZE];  /* loaderId of our navigation, "" until known */
	char arrived[LOADER_ID_SIZE]; /* of the last load event, which may come before the reply */
	bool leaving;                 /* loaded; Page is being disabled */
	struct err failed;            /* ERR_NONE while the page lives */
	int pending;                  /* replies to come: they point to us */
	bool freed;
};

static void free_now(void *context)
{
	struct browser_loader *loader = context;
	loop_timer_release(&loader->timer);
	free(loader->session);
	free(loader->url);
	free(loader);
}

static bool take_reply(struct browser_loader *loader)
{
	loader->pending--;
	if (loader->freed && loader->pending == 0)
		loop_defer(loader->loop, free_now, loader);
	return !loader->freed && loader->on_loaded;
}

static int64_t time_left_us(const struct browser_loader *loader)
{
	int64_t left = loader->deadline_us - mono_now_us();
	return left > 0 ? left : 0;
}

static void send(struct browser_loader *loader, const char *method, struct json *params,
	cdp_reply_fn on_reply)
{
	loader->pending++;
	cdp_send(loader->connection, loader->session, method, params, time_left_us(loader), on_reply, loader);
}

static void tell(struct browser_loader *loader, const struct err *err)
{
	browser_loaded_fn on_loaded = loader->on_loaded;
	loader->on_loaded = NULL;
	loop_timer_cancel(&loader->timer);
	if (on_loaded)
		on_loaded(err, loader->context);
}

static struct json *enabled(bool on)
{
	struct json *params = json_new_object();
	json_set_bool(params, "enabled", on);
	return params;
}

static void on_page_disabled(const struct json *result, const struct err *err, void *context)
{
	(void)result;
	if (take_reply(context))
		tell(context, err);
}

static void on_ignored(const struct json *result, const struct err *err, void *context)
{
	(void)result, (void)err;
	take_reply(context);
}

static void disable_page(struct browser_loader *loader, cdp_reply_fn on_disabled)
{
	loop_timer_cancel(&loader->timer);
	send(loader, "Page.setLifecycleEventsEnabled", enabled(false), on_ignored);
	send(loader, "Page.disable", NULL, on_disabled);
}

static void leave(struct browser_loader *loader)
{
	loader->leaving = true;
	disable_page(loader, on_page_disabled);
}

/* The navigation and its load event are both known, in whichever order they came. */
static void check_arrival(struct browser_loader *loader)
{
	bool asked = loader->accepted || !loader->reloading;
	if (asked && !loader->leaving && loader->wanted[0] && strcmp(loader->wanted, loader->arrived) == 0)
		leave(loader);
}

static void fail_loading(struct browser_loader *loader, const struct err *err)
{
	disable_page(loader, on_ignored);
	tell(loader, err);
}

static void on_navigated(const struct json *result, const struct err *err, void *context)
{
	struct browser_loader *loader = context;
	if (!take_reply(loader))
		return;
	const char *problem = json_text(result, "errorText", NULL);
	struct err refused;
	if (!err && problem) {
		err_set(&refused, ERR_REFUSED, "the browser could not load %s: %s", loader->url, problem);
		fail_loading(loader, &refused);
		return;
	}
	if (err) {
		tell(loader, err);
		return;
	}
	snprintf(loader->wanted, sizeof loader->wanted, "%s", json_text(result, "loaderId", ""));
	loop_timer_set(&loader->timer, time_left_us(loader));
	if (loader->wanted[0])
		check_arrival(loader);
	else
		leave(loader); /* only the fragment changed: the document stays, and is loaded */
}

/* ---- reloading: its reply names no document, so the new one is known by not being the old ---- */

static void on_reloaded(const struct json *result, const struct err *err, void *context)
{
	struct browser_loader *loader = context;
	(void)result;
	if (!take_reply(loader))
		return;
	if (err) {
		tell(loader, err);
		return;
	}
	loader->accepted = true;
	loop_timer_set(&loader->timer, time_left_us(loader));
	check_arrival(loader);
}

static void on_frame_tree(const struct json *result, const struct err *err, void *context)
{
	struct browser_loader *loader = context;
	const struct json *frame = json_get(json_get(result, "frameTree"), "frame");
	if (!take_reply(loader))
		return;
	if (err) {
		tell(loader, err);
		return;
	}
	free(loader->url);
	loader->url = mem_strdup(json_text(frame, "url", "the page"));
	snprintf(loader->frame, sizeof loader->frame, "%s", json_text(frame, "id", ""));
	snprintf(loader->left, sizeof loader->left, "%s", json_text(frame, "loaderId", ""));
	send(loader, "Page.reload", NULL, on_reloaded);
}

/* A document that is not the old one took the main frame. When the page could not be had, that is
 * the browser's own error page, and loads well. */
static void on_document(struct browser_loader *loader, const struct json *frame)
{
	const char *document = json_text(frame, "loaderId", "");
	if (!loader->left[0] || strcmp(document, loader->left) == 0 ||
	    strcmp(json_text(frame, "id", ""), loader->frame) != 0)
		return;
	snprintf(loader->wanted, sizeof loader->wanted, "%s", document);
	if (json_text(frame, "unreachableUrl", NULL)) {
		struct err err;
		err_set(&err, ERR_REFUSED, "the browser could not load %s again", loader->url);
		fail_loading(loader, &err);
	} else {
		check_arrival(loader);
	}
}

/* ---- both ---- */

static void on_lifecycle_enabled(const struct json *result, const struct err *err, void *context)
{
	struct browser_loader *loader = context;
	(void)result;
	if (!take_reply(loader))
		return;
	if (err) {
		tell(loader, err);
	} else if (loader->reloading) {
		send(loader, "Page.getFrameTree", NULL, on_frame_tree);
	} else {
		struct json *params = json_new_object();
		json_set_text(params, "url", loader->url);
		send(loader, "Page.navigate", params, on_navigated);
	}
}

static void on_page_enabled(const struct json *result, const struct err *err, void *context)
{
	(void)result;
	if (!take_reply(context))
		return;
	if (err)
		tell(context, err);
	else
		send(context, "Page.setLifecycleEventsEnabled", enabled(true), on_lifecycle_enabled);
}

static void on_deadline(void *context)
{
	struct browser_loader *loader = context;
	struct err err;
	err_set(&err, ERR_TIMEOUT, "%s did not finish loading in time", loader->url);
	tell(loader, &err);
}

struct browser_loader *browser_loader_new(struct loop *loop, struct cdp_connection *connection,
	const char *session)
{
	struct browser_loader *loader = mem_alloc_zero(1, sizeof *loader);
	loader->loop = loop;
	loader->connection = connection;
	loader->session = mem_strdup(session);
	loop_timer_init(&loader->timer, loop, on_deadline, loader);
	return loader;
}

struct refusal {
	browser_loaded_fn on_loaded;
	void *context;
	struct err err;
};

static void on_refused_later(void *context)
{
	struct refusal *refusal = context;
	refusal->on_loaded(&refusal->err, refusal->context);
	free(refusal);
}

static void refuse_later(struct browser_loader *loader, browser_loaded_fn on_loaded, void *context)
{
	struct refusal *refusal = mem_alloc_zero(1, sizeof *refusal);
	*refusal = (struct refusal){on_loaded, context, loader->failed};
	if (refusal->err.code == ERR_NONE)
		err_set(&refusal->err, ERR_BUSY, "the page is being navigated already");
	loop_defer(loader->loop, on_refused_later, refusal);
}

static void begin(struct browser_loader *loader, int64_t deadline_us, browser_loaded_fn on_loaded,
	void *context)
{
	loader->on_loaded = on_loaded;
	loader->context = context;
	loader->deadline_us = mono_now_us() + deadline_us;
	loader->wanted[0] = loader->arrived[0] = loader->left[0] = '\0';
	loader->leaving = loader->accepted = false;
	send(loader, "Page.enable", NULL, on_page_enabled);
}

void browser_loader_go(struct browser_loader *loader, const char *url, int64_t deadline_us,
	browser_loaded_fn on_loaded, void *context)
{
	if (loader->on_loaded || loader->failed.code != ERR_NONE) {
		refuse_later(loader, on_loaded, context);
		return;
	}
	free(loader->url);
	loader->url = mem_strdup(url);
	loader->reloading = false;
	begin(loader, deadline_us, on_loaded, context);
}

void browser_loader_reload(struct browser_loader *loader, int64_t deadline_us,
	browser_loaded_fn on_loaded, void *context)
{
	if (loader->on_loaded || loader->failed.code != ERR_NONE) {
		refuse_later(loader, on_loaded, context);
		return;
	}
	loader->reloading = true;
	begin(loader, deadline_us, on_loaded, context);
}

void browser_loader_event(struct browser_loader *loader, const char *method,
	const struct json *params)
{
	if (!loader->on_loaded)
		return;
	if (strcmp(method, "Page.frameNavigated") == 0 && loader->reloading)
		on_document(loader, json_get(params, "frame"));
	if (strcmp(method, "Page.lifecycleEvent") != 0 || strcmp(json_text(params, "name", ""), "load") != 0)
		return;
	snprintf(loader->arrived, sizeof loader->arrived, "%s", json_text(params, "loaderId", ""));
	check_arrival(loader);
}

void browser_loader_fail(struct browser_loader *loader, const struct err *err)
{
	loader->failed = *err;
	tell(loader, &loader->failed);
}

void browser_loader_free(struct browser_loader *loader)
{
	if (!loader || loader->freed)
		return;
	loader->freed = true;
	loader->on_loaded = NULL;
	loop_timer_cancel(&loader->timer);
	if (loader->pending == 0)
		loop_defer(loader->loop, free_now, loader);
}
