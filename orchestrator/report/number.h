/* Numbers and text for people: 3 significant digits, columns counted in characters, lines
 * wrapped at 100. Pure.
 *
 * Ownership: returned strings are the caller's. */
#ifndef WASMOGRAPH_REPORT_NUMBER_H
#define WASMOGRAPH_REPORT_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "stats/interval.h"

enum { NUMBER_SIZE = 32, NUMBER_COLUMNS = 100 };

/* 3 significant digits, at most 3 decimals (the page clock's grain is 0.005 ms), never an exponent below
 * 10^9: "0.015" "1.50" "12.3" "1234". NaN is "–", infinity "∞". */
void number_format(double value, char out[NUMBER_SIZE]);

/* 3 significant digits whatever the size: "0.0000720", below 10^-6 "7.20e-08", from 1 on as above. For values of
 * which the unit was chosen by somebody else. */
void number_figures(double value, char out[NUMBER_SIZE]);

/* "12.3 [11.0, 13.8]"; the value alone when there is no interval. The caller frees. */
char *number_interval(struct interval interval);
char *number_interval_figures(struct interval interval); /* by number_figures() */

/* The same for a column: all of one width, value and bounds aligned. Free each and the array. */
char **number_intervals(const struct interval *intervals, size_t count);

/* A p-value: 2 significant digits, not below 0.0001 ("<0.0001"). */
void number_p(double p, char out[NUMBER_SIZE]);

/* The fewest digits that read back to the same double, as in CSV; "" for NaN. */
void number_exact(double value, char out[NUMBER_SIZE]);

/* Characters (code points; all of ours are one column wide) of a UTF-8 text. */
size_t number_width(const char *text);

/* Prints a text in lines of at most NUMBER_COLUMNS, broken at spaces; the first is indented by `first`,
 * the others by `rest`. A word that does not fit a line stands on its own, cut into pieces. Control
 * characters become spaces. */
void number_wrap(FILE *out, size_t first, size_t rest, const char *text);
void number_wrap_format(FILE *out, size_t first, size_t rest, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#endif
