"""The bench's arithmetic: ratios of what was measured side by side, with their intervals.

Pure. A lap is one turn of every client in seeded order; values of one lap are compared with each other and with
nothing else, which removes the machine's drift (METHOD.md §3)."""
import dataclasses
import math

from scipy import stats

CONFIDENCE = 0.95


@dataclasses.dataclass(frozen=True)
class Estimate:
    """A geometric mean of n values, with its interval (None: too few values for one)."""
    n: int
    value: float
    low: float | None
    high: float | None


def geometric(values):
    """Estimate of positive values: Student t on their logarithms, n − 1 degrees of freedom."""
    logs = [math.log(value) for value in values]
    if not logs:
        return None
    mean = math.fsum(logs) / len(logs)
    if len(logs) < 2:
        return Estimate(1, math.exp(mean), None, None)
    deviation = math.sqrt(math.fsum((log - mean) ** 2 for log in logs) / (len(logs) - 1))
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, len(logs) - 1)) * deviation / math.sqrt(len(logs))
    return Estimate(len(logs), math.exp(mean), math.exp(mean - half), math.exp(mean + half))


def paired(ours, theirs):
    """Estimate of ours ÷ theirs over the laps that both have; each is a mapping lap → positive value."""
    return geometric([ours[lap] / theirs[lap] for lap in sorted(ours) if lap in theirs])


def judge(estimate, limit, at_most):
    """"met" or "not met" by the estimate; says so when the interval holds the limit too."""
    if estimate is None:
        return "not measured"
    met = estimate.value <= limit if at_most else estimate.value >= limit
    word = "met" if met else "NOT MET"
    if estimate.n == 1:
        return word + ", one lap only"
    if estimate.low is None:
        return word
    return word + (", but the interval reaches past the limit" if estimate.low < limit < estimate.high else "")
