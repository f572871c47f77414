"""What is said in the groups of the demo server."""

from chinwag.server.demo.talk import (
    DAY,
    HOUR,
    MINUTE,
    Arranged,
    Brought,
    Described,
    Promoted,
    Said,
    Talk,
)

_LAKE = Talk(
    ("ada", "ben", "chloe", "dev"),
    (
        Brought("ada", 3 * DAY + MINUTE, "eli"),
        Promoted("ada", 3 * DAY + MINUTE, "chloe"),
        Said("ada", 3 * DAY, "Welcome all! Here we plan the weekend at the lake."),
        Said(
            "chloe", 3 * DAY - 6 * MINUTE, "Salut! I can drive on Friday evening, three seats free"
        ),
        Said("dev", 3 * DAY - 20 * MINUTE, "One for me please 🙌", 4),
        Said("eli", 2 * DAY, "אני מביא את הגיטרה"),
        Said(
            "ben",
            DAY + 5 * HOUR,
            "Shopping list:\n- coffee\n- bread\n- marshmallows\n- ~rain~ sun cream",
        ),
        Said("ada", DAY + 4 * HOUR, "`sudo apt install sun`"),
        Said("dev", 3 * HOUR, "Who has the key to the hut?"),
        Said("chloe", 2 * HOUR, "I have it. And the map.", 9),
        Said("dev", 35 * MINUTE, "Then nothing can go wrong"),
        Said("chloe", 34 * MINUTE, "@ada do you still have the big pan?", mentions=("ada",)),
        Said("eli", 12 * MINUTE, "🎸🔥"),
    ),
    title="Weekend at the lake",
    unread={"ada": 3, "ben": 1, "chloe": 1},
    arranged={"ada": Arranged(pinned=True)},
)
_FAMILY = Talk(
    ("olu", "ada", "grace"),
    (
        Described("olu", 200 * DAY, "Be kind. Grandma reads everything."),
        Said("olu", DAY + 3 * HOUR, "Who told grandma about the emoji keyboard"),
        Said("grace", DAY + 2 * HOUR, "🐓🐓🐓"),
        Said("ada", DAY + 2 * HOUR - MINUTE, "No regrets", 2),
        Said("olu", HOUR, "Lunch on Sunday: who brings what? I do the *jollof*, no discussion"),
        Said("ada", 58 * MINUTE, "Plantain and a cake", 5),
        Said("grace", 57 * MINUTE, "I bring myself"),
    ),
    title="Okafor family",
)
_BOOKS = Talk(
    ("priya", "ada", "ines", "hugo", "lena"),
    (
        Described("priya", 120 * DAY, "One book a month. This month: Middlemarch, to chapter 42."),
        Said("priya", 4 * DAY, "How far is everybody?"),
        Said("ines", 4 * DAY - 8 * MINUTE, "Chapter 20, and already against Casaubon"),
        Said("hugo", 4 * DAY - 30 * MINUTE, "Audiobook, 1.5×, at the bus stop"),
        Said("lena", 3 * DAY, "That is not reading, that is a podcast", 4),
        Said("hugo", 3 * DAY - 2 * MINUTE, "Words go in. Same thing 😌", 5),
        Said("priya", 8 * HOUR, "Next meeting on the 3rd, at the café by the canal, 19:30"),
        Said("ines", 7 * HOUR, "I am in, and I bring the notes"),
        Said("priya", 6 * HOUR, "@ada your turn to choose the next one", mentions=("ada",)),
        Said("hugo", 5 * HOUR, "Something *short*. Please."),
    ),
    title="Book club 📚",
    unread={"ada": 4},
    arranged={"ada": Arranged(muted=True)},
)
_FOOTBALL = Talk(
    ("jonas", "ada", "ben", "dev", "olu", "kim", "hugo"),
    (
        Said("jonas", 2 * DAY + 9 * HOUR, "Pitch 3 on Tuesday, 18:30. Who is in?"),
        Said("ben", 2 * DAY + 8 * HOUR, "In"),
        Said("dev", 2 * DAY + 8 * HOUR - 2 * MINUTE, "In, if the knee agrees"),
        Said("olu", 2 * DAY + 7 * HOUR, "The knee never agrees", 3),
        Said("kim", 2 * DAY + 6 * HOUR, "저도 갈게요 ⚽"),
        Said("ada", 7 * HOUR, "In. I bring the orange bibs"),
    ),
    title="Tuesday football",
    unread={"hugo": 1, "kim": 1},
)
_HOUSE = Talk(
    ("lena", "ada", "farah", "priya", "jonas"),
    (
        Described("lena", 300 * DAY, "Notices for Mill Lane 12. Only the caretakers write here."),
        Promoted("lena", 300 * DAY - HOUR, "farah"),
        Said(
            "lena",
            DAY + 11 * HOUR,
            "*Water* will be off on Thursday from 8 to 11. Please fill a kettle.",
        ),
        Said("farah", 9 * HOUR, "The cellar door is repaired, the key is the old one 🔑"),
    ),
    title="House 12",
    quiet=True,
)

GROUPS = (_HOUSE, _FOOTBALL, _BOOKS, _FAMILY, _LAKE)
