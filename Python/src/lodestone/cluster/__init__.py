"""More than one machine: parts of a sweep and questions about many models as tasks on engines that exist.

A task gets the model's files and what is asked, and gives back one file or one answer; nothing is shared but that. One plan
for very many outcomes is `model.solve(risk="expected", client=client)`.
"""

from .bundle import Bundle
from .groups import Group, Grouped, groups_of_outcomes, solve_groups
from .moves import ask_sets_of_moves, sets_of_moves
from .tasks import ask_all, solve_part

__all__ = [
    "Bundle", "Group", "Grouped", "ask_all", "ask_sets_of_moves", "groups_of_outcomes", "sets_of_moves", "solve_groups",
    "solve_part",
]
