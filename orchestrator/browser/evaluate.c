#include "browser/evaluate.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "base/mem.h"

struct evaluation {
	TAILQ_ENTRY(evaluation) link;
	struct browser_evaluator *evaluator;
	browser_value_fn on_value; /* NULL once called */
	void *context;
	struct loop_timer hold; /* runs between a refusal and its delivery */
	struct err refusal;
};

/* A page that is being closed refuses its last commands ("Inspected target navigated or closed")
 * a moment before the browser's end is known, when SIGTERM has it end in good order. Telling
 * the refusal at once would blame the page: wait this long for the better reason. */
enum { HOLD_US = 1000000 };

struct browser_evaluator {
	struct loop *loop;
	struct cdp_connection *connection;
	char *session;
	TAILQ_HEAD(, evaluation) waiting;
	int unanswered; /* evaluations whose CDP callback or hold has yet to come: they point to us */
	struct err failed; /* ERR_NONE while the page lives */
	bool freed;
};

static void free_now(void *context)
{
	struct browser_evaluator *evaluator = context;
	free(evaluator->session);
	free(evaluator);
}

struct browser_evaluator *browser_evaluator_new(struct loop *loop, struct cdp_connection *connection,
	const char *session)
{
	struct browser_evaluator *evaluator = mem_alloc_zero(1, sizeof *evaluator);
	evaluator->loop = loop;
	evaluator->connection = connection;
	evaluator->session = mem_strdup(session);
	TAILQ_INIT(&evaluator->waiting);
	return evaluator;
}

static void answer(struct evaluation *evaluation, const struct json *value, const struct err *err)
{
	browser_value_fn on_value = evaluation->on_value;
	if (!on_value)
		return;
	evaluation->on_value = NULL;
	TAILQ_REMOVE(&evaluation->evaluator->waiting, evaluation, link);
	on_value(value, err, evaluation->context);
}

/* The CDP side is done with it. */
static void finish(struct evaluation *evaluation)
{
	struct browser_evaluator *evaluator = evaluation->evaluator;
	loop_timer_release(&evaluation->hold);
	free(evaluation);
	if (--evaluator->unanswered == 0 && evaluator->freed)
		loop_defer(evaluator->loop, free_now, evaluator);
}

const char *browser_exception_text(const struct json *details)
{
	const struct json *exception = json_get(details, "exception");
	const char *text = json_text(exception, "description", NULL);
	text = text ? text : json_text(exception, "value", NULL);
	return text ? text : json_text(details, "text", "an exception without a text");
}

/* JSON has no NaN, -0, Infinity or BigInt: CDP sends these as a text in unserializableValue. */
static const struct json *value_of(const struct json *result)
{
	const struct json *object = json_get(result, "result");
	const struct json *value = json_get(object, "value");
	return value ? value : json_get(object, "unserializableValue");
}

static void on_held_long_enough(void *context)
{
	struct evaluation *evaluation = context;
	answer(evaluation, NULL, &evaluation->refusal);
	finish(evaluation);
}

static void hold(struct evaluation *evaluation, const struct err *refusal)
{
	evaluation->refusal = *refusal;
	loop_timer_init(&evaluation->hold, evaluation->evaluator->loop, on_held_long_enough, evaluation);
	loop_timer_set(&evaluation->hold, HOLD_US);
}

static void on_reply(const struct json *result, const struct err *err, void *context)
{
	struct evaluation *evaluation = context;
	const struct json *details = json_get(result, "exceptionDetails");
	if (err && err->code == ERR_REFUSED && evaluation->on_value) {
		hold(evaluation, err);
		return;
	}
	if (err) {
		answer(evaluation, NULL, err);
	} else if (details) {
		struct err refused;
		err_set(&refused, ERR_REFUSED, "%s", browser_exception_text(details));
		answer(evaluation, NULL, &refused);
	} else {
		answer(evaluation, value_of(result), NULL);
	}
	finish(evaluation);
}

static void on_refused_later(void *context)
{
	struct evaluation *evaluation = context;
	struct err failed = evaluation->evaluator->failed;
	answer(evaluation, NULL, &failed);
	finish(evaluation);
}

void browser_evaluator_run(struct browser_evaluator *evaluator, const char *expression,
	int64_t deadline_us, browser_value_fn on_value, void *context)
{
	struct evaluation *evaluation = mem_alloc_zero(1, sizeof *evaluation);
	evaluation->evaluator = evaluator;
	evaluation->on_value = on_value;
	evaluation->context = context;
	TAILQ_INSERT_TAIL(&evaluator->waiting, evaluation, link);
	evaluator->unanswered++;
	if (evaluator->failed.code != ERR_NONE) {
		loop_defer(evaluator->loop, on_refused_later, evaluation);
		return;
	}
	struct json *params = json_new_object();
	json_set_text(params, "expression", expression);
	json_set_bool(params, "awaitPromise", true);
	json_set_bool(params, "returnByValue", true);
	cdp_send(evaluator->connection, evaluator->session, "Runtime.evaluate", params, deadline_us,
		on_reply, evaluation);
}

void browser_evaluator_fail(struct browser_evaluator *evaluator, const struct err *err)
{
	struct err failed = *err;
	evaluator->failed = failed;
	int count = 0;
	struct evaluation *evaluation;
	TAILQ_FOREACH(evaluation, &evaluator->waiting, link)
		count++;
	/* A callback may ask again, or free us: look anew at the list each time. */
	while (count-- > 0 && (evaluation = TAILQ_FIRST(&evaluator->waiting))) {
		bool held = evaluation->hold.armed;
		answer(evaluation, NULL, &failed);
		if (held)
			finish(evaluation);
	}
}

void browser_evaluator_free(struct browser_evaluator *evaluator)
{
	if (!evaluator || evaluator->freed)
		return;
	evaluator->freed = true;
	struct evaluation *evaluation;
	while ((evaluation = TAILQ_FIRST(&evaluator->waiting))) {
		TAILQ_REMOVE(&evaluator->waiting, evaluation, link);
		evaluation->on_value = NULL;
		if (evaluation->hold.armed) {
			loop_timer_release(&evaluation->hold);
			free(evaluation);
			evaluator->unanswered--;
		}
	}
	if (evaluator->unanswered == 0)
		loop_defer(evaluator->loop, free_now, evaluator);
}
