/* Sign-flip permutation test on paired log ratios. Pure; seeded where it samples; any
 * thread. */
#ifndef WASMOGRAPH_STATS_PERMUTATION_H
#define WASMOGRAPH_STATS_PERMUTATION_H

#include <stddef.h>
#include <stdint.h>

/* Two-sided p of mean(differences) = 0 (Fisher 1935, §21): the share of sign patterns whose
 * |sum| is at least the observed one's. Exact over all 2^n for n ≤ 20, so never below
 * 2/2^n; else 100,000 seeded draws with (1 + hits)/(1 + draws) (Phipson & Smyth 2010).
 * NaN when a difference is, or for n = 0. */
double permutation_sign_flip(const double *differences, size_t count, uint64_t seed);

/* Holm–Bonferroni: adjusted[i] for p[i], monotone, ≤ 1 (Holm 1979). */
void permutation_holm(const double *p, double *adjusted, size_t count);

#endif
