"""Our statistics against SciPy's and NumPy's, on inputs drawn anew from a fixed seed.

Run: /usr/bin/python3 -m pytest test/stats/scipy_oracle_test.py
"""

import itertools
import math

import numpy as np
import pytest
from scipy import special, stats


@pytest.fixture
def rng():
    return np.random.default_rng(20261124)


def near(got, expected, relative=1e-10):
    got, expected = np.atleast_1d(got), np.atleast_1d(expected)
    assert got.shape == expected.shape
    np.testing.assert_allclose(got, expected, rtol=relative, atol=1e-300)


def check(asker, questions, expected, relative=1e-10):
    """Each question's answer against the value or values expected."""
    assert len(questions) == len(expected) > 0
    for question, got, want in zip(questions, asker.ask_all(questions), expected):
        try:
            near(got, want, relative)
        except AssertionError as error:
            raise AssertionError(f"{question[0]} {question[1][:8]}: {error}") from None


def test_quantile_is_inverted_cdf(asker, rng):
    questions, expected = [], []
    for _ in range(400):
        count = int(rng.integers(1, 700))
        values = rng.lognormal(0, 2, count)
        if rng.random() < 0.3:
            values = np.round(values)  # ties
        p = float(rng.choice([0.5, 0.9, 0.95, 0.99, 0.999, 1.0, rng.uniform(0.001, 1)]))
        questions.append(("quantile", [p, *values]))
        expected.append(np.quantile(values, p, method="inverted_cdf"))
    check(asker, questions, expected, 0)


def test_beta(asker, rng):
    questions, expected = [], []
    for _ in range(2000):
        a, b = np.exp(rng.uniform(-2, 7, 2))
        x = rng.beta(a, b) if rng.random() < 0.7 else rng.random()
        if special.betainc(a, b, x) > 1e-200:
            questions.append(("beta", [x, a, b]))
            expected.append(special.betainc(a, b, x))
    check(asker, questions, expected, 1e-9)


def test_binomial(asker, rng):
    questions, expected = [], []
    for _ in range(1000):
        n = int(rng.integers(1, 5000))
        p = float(rng.choice([0.5, 0.95, 0.99, rng.uniform(0.01, 0.99)]))
        k = int(np.clip(rng.normal(n * p, 3 * math.sqrt(n * p * (1 - p))), 0, n))
        questions.append(("binomial", [k, n, p]))
        expected.append(stats.binom.cdf(k, n, p))
    check(asker, questions, expected, 1e-9)


def test_binomial_ranks(asker, rng):
    """The l-th and u-th of n: at most (1 − c)/2 beyond each, and no narrower pair is."""
    questions, expected = [], []
    for _ in range(1500):
        n = int(rng.integers(1, 4000))
        p = float(rng.choice([0.5, 0.9, 0.95, 0.99, rng.uniform(0.02, 0.98)]))
        c = float(rng.choice([0.9, 0.95, 0.99]))
        side = (1 - c) / 2
        low, high = int(stats.binom.ppf(side, n, p)), int(stats.binom.ppf(1 - side, n, p)) + 1
        questions.append(("ranks", [n, p, c]))
        expected.append(None if low < 1 or high > n else [low, high])
    answers = asker.ask_all(questions)
    assert answers == expected
    assert any(a is None for a in answers) and any(a is not None for a in answers)


def test_least_count(asker):
    """By counting up until both order statistics exist."""
    grid = list(itertools.product([0.5, 0.9, 0.95, 0.99, 0.999], [0.9, 0.95, 0.99]))
    expected = []
    for p, c in grid:
        n = 1
        while p**n > (1 - c) / 2 or (1 - p) ** n > (1 - c) / 2:
            n += 1
        expected.append(n)
    check(asker, [("least-count", g) for g in grid], expected, 0)


def test_t_distribution(asker, rng):
    questions, expected = [], []
    for _ in range(2000):
        df = float(rng.choice([1, 2, 3, 5, 9, 19, 39, rng.uniform(0.5, 3000)]))
        t = float(stats.t.ppf(rng.uniform(1e-6, 1 - 1e-6), df))
        questions.append(("t-cdf", [t, df]))
        expected.append([stats.t.cdf(t, df), 2 * stats.t.sf(abs(t), df)])
    check(asker, questions, expected, 1e-9)


def test_t_far_tail(asker):
    questions, expected = [], []
    for df, t in itertools.product([1, 3, 10, 98], [10, 30, 100]):
        questions.append(("t-cdf", [-t, df]))
        expected.append([stats.t.cdf(-t, df), 2 * stats.t.sf(t, df)])
    check(asker, questions, expected, 1e-9)


