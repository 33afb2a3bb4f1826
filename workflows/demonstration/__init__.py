"""A whole round played through the public actions, for the demonstration and for rehearsals."""

from .playing import CODE, Playback, new_round, play, play_partly

__all__ = ["CODE", "Playback", "new_round", "play", "play_partly"]
