/**
 * @param {ArrayLike<number>} values
 * @returns {{mean: number, p95: number, sd: number, variance: number}} P95 by nearest rank; variance by n − 1
 */
export function spread(values) {
	const sorted = Float64Array.from(values).sort(), n = sorted.length;
	const mean = sorted.reduce((sum, value) => sum + value, 0) / n;
	const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
	return { mean, p95: sorted[Math.ceil(0.95 * n) - 1], sd: Math.sqrt(variance), variance };
}