def t_ppf(p, df):
    """SciPy 1.10's t.ppf is off by up to 4e-9; its cdf and sf are not, so two Newton steps on
    them give the quantile that it means."""
    t = stats.t.ppf(p, df)
    for _ in range(2):
        excess = stats.t.cdf(t, df) - p if p < 0.5 else (1 - p) - stats.t.sf(t, df)
        t -= excess / stats.t.pdf(t, df)
    return t


def test_t_quantile(asker, rng):
    questions, expected = [], []
    for _ in range(2000):
        df = float(rng.choice([1, 2, 3, 5, 9, 19, 39, rng.uniform(1, 3000)]))
        p = float(rng.choice([0.025, 0.975, 0.995, 0.8, rng.uniform(1e-4, 1 - 1e-4)]))
        questions.append(("t-quantile", [p, df]))
        expected.append(t_ppf(p, df))
    questions.append(("t-quantile", [0.975, math.inf]))
    expected.append(stats.norm.ppf(0.975))
    check(asker, questions, expected, 1e-11)


def t_interval(values, confidence):
    values = np.asarray(values)
    mean, half = values.mean(), t_ppf(0.5 + confidence / 2, len(values) - 1) * stats.sem(values)
    by_scipy = stats.t.interval(confidence, len(values) - 1, mean, stats.sem(values))
    np.testing.assert_allclose([mean - half, mean + half], by_scipy, rtol=1e-6)
    return [mean, mean - half, mean + half]


def test_intervals(asker, rng):
    questions, expected = [], []
    for _ in range(500):
        count = int(rng.integers(2, 60))
        confidence = float(rng.choice([0.9, 0.95, 0.99, 1 - 0.05 / 3]))
        a = rng.lognormal(1, rng.choice([0.02, 0.2, 1]), count)
        b = rng.lognormal(0, 0.3, count)
        a[0] = rng.choice([a[0], 0, 0.001])
        logs = np.log(np.maximum(a, 0.005))
        questions += [("arithmetic", [confidence, *a]), ("geometric", [confidence, 0.005, *a]),
                      ("ratio", [confidence, 0.005, *a, *b]), ("sd-log", [0.005, *a, *b])]
        differences = logs - np.log(np.maximum(b, 0.005))
        expected += [t_interval(a, confidence), np.exp(t_interval(logs, confidence)),
                     np.exp(t_interval(differences, confidence)), np.std(differences, ddof=1)]
    check(asker, questions, expected, 1e-9)


def test_wilson(asker, rng):
    questions, expected = [], []
    for _ in range(500):
        n = int(rng.integers(1, 3000))
        k = int(rng.choice([0, n, rng.integers(0, n + 1)]))
        confidence = float(rng.choice([0.9, 0.95, 0.99]))
        result = stats.binomtest(k, n)
        low, high = result.proportion_ci(confidence, method="wilson")
        questions.append(("wilson", [k, n, confidence]))
        expected.append([k / n, low, high])
    for question, got, want in zip(questions, asker.ask_all(questions), expected):
        np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-12, err_msg=str(question))


def test_binomial_interval_is_clopper_pearson(asker, rng):
    questions, expected = [], []
    for _ in range(500):
        n = int(rng.integers(1, 300))
        k = int(rng.choice([0, n, rng.integers(0, n + 1)]))
        confidence = float(rng.choice([0.9, 0.95, 0.99]))
        low, high = stats.binomtest(k, n).proportion_ci(confidence, method="exact")
        questions.append(("binomial-interval", [k, n, confidence]))
        expected.append([k / n, low, high])
    check(asker, questions, expected, 1e-8)


def test_inverse_binomial_bounds_are_where_the_negative_binomial_says(asker, rng):
    """At the lower bound so few failures before the k-th success are as improbable as promised, at the upper one so many."""
    drawn = [(int(rng.integers(1, 30)), int(rng.integers(0, 200)), float(rng.choice([0.9, 0.95, 0.99])))
             for _ in range(500)]
    answers = asker.ask_all([("inverse-binomial", [k, k + failures, c]) for k, failures, c in drawn])
    for (k, failures, confidence), (value, low, high) in zip(drawn, answers):
        side = (1 - confidence) / 2
        near(stats.nbinom.cdf(failures, k, low), side, 1e-7)
        if failures == 0:
            assert high == 1
        else:
            near(stats.nbinom.sf(failures - 1, k, high), side, 1e-7)
        near(value, (k - 1) / (k + failures - 1) if k > 1 else 1 / (k + failures))


