#include "run/sweep.h"

#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "browser/browser.h"

char *sweep_launch_folder(const char *run, int number)
{
	return mem_format("%s/%04d", run, number);
}

/* A launch that was published but never finalised has a folder that no row claims. */
static int remove_published(struct store *store, const struct store_unfinished *row,
	struct err *err)
{
	char *relative = sweep_launch_folder(row->run, row->number);
	char *folder = fs_join(store_folder(store), relative);
	int result = fs_remove_tree(folder, err);
	free(folder);
	free(relative);
	return result;
}

static int sweep_row(struct store *store, const struct store_unfinished *row, struct err *err)
{
	if (browser_sweep(row->supervisor_pid, row->browser_pid, row->browser_start_ticks,
		row->scratch, err))
		return -1;
	if (fs_remove_tree(row->staging, err) || remove_published(store, row, err))
		return -1;
	return store_launch_abandon(store, row->row, err);
}

int sweep(struct store *store, struct log *log, struct err *err)
{
	struct store_unfinished *rows;
	size_t count;
	if (store_unfinished(store, &rows, &count, err))
		return -1;
	int result = 0;
	for (size_t i = 0; i < count && !result; i++)
		result = sweep_row(store, &rows[i], err);
	if (count && !result)
		log_note(log, "swept %zu launch%s that an earlier process left unfinished", count,
			count == 1 ? "" : "es");
	store_unfinished_free(rows, count);
	return result;
}
