"""What a file may cost. Each limit closes one way to make a small file expensive."""

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Far above any real recording (the largest seen has 3 MB and 7 parts), far below a worker's patience."""

    max_bytes: int = 16 * _MIB
    max_parts: int = 64
    max_messages: int = 2_000_000
    max_definitions: int = 100_000
    # Different definitions each cost a table of their own; devices repeat a few dozen.
    max_layouts: int = 1_000
    max_sessions: int = 1_000
    # Beats in `hr` messages, and the quarter seconds they are held for; a day of them makes half of this.
    max_beats: int = 1_000_000
    # Rows times columns: one message with many fields widens every other row.
    max_values: int = 16_000_000
    # fitparse reads 0.1 MB/s: past this size a file it alone could read is refused.
    fallback_bytes: int = 128 * 1024
    fallback_seconds: float = 2.0


DEFAULT_LIMITS = Limits()
