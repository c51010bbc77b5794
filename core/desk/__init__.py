"""Staff at work in their own chat: orders in a few words, each through the same services as elsewhere."""

from core.desk.alerting import tell
from core.desk.door import at_the_door
from core.desk.groups import hear_in_group
from core.desk.service import hear
from core.desk.targets import departed

__all__ = ["at_the_door", "departed", "hear", "hear_in_group", "tell"]
