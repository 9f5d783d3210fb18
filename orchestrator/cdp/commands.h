/* The commands of one connection that wait for a reply, in the order sent, and the ids of
 * those whose deadline has passed, so that a late reply is told from a wrong one.
 *
 * Ownership: the struct is its user's; taken commands are values. Threads: the user's.
 * Pure: the clock is an argument. Lists, not trees: a handful of commands wait at a time. */
#ifndef WASMOGRAPH_CDP_COMMANDS_H
#define WASMOGRAPH_CDP_COMMANDS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "cdp/session.h"

enum { CDP_METHOD_SIZE = 64 }; /* "Domain.method" and its terminator; longer ones are cut */

struct cdp_command {
	int64_t id;
	int64_t deadline_us; /* mono_now_us() clock */
	char method[CDP_METHOD_SIZE];
	cdp_reply_fn on_reply; /* at most one of these; both may be NULL */
	cdp_raw_fn on_raw;
	void *context;
};

TAILQ_HEAD(cdp_command_list, cdp_command_node);

struct cdp_commands {
	struct cdp_command_list waiting; /* in the order sent, so ids ascend */
	struct cdp_command_list expired;
	int waiting_count;
};

void cdp_commands_init(struct cdp_commands *commands);
void cdp_commands_release(struct cdp_commands *commands); /* without calling anybody */

void cdp_commands_add(struct cdp_commands *commands, const struct cdp_command *command);

/* The waiting one with this id, until the next call; NULL when there is none. */
const struct cdp_command *cdp_commands_find(const struct cdp_commands *commands, int64_t id);

/* Takes one out into *command; false when there is none such: the one with this id, the
 * first sent if its id is at most `last_id`, the first sent whose deadline is at or before
 * now (its id stays known as expired). */
bool cdp_commands_take(struct cdp_commands *commands, int64_t id, struct cdp_command *command);
bool cdp_commands_take_first(struct cdp_commands *commands, int64_t last_id,
	struct cdp_command *command);
bool cdp_commands_take_expired(struct cdp_commands *commands, int64_t now_us,
	struct cdp_command *command);

/* Forgets an expired id because its late reply is here; false when it is not one. */
bool cdp_commands_forget_expired(struct cdp_commands *commands, int64_t id);

/* The earliest deadline, or INT64_MAX. */
int64_t cdp_commands_earliest_us(const struct cdp_commands *commands);

#endif
