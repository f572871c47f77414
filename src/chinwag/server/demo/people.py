"""Who lives on the demo server."""

from dataclasses import dataclass

from chinwag.server.demo.talk import DAY, HOUR, MINUTE


@dataclass(frozen=True, slots=True)
class Inhabitant:
    """Somebody, and how long ago they were last seen (ms)."""

    handle: str
    name: str
    about: str
    seen: int


PEOPLE = (
    Inhabitant("ada", "Ada Okafor", "Making tea, then making plans", 3 * HOUR),
    Inhabitant("ben", "Ben Lindqvist", "On the bike", 4 * MINUTE),
    Inhabitant("chloe", "Chloé Martin", "À bientôt", 95 * MINUTE),
    Inhabitant("dev", "Dev Patel", "Busy until six", 35 * MINUTE),
    Inhabitant("eli", "אלי כהן", "🌱", 12 * MINUTE),
    Inhabitant("farah", "فرح حداد", "القهوة أولاً ☕", 26 * MINUTE),
    Inhabitant("grace", "Grandma Grace", "I read everything. I answer after lunch.", 2 * HOUR),
    Inhabitant("hugo", "Hugo Almeida", "Available", 5 * HOUR),
    Inhabitant("ines", "Inês Duarte", "Reading", DAY),
    Inhabitant("jonas", "Jonas Weber", "Left back, mostly", 7 * HOUR),
    Inhabitant("kim", "김수아", "서울 → 런던", 50 * MINUTE),
    Inhabitant("lena", "Lena Brandt", "Im Garten", 3 * HOUR),
    Inhabitant("mateo", "Mateo García", "Somewhere in Patagonia", 44 * DAY),
    Inhabitant("olu", "Olu Okafor", "Ada’s better-looking brother", HOUR),
    Inhabitant("priya", "Priya Raman", "Currently on page 212", 6 * HOUR),
)