def test_stopping_at_a_success_or_at_a_limit_covers(asker):
    """Launching ends at the K-th success or at the limit: enumerated, the two intervals together hold every probability
    in at least 95 % of cases; and the estimate of the K-th success without a limit is unbiased."""
    for wanted, limit in itertools.product([1, 2, 5], [5, 20, 60]):
        ends = [(wanted, n) for n in range(wanted, limit + 1)] + [(k, limit) for k in range(min(wanted, limit + 1))]
        reached = [k == wanted for k, _ in ends]
        answers = asker.ask_all([("inverse-binomial" if hit else "binomial-interval", [k, n, 0.95])
                                 for (k, n), hit in zip(ends, reached)])
        for p in np.linspace(0.005, 0.995, 67):
            chance = [stats.nbinom.pmf(n - k, k, p) if hit else stats.binom.pmf(k, n, p)
                      for (k, n), hit in zip(ends, reached)]
            assert abs(sum(chance) - 1) < 1e-9
            covered = sum(c for c, (_, low, high) in zip(chance, answers) if low <= p <= high)
            assert covered >= 0.95 - 1e-9, (wanted, limit, p, covered)
    ends = range(3, 4000)
    values = [value for value, _, _ in asker.ask_all([("inverse-binomial", [3, n, 0.95]) for n in ends])]
    for p in (0.05, 0.3, 0.9):
        near(np.dot(values, stats.nbinom.pmf(np.array(ends) - 3, 3, p)), p, 1e-9)


def test_detectable_ratio_has_its_power(asker):
    """By the noncentral t, the printed change is found with 80 % probability, within 1.5 points."""
    grid = list(itertools.product([0.05, 0.3], [6, 7, 8, 10, 20, 40], [0.05, 0.01]))
    for (sd, k, alpha), (ratio,) in zip(grid, asker.ask_all([("detectable", g) for g in grid])):
        effect = math.log(ratio) / sd * math.sqrt(k)
        limit = stats.t.ppf(1 - alpha / 2, k - 1)
        power = stats.nct.sf(limit, k - 1, effect) + stats.nct.cdf(-limit, k - 1, effect)
        assert abs(power - 0.8) < (0.015 if alpha == 0.05 else 0.04), (sd, k, alpha, power)


def permutation_p(differences):
    """SciPy flips pairs: with (d, 0) that is flipping the sign of d in the mean difference."""
    result = stats.permutation_test((differences, np.zeros_like(differences)),
                                    lambda x, y, axis: np.sum(x - y, axis=axis), vectorized=True,
                                    permutation_type="samples", n_resamples=np.inf)
    return result.pvalue


def test_sign_flip_exact(asker, rng):
    questions, expected = [], []
    for _ in range(150):
        count = int(rng.integers(2, 13))
        differences = rng.normal(rng.choice([0, 0.5, 2]), 1, count)
        if rng.random() < 0.3:
            differences = np.round(differences * 2) + 0.5  # ties, exact in doubles
        questions.append(("sign-flip", [1, *differences]))
        expected.append(permutation_p(differences))
    check(asker, questions, expected, 1e-12)


def test_sign_flip_drawn(asker, rng):
    """Above 20 blocks: 100,000 draws of ours against the exact share, counted by dynamic
    programming over whole numbers."""
    for _ in range(6):
        count = int(rng.integers(21, 31))
        differences = rng.integers(-20, 35, count)
        ways = {0: 1}
        for d in map(int, differences):
            after = {}
            for total, n in ways.items():
                after[total + d] = after.get(total + d, 0) + n
                after[total - d] = after.get(total - d, 0) + n
            ways = after
        observed = abs(int(differences.sum()))
        exact = sum(n for total, n in ways.items() if abs(total) >= observed) / 2**count
        ((got,),) = asker.ask_all([("sign-flip", [7, *differences])])
        assert abs(got - exact) < 5 * math.sqrt(exact * (1 - exact) / 1e5) + 2e-5, (got, exact)


