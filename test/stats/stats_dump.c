/* Answers questions about statistics, one a line, with the program's own functions, so that
 * test/stats/ can compare them with other people's. A line is a word and numbers apart by blanks; the
 * answer is one line of numbers, "none" where there is none. 17 digits: nothing is lost. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stats/beta.h"
#include "stats/changepoint.h"
#include "stats/changepoint_split.h"
#include "stats/interval.h"
#include "stats/interval_binomial.h"
#include "stats/interval_unpaired.h"
#include "stats/permutation.h"
#include "stats/quantile.h"

struct question {
	double *numbers;
	size_t count;
};

/* The number at `index`; a question too short is a broken test. */
static double at(const struct question *question, size_t index)
{
	if (index >= question->count) {
		fprintf(stderr, "stats_dump: the question has %zu numbers, number %zu is needed\n",
			question->count, index + 1);
		exit(2);
	}
	return question->numbers[index];
}

static const double *from(const struct question *question, size_t index, size_t *count)
{
	*count = question->count > index ? question->count - index : 0;
	return question->numbers + index;
}

static void print_interval(struct interval interval)
{
	printf("%.17g %.17g %.17g\n", interval.value, interval.low, interval.high);
}

static void ask_quantile(const struct question *q)
{
	size_t n;
	const double *values = from(q, 1, &n);
	printf("%.17g\n", quantile(values, n, at(q, 0)));
}

static void ask_ranks(const struct question *q)
{
	size_t low, high;
	if (quantile_ranks((size_t)at(q, 0), at(q, 1), at(q, 2), &low, &high))
		printf("none\n");
	else
		printf("%zu %zu\n", low, high);
}

static void ask_least_count(const struct question *q)
{
	printf("%zu\n", quantile_least_count(at(q, 0), at(q, 1)));
}

static void ask_beta(const struct question *q)
{
	printf("%.17g\n", beta_regularised(at(q, 0), at(q, 1), at(q, 2)));
}

static void ask_binomial(const struct question *q)
{
	printf("%.17g\n", beta_binomial_cdf(at(q, 0), at(q, 1), at(q, 2)));
}

static void ask_t_cdf(const struct question *q)
{
	printf("%.17g %.17g\n", interval_t_cdf(at(q, 0), at(q, 1)), interval_t_two_sided(at(q, 0), at(q, 1)));
}

static void ask_t_quantile(const struct question *q)
{
	printf("%.17g\n", interval_t_quantile(at(q, 0), at(q, 1)));
}

static void ask_geometric(const struct question *q)
{
	size_t n;
	const double *values = from(q, 2, &n);
	print_interval(interval_geometric(values, n, at(q, 1), at(q, 0)));
}

static void ask_arithmetic(const struct question *q)
{
	size_t n;
	const double *values = from(q, 1, &n);
	print_interval(interval_arithmetic(values, n, at(q, 0)));
}

/* confidence, floor, then all of a, then all of b */
static void ask_ratio(const struct question *q)
{
	size_t n;
	const double *values = from(q, 2, &n);
	print_interval(interval_ratio(values, values + n / 2, n / 2, at(q, 1), at(q, 0)));
}

static void ask_sd_log(const struct question *q)
{
	size_t n;
	const double *values = from(q, 1, &n);
	printf("%.17g\n", interval_sd_log(values, values + n / 2, n / 2, at(q, 0)));
}

static void ask_wilson(const struct question *q)
{
	print_interval(interval_wilson((size_t)at(q, 0), (size_t)at(q, 1), at(q, 2)));
}

static void ask_binomial_interval(const struct question *q)
{
	print_interval(interval_binomial((size_t)at(q, 0), (size_t)at(q, 1), at(q, 2)));
}

static void ask_inverse_binomial(const struct question *q)
{
	print_interval(interval_inverse_binomial((size_t)at(q, 0), (size_t)at(q, 1), at(q, 2)));
}

static void ask_detectable(const struct question *q)
{
	printf("%.17g\n", interval_detectable_ratio(at(q, 0), (size_t)at(q, 1), at(q, 2)));
}

static void ask_sign_flip(const struct question *q)
{
	size_t n;
	const double *differences = from(q, 1, &n);
	printf("%.17g\n", permutation_sign_flip(differences, n, (uint64_t)at(q, 0)));
}

