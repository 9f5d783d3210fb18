#include "host/planter_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "host/attend.h"

enum { ID_MAX = 1000000, LATEST_S = 3600, LONGEST_US = 10000000, COUNT_MAX = 64, FIELDS = 5 };

static const unsigned long LATEST_US = LATEST_S * 1000000UL;

static bool parse_act(const char *word, enum planter_act *act)
{
	*act = strcmp(word, "stop") == 0 ? PLANTER_STOP : PLANTER_LOAD;
	return *act == PLANTER_STOP || strcmp(word, "load") == 0;
}

/* Takes the text apart in its place. */
static bool parse_item(char *text, struct planter_item *item)
{
	char *fields[FIELDS], *rest = text;
	for (int i = 0; i < FIELDS; i++) {
		fields[i] = strsep(&rest, ":");
		if (!fields[i])
			return false;
	}
	return !rest && attend_parse_number(fields[0], 0, ID_MAX, &item->id) && parse_act(fields[1], &item->act) &&
	       attend_parse_number(fields[2], 0, LATEST_US, &item->at_us) &&
	       attend_parse_number(fields[3], 1, LONGEST_US, &item->for_us) &&
	       attend_parse_number(fields[4], 1, COUNT_MAX, &item->count);
}

struct planter_item *planter_plan_parse(const char *text, size_t *count)
{
	struct planter_item *items = NULL;
	char *copy = mem_strdup(text), *rest = copy, *piece;
	bool good = true;
	*count = 0;
	while (good && (piece = strsep(&rest, ","))) {
		items = mem_resize(items, *count + 1, sizeof *items);
		good = parse_item(piece, &items[*count]) && (*count == 0 || items[*count].at_us >= items[*count - 1].at_us);
		++*count;
	}
	free(copy);
	if (good)
		return items;
	free(items);
	return NULL;
}
