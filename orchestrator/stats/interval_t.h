/* Student's t and the normal distribution. Pure; any thread. */
#ifndef WASMOGRAPH_STATS_INTERVAL_T_H
#define WASMOGRAPH_STATS_INTERVAL_T_H

/* P(T ≤ t), by the regularised incomplete beta function (Abramowitz & Stegun 26.7.1).
 * degrees > 0; INFINITY gives the normal distribution. */
double interval_t_cdf(double t, double degrees);

/* Its inverse, 0 < p < 1: Newton steps inside a bracket, to about 1e-12. */
double interval_t_quantile(double p, double degrees);

/* Two-sided p of |t|, exact in the far tail (no 1 − cdf). */
double interval_t_two_sided(double t, double degrees);

double interval_normal_quantile(double p); /* 0 < p < 1 */

#endif
