"""What simpler ways would have answered, on the same rows: a figure means little without them.

Each is given a fair chance: the same training texts, settings that its own makers advise, and thresholds found as the
model's are. None is given the phrase bank but the one that is nothing else.
"""

from training.baselines.comparison import baseline_block, baseline_figures, cross_validated
from training.baselines.judgement import BASELINES, BaselineAnswers, Cost, judged

__all__ = ["BASELINES", "BaselineAnswers", "Cost", "baseline_block", "baseline_figures", "cross_validated", "judged"]