def holm(p):
    """Written from Holm 1979: step i multiplies by m − i; no adjusted p below an earlier one."""
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(np.asarray(p)[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(steps, 1)
    return adjusted


def test_holm(asker, rng):
    questions = [("holm", list(rng.random(int(rng.integers(1, 40))) ** 3)) for _ in range(300)]
    questions.append(("holm", [0.02, 0.02, 0.5, 0.02]))
    check(asker, questions, [holm(q[1]) for q in questions], 1e-14)


def test_two_sample_t(asker, rng):
    questions, expected = [], []
    for _ in range(500):
        left, right = rng.normal(0, 1, rng.integers(1, 40)), rng.normal(1, 2, rng.integers(2, 40))
        questions.append(("t-test", [len(left), *left, *right]))
        pooled = len(left) + len(right) - 2
        error = math.sqrt((left.var() * len(left) + right.var() * len(right)) / pooled
                          * (1 / len(left) + 1 / len(right)))
        expected.append(2 * stats.t.sf(abs(left.mean() - right.mean()) / error, pooled)
                        if len(left) < 2 else stats.ttest_ind(left, right).pvalue)
    check(asker, questions, expected, 1e-8)


def energy_split(values):
    """Matteson & James 2014, written straight from the formula."""
    values = np.asarray(values)
    distance = np.abs(values[:, None] - values[None, :])
    best, where = -np.inf, 0
    for split in range(1, len(values)):
        for end in range(split + 1, len(values) + 1):
            n, m = split, end - split
            between = 2 * distance[:split, split:end].mean()
            left = distance[:split, :split].sum() / (n * (n - 1)) if n > 1 else 0
            right = distance[split:end, split:end].sum() / (m * (m - 1)) if m > 1 else 0
            statistic = n * m / (n + m) * (between - left - right)
            if statistic > best + 1e-12:
                best, where = statistic, split
    return [where, best]


def test_energy_split(asker, rng):
    questions = [("split", list(rng.normal(0, 1, rng.integers(2, 40)))) for _ in range(60)]
    for q in questions[:30]:
        q[1][len(q[1]) // 2:] = [v + 2 for v in q[1][len(q[1]) // 2:]]
    check(asker, questions, [energy_split(q[1]) for q in questions], 1e-10)


def test_unpaired_ratio_is_students_pooled_interval(asker, rng):
    questions, expected = [], []
    for _ in range(300):
        na, nb = int(rng.integers(1, 8)), int(rng.integers(2, 12))
        a, b = rng.lognormal(1, 0.5, na), rng.lognormal(0, 0.5, nb)
        confidence = float(rng.choice([0.9, 0.95, 0.99]))
        questions.append(("unpaired-ratio", [na, 1e-9, confidence, *a, *b]))
        log_a, log_b = np.log(a), np.log(b)
        squares = ((log_a - log_a.mean()) ** 2).sum() + ((log_b - log_b.mean()) ** 2).sum()
        scale = math.sqrt(squares / (na + nb - 2) * (1 / na + 1 / nb))
        difference, half = log_a.mean() - log_b.mean(), t_ppf(0.5 + confidence / 2, na + nb - 2) * scale
        expected.append(np.exp([difference, difference - half, difference + half]))
        if na > 1:  # where SciPy has the test whole
            t = stats.ttest_ind(log_a, log_b, equal_var=True)
            assert math.isclose(t.statistic, (log_a.mean() - log_b.mean()) / scale, rel_tol=1e-9)
    check(asker, questions, expected, 1e-9)


def test_rate_ratio_is_clopper_pearson_on_the_share(asker, rng):
    questions, expected = [], []
    for _ in range(500):
        a, b = int(rng.poisson(rng.choice([0.3, 3, 30]))), int(rng.poisson(rng.choice([1, 10, 100])))
        time_a, time_b = float(rng.uniform(1, 5)), float(rng.uniform(5, 50))
        if a + b == 0:
            continue
        questions.append(("rate-ratio", [a, time_a, b, time_b, 0.95]))
        share = stats.binomtest(a, a + b).proportion_ci(0.95, method="exact")
        odds = time_b / time_a
        expected.append([odds * a / b if b else math.inf, odds * share.low / (1 - share.low),
                         odds * share.high / (1 - share.high) if b else math.inf])
    check(asker, questions, expected, 1e-8)


def test_unpaired_ratio_covers(asker, rng):
    """One traced launch against six: the interval holds the true ratio in 95 % of simulated cases."""
    questions = []
    for _ in range(4000):
        values = rng.lognormal(0, 0.2, 7) * np.array([1.3] + [1] * 6)
        questions.append(("unpaired-ratio", [1, 1e-9, 0.95, *values]))
    answers = np.array(asker.ask_all(questions))
    covered = np.mean((answers[:, 1] <= 1.3) & (1.3 <= answers[:, 2]))
    assert 0.94 <= covered <= 0.96
