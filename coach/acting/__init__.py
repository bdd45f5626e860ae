"""What one person may see and do. Pages and routes go through here, so that the table of rights is
asked each time; nobody else hands them a recording, a clip or a session."""

from coach.acting.carrying import Carrying
from coach.acting.contrast import Contrast
from coach.acting.forgetting import Forgetting
from coach.acting.own import Own
from coach.acting.planning import Planning
from coach.acting.proving import Proving
from coach.acting.records import Records
from coach.acting.scoring import Scoring
from coach.acting.speaking import Speaking
from coach.acting.targeting import Targeting
from coach.acting.teams import Teams


class Acting(
    Targeting,
    Carrying,
    Scoring,
    Contrast,
    Planning,
    Forgetting,
    Own,
    Proving,
    Records,
    Speaking,
    Teams,
):
    """All of it, for one person: ``Acting(services, who)``."""


__all__ = ["Acting"]
