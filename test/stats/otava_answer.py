"""Runs inside the virtual environment that has apache-otava: JSON questions on stdin, one list
of answers on stdout. Nothing of ours is imported here.

A question: {"series": [logarithms], "window", "p", "smallest", "sample_sd": bool,
"both_neighbours": bool}. An answer: {"points": [[index, p], …], "split": [index, statistic]}.

"smallest" is a relative step between levels; on logarithms that is expm1(|difference|), not the
ratio of two logarithms, so Otava's change_magnitude is replaced. Two more things of Otava 0.8.0
are mended where the question asks for it:
- "sample_sd": the standard deviations handed to SciPy's ttest_ind_from_stats are the sample's
  (n − 1), which that function documents that it expects; Otava hands it np.std's (n).
- "both_neighbours": when the merge has deleted point i, its neighbours are i − 1 and i, and both are
  tested anew; Otava tests i and i + 1, so that the left one keeps the p and the means of a stretch that
  is no longer there.
"""

import inspect
import json
import math
import sys

import numpy as np
from otava import analysis
from otava.change_point_divisive.calculator import PairDistanceCalculator
from scipy import stats

otavas_compare = analysis.TTestSignificanceTester.compare
otavas_merge = analysis.merge


def mended_merge():
    source = inspect.getsource(otavas_merge)
    wrong = "recompute(weakest_cp_index)\n        recompute(weakest_cp_index + 1)"
    right = "recompute(weakest_cp_index - 1)\n        recompute(weakest_cp_index)"
    assert source.count(wrong) == 1, "this version of Otava merges differently: look at it anew"
    scope = dict(vars(analysis))
    exec(source.replace(wrong, right), scope)
    return scope["merge"]


def compare_by_sample_sd(self, left, right):
    answer = otavas_compare(self, left, right)
    if len(left) + len(right) > 2:
        sds = [np.std(side, ddof=1) if len(side) > 1 else 0.0 for side in (left, right)]
        answer.pvalue = stats.ttest_ind_from_stats(answer.mean_1, sds[0], len(left), answer.mean_2,
                                                   sds[1], len(right)).pvalue
    return answer


def magnitude_of_logarithms(self):
    return math.expm1(abs(self.mean_2 - self.mean_1))


both_neighbours_merge = mended_merge()


def answer(question):
    series = question["series"]
    analysis.merge = both_neighbours_merge if question["both_neighbours"] else otavas_merge
    analysis.TTestSignificanceTester.compare = (
        compare_by_sample_sd if question["sample_sd"] else otavas_compare)
    points, _ = analysis.compute_change_points(
        series, window_len=question["window"], max_pvalue=question["p"],
        min_magnitude=question["smallest"])
    split = PairDistanceCalculator(np.array(series)).get_candidate_change_point(slice(0, None))
    return {"points": [[int(point.index), float(point.stats.pvalue)] for point in points],
            "split": [int(split.index), float(split.qhat)]}


analysis.TTestStats.change_magnitude = magnitude_of_logarithms
json.dump([answer(question) for question in json.load(sys.stdin)], sys.stdout)
