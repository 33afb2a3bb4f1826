"""A whole round played through the public actions, for the demonstration and for rehearsals."""

from .changes import Changes, in_force
from .playing import CODE, Playback, new_round, play, play_partly
from .problem_data import counted

__all__ = [
    "CODE",
    "Changes",
    "Playback",
    "counted",
    "in_force",
    "new_round",
    "play",
    "play_partly",
]
