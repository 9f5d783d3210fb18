/* The regularised incomplete beta function: behind Student's t and the binomial. Pure; any
 * thread. */
#ifndef WASMOGRAPH_STATS_BETA_H
#define WASMOGRAPH_STATS_BETA_H

/* I_x(a, b) for 0 ≤ x ≤ 1, a > 0, b > 0, by its continued fraction (DLMF 8.17.22) with
 * Lentz's algorithm. Relative error about 1e-13 for a + b up to 1000, 1e-10 up to 10⁶
 * (the log-gamma differences cancel). */
double beta_regularised(double x, double a, double b);

/* P(B ≤ k) for B ~ Binomial(n, p): I_{1−p}(n − k, k + 1) (DLMF 8.17.5). */
double beta_binomial_cdf(double k, double n, double p);

#endif
