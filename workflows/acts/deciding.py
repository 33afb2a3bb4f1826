"""An act over named tasks that is carried out while the caller waits."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from teachers.refusals import Refusal
from workflows.acts.asking import NothingSelected, ask
from workflows.acts.carrying import WAITING
from workflows.acts.reading import receipt_of
from workflows.enums import OutcomeKind, Verdict
from workflows.receipts import Outcome, Receipt


class StillRunning(Refusal):
    code = "still_running"


def decide_now(tasks: Iterable[int], *, verdict: Verdict, **asked) -> Receipt:
    """Every id asked with its outcome, in the order asked, as from `actions.decide`.

    The other arguments are those of `acts.ask`. Raises what it raises, apart from NothingSelected:
    tasks that do not exist are NOT_YOURS. StillRunning while another call with the same key is at
    it.
    """
    named = list(dict.fromkeys(tasks))
    try:
        act = ask(tasks=named, verdict=verdict, wait=True, **asked)
    except NothingSelected:
        return Receipt(verdict, [Outcome(task, OutcomeKind.NOT_YOURS) for task in named])
    if act.state in WAITING:
        raise StillRunning(_("The same decision is being carried out: ask again in a moment."))
    known = {outcome.task_id: outcome for outcome in receipt_of(act).outcomes}
    return Receipt(
        verdict, [known.get(task) or Outcome(task, OutcomeKind.NOT_YOURS) for task in named]
    )
