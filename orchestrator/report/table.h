/* A plain table: the first column left-aligned (the row's name), the others right. At most
 * NUMBER_COLUMNS wide: names that leave no room for their row stand on a line of their own.
 *
 * Ownership: the table copies its cells. Threads: any, one at a time. */
#ifndef WASMOGRAPH_REPORT_TABLE_H
#define WASMOGRAPH_REPORT_TABLE_H

#include <stddef.h>
#include <stdio.h>

struct table;

struct table *table_new(size_t columns);
/* A row of `columns` cells; the first row is the heading. */
void table_row(struct table *table, const char *const *cells);
void table_print(FILE *out, const struct table *table);
void table_free(struct table *table);

/* What a table of these columns would take, without the first. */
size_t table_rest_width(const struct table *table);

#endif