static void ask_holm(const struct question *q)
{
	double *adjusted = mem_alloc_zero(q->count, sizeof(*adjusted));
	permutation_holm(q->numbers, adjusted, q->count);
	for (size_t i = 0; i < q->count; i++)
		printf("%s%.17g", i ? " " : "", adjusted[i]);
	printf("\n");
	free(adjusted);
}

static void ask_split(const struct question *q)
{
	double distance;
	size_t split = changepoint_split(q->numbers, q->count, &distance);
	printf("%zu %.17g\n", split, distance);
}

/* size of the left part, then all values */
static void ask_t_test(const struct question *q)
{
	size_t n, left = (size_t)at(q, 0);
	const double *values = from(q, 1, &n);
	printf("%.17g\n", changepoint_t_test(values, left, values + left, n - left));
}

/* window, limit of p, smallest step, values; answers index, before, after, p of each */
static void ask_changepoints(const struct question *q)
{
	enum { CAPACITY = 100 };
	struct changepoint points[CAPACITY];
	size_t n;
	const double *values = from(q, 3, &n);
	size_t found = changepoint_find(values, n, (size_t)at(q, 0), at(q, 1), at(q, 2), points, CAPACITY);
	for (size_t i = 0; i < found && i < CAPACITY; i++)
		printf("%s%zu %.17g %.17g %.17g", i ? " " : "", points[i].index, points[i].before,
			points[i].after, points[i].p);
	printf("%s\n", found ? "" : "none");
}

/* how many of the values are a's, floor, confidence, values */
static void ask_unpaired_ratio(const struct question *q)
{
	size_t n, left = (size_t)at(q, 0);
	const double *values = from(q, 3, &n);
	struct interval i = interval_unpaired_ratio(values, left, values + left, n - left, at(q, 1),
		at(q, 2));
	printf("%.17g %.17g %.17g\n", i.value, i.low, i.high);
}

/* events and time of a, of b, confidence */
static void ask_rate_ratio(const struct question *q)
{
	struct interval i = interval_rate_ratio((size_t)at(q, 0), at(q, 1), (size_t)at(q, 2), at(q, 3),
		at(q, 4));
	printf("%.17g %.17g %.17g\n", i.value, i.low, i.high);
}

static const struct {
	const char *word;
	void (*ask)(const struct question *question);
} questions[] = {
	{ "quantile", ask_quantile }, { "ranks", ask_ranks }, { "least-count", ask_least_count },
	{ "beta", ask_beta }, { "binomial", ask_binomial }, { "t-cdf", ask_t_cdf },
	{ "t-quantile", ask_t_quantile }, { "geometric", ask_geometric },
	{ "arithmetic", ask_arithmetic }, { "ratio", ask_ratio }, { "sd-log", ask_sd_log },
	{ "wilson", ask_wilson }, { "detectable", ask_detectable }, { "sign-flip", ask_sign_flip },
	{ "holm", ask_holm }, { "split", ask_split }, { "t-test", ask_t_test },
	{ "changepoints", ask_changepoints }, { "unpaired-ratio", ask_unpaired_ratio },
	{ "rate-ratio", ask_rate_ratio }, { "binomial-interval", ask_binomial_interval },
	{ "inverse-binomial", ask_inverse_binomial },
};

/* Numbers of a line, which strtod() reads as exactly as Python wrote them. */
static struct question parse(const char *text)
{
	struct question question = { 0 };
	size_t room = 0;
	for (char *end;; text = end) {
		double number = strtod(text, &end);
		if (end == text)
			break;
		if (question.count == room)
			question.numbers = mem_resize(question.numbers, room = 2 * room + 64, sizeof(double));
		question.numbers[question.count++] = number;
	}
	if (text[strspn(text, " \n")] != '\0') {
		fprintf(stderr, "stats_dump: \"%.40s\" is no number\n", text);
		exit(2);
	}
	return question;
}

static void answer(const char *line)
{
	size_t length = strcspn(line, " \n");
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		if (strlen(questions[i].word) != length || strncmp(questions[i].word, line, length) != 0)
			continue;
		struct question question = parse(line + length);
		questions[i].ask(&question);
		free(question.numbers);
		return;
	}
	fprintf(stderr, "stats_dump: unknown question \"%.*s\"\n", (int)length, line);
	exit(2);
}

int main(void)
{
	char *line = NULL;
	size_t room = 0;
	while (getline(&line, &room, stdin) > 0)
		answer(line);
	free(line);
	return 0;
}
