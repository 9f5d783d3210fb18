#include "report/table.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "report/number.h"

enum { GAP = 2, NAME_LEAST = 4, LINE_CEILING = 1 << 16 };

struct table {
	size_t columns, rows;
	char **cells; /* rows × columns */
};

struct table *table_new(size_t columns)
{
	struct table *table = mem_alloc_zero(1, sizeof *table);
	table->columns = columns;
	return table;
}

void table_row(struct table *table, const char *const *cells)
{
	size_t first = table->rows * table->columns;
	table->rows++;
	table->cells = mem_resize(table->cells, table->rows * table->columns, sizeof *table->cells);
	for (size_t i = 0; i < table->columns; i++)
		table->cells[first + i] = mem_strdup(cells[i]);
}

static const char *cell(const struct table *table, size_t row, size_t column)
{
	return table->cells[row * table->columns + column];
}

static size_t column_width(const struct table *table, size_t column)
{
	size_t width = 0;
	for (size_t row = 0; row < table->rows; row++) {
		size_t own = number_width(cell(table, row, column));
		width = own > width ? own : width;
	}
	return width;
}

size_t table_rest_width(const struct table *table)
{
	size_t width = 0;
	for (size_t column = 1; column < table->columns; column++)
		width += GAP + column_width(table, column);
	return width;
}

static size_t name_width(const struct table *table)
{
	size_t wanted = column_width(table, 0), rest = table_rest_width(table);
	size_t room = rest + NAME_LEAST < NUMBER_COLUMNS ? NUMBER_COLUMNS - rest : NAME_LEAST;
	return wanted < room ? wanted : room;
}

static void print_row(FILE *out, const struct table *table, size_t row, size_t name)
{
	struct buf line;
	const char *first = cell(table, row, 0);
	size_t own = number_width(first);
	buf_init(&line, LINE_CEILING);
	if (own > name) { /* too long: the row follows below it */
		number_wrap(out, 0, 0, first);
		first = "";
		own = 0;
	}
	buf_append_format(&line, "%s%*s", first, (int)(name - own), "");
	for (size_t column = 1; column < table->columns; column++) {
		const char *text = cell(table, row, column);
		buf_append_format(&line, "%*s%s",
			(int)(GAP + column_width(table, column) - number_width(text)), "", text);
	}
	while (line.length > 0 && line.data[line.length - 1] == ' ')
		line.length--;
	fprintf(out, "%.*s\n", (int)line.length, line.data);
	buf_release(&line);
}

void table_print(FILE *out, const struct table *table)
{
	size_t name = name_width(table);
	for (size_t row = 0; row < table->rows; row++)
		print_row(out, table, row, name);
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->rows * table->columns; i++)
		free(table->cells[i]);
	free(table->cells);
	free(table);
}
