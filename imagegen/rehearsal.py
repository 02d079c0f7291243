"""A dry run: every picture that would be drawn, and what drawing them would take."""

from collections.abc import Iterable

from imagegen import forecast, tell
from imagegen.catalog import ModelCard
from imagegen.errors import ExitCode
from imagegen.forecast import Forecast, Forecaster
from imagegen.plan import Plan
from imagegen.request import MachineRequest
from imagegen.tell import Count, Manner


def rehearse(
    plans: Iterable[tuple[Plan, bool]], where: MachineRequest, manner: Manner
) -> tuple[Forecast, Count]:
    """Tell each plan, with whether its picture is there already; their sum."""
    count, forecaster = Count(asked=0), Forecaster(where.device)
    warnings = tell.Warnings(manner)
    for plan, there in plans:
        tell.plan(plan, there, manner)
        warnings.tell(plan.notices)
        forecaster.add(plan, there=there)
        count.asked = (count.asked or 0) + 1
        count.skipped += there
    return forecaster.forecast(), count


def conclude(outlook: Forecast, count: Count, cards: Iterable[ModelCard], manner: Manner) -> None:
    """Tell what drawing them all with these models would take."""
    for card in cards:
        if card.single is None:
            tell.notices(forecast.not_here(card.name, card.folder), manner)
    tell.notices(forecast.short_of_disk(outlook), manner)
    tell.forecast(outlook, manner)
    tell.summary(count, 0.0, ExitCode.DONE, manner)
