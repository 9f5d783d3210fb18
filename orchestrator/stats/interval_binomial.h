/* In how many of n launches something happens: exact intervals of a probability, for a number of launches that was fixed,
 * and for launching until it has happened often enough. Pure; any thread.
 *
 * Both intervals belong to one order of the outcomes (more often in fewer launches stands above), so they may be used
 * together: launching stops at the K-th success or at n launches, whichever comes first, and each way of ending has its
 * own (Armitage 1958; Clopper & Pearson 1934). They cover at least what they promise, whatever the probability. */
#ifndef WASMOGRAPH_STATS_INTERVAL_BINOMIAL_H
#define WASMOGRAPH_STATS_INTERVAL_BINOMIAL_H

#include "stats/interval.h"

/* n was fixed: successes ÷ n with the interval of Clopper and Pearson. All NaN for n = 0. */
struct interval interval_binomial(size_t successes, size_t n, double confidence);

/* Stopped at the last success, launch n: the number of launches is negative binomial. (successes − 1) ÷ (n − 1), which is
 * unbiased (Haldane 1945), or 1 ÷ n for one success; the interval lies between the p for which so few launches, and that
 * for which so many, are as improbable as the confidence allows. successes from 1 to n. */
struct interval interval_inverse_binomial(size_t successes, size_t n, double confidence);

#endif
