"""More than one machine: parts of a sweep and questions about many models as tasks on engines that exist.

A task gets the model's files and what is asked, and gives back one file or one answer; nothing is shared but that.
"""

from .bundle import Bundle
from .moves import sets_of_moves
from .tasks import ask_all, solve_part

__all__ = ["Bundle", "ask_all", "sets_of_moves", "solve_part"]
