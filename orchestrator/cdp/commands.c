#include "cdp/commands.h"

#include <stdlib.h>

#include "base/mem.h"

struct cdp_command_node {
	TAILQ_ENTRY(cdp_command_node) link;
	struct cdp_command command;
};

void cdp_commands_init(struct cdp_commands *commands)
{
	TAILQ_INIT(&commands->waiting);
	TAILQ_INIT(&commands->expired);
	commands->waiting_count = 0;
}

static void drop_all(struct cdp_command_list *list)
{
	struct cdp_command_node *node;
	while ((node = TAILQ_FIRST(list))) {
		TAILQ_REMOVE(list, node, link);
		free(node);
	}
}

void cdp_commands_release(struct cdp_commands *commands)
{
	drop_all(&commands->waiting);
	drop_all(&commands->expired);
	commands->waiting_count = 0;
}

void cdp_commands_add(struct cdp_commands *commands, const struct cdp_command *command)
{
	struct cdp_command_node *node = mem_alloc_zero(1, sizeof *node);
	node->command = *command;
	TAILQ_INSERT_TAIL(&commands->waiting, node, link);
	commands->waiting_count++;
}

static struct cdp_command_node *find(const struct cdp_command_list *list, int64_t id)
{
	struct cdp_command_node *node;
	TAILQ_FOREACH(node, list, link)
		if (node->command.id == id)
			return node;
	return NULL;
}

const struct cdp_command *cdp_commands_find(const struct cdp_commands *commands, int64_t id)
{
	const struct cdp_command_node *node = find(&commands->waiting, id);
	return node ? &node->command : NULL;
}

static void stop_waiting(struct cdp_commands *commands, struct cdp_command_node *node,
	struct cdp_command *command)
{
	TAILQ_REMOVE(&commands->waiting, node, link);
	commands->waiting_count--;
	*command = node->command;
}

bool cdp_commands_take(struct cdp_commands *commands, int64_t id, struct cdp_command *command)
{
	struct cdp_command_node *node = find(&commands->waiting, id);
	if (!node)
		return false;
	stop_waiting(commands, node, command);
	free(node);
	return true;
}

bool cdp_commands_take_first(struct cdp_commands *commands, int64_t last_id,
	struct cdp_command *command)
{
	const struct cdp_command_node *first = TAILQ_FIRST(&commands->waiting);
	return first && first->command.id <= last_id
		&& cdp_commands_take(commands, first->command.id, command);
}

bool cdp_commands_take_expired(struct cdp_commands *commands, int64_t now_us,
	struct cdp_command *command)
{
	struct cdp_command_node *node;
	TAILQ_FOREACH(node, &commands->waiting, link)
		if (node->command.deadline_us <= now_us) {
			stop_waiting(commands, node, command);
			TAILQ_INSERT_TAIL(&commands->expired, node, link);
			return true;
		}
	return false;
}

bool cdp_commands_forget_expired(struct cdp_commands *commands, int64_t id)
{
	struct cdp_command_node *node = find(&commands->expired, id);
	if (!node)
		return false;
	TAILQ_REMOVE(&commands->expired, node, link);
	free(node);
	return true;
}

int64_t cdp_commands_earliest_us(const struct cdp_commands *commands)
{
	int64_t earliest_us = INT64_MAX;
	const struct cdp_command_node *node;
	TAILQ_FOREACH(node, &commands->waiting, link)
		if (node->command.deadline_us < earliest_us)
			earliest_us = node->command.deadline_us;
	return earliest_us;
}
