"""Problem data (问题数据): finding it, the schools' answers, settling it, and what it keeps back.

near, traces      numbers that are nearly the same, among sealed numbers
suspects, claims  set-based searches; who claims whom
facts, raising    what cannot be right; from facts to cases and back
detect            the three occasions: saving, submitting, the nightly sweep
parties, settling the schools' answers; carrying out what the common superior decides
blocking, notices what stays out of publication; what the schools read about it
"""

from .detect import look_at, on_submit, sweep
from .parties import answer
from .settling import outcomes_of, settle

__all__ = ["answer", "look_at", "on_submit", "outcomes_of", "settle", "sweep"]
