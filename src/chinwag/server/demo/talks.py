"""What is said on the demo server between two people, or by one to herself."""

from chinwag.server.demo.talk import DAY, HOUR, MINUTE, Arranged, Said, Talk

_BEN = Talk(
    ("ada", "ben"),
    (
        Said("ben", 2 * DAY + 3 * HOUR, "Did you find the tent in the end?"),
        Said("ada", 2 * DAY + 3 * HOUR - 4 * MINUTE, "Behind the *ironing board*. Of course."),
        Said("ada", 2 * DAY + 3 * HOUR - 5 * MINUTE, "All pegs there, one pole missing 🏕️"),
        Said("ben", 2 * DAY + 2 * HOUR, "I have a spare one from the old tent, about 60 cm?", 3),
        Said("ada", 2 * DAY + 2 * HOUR - MINUTE, "Perfect. You are a hero"),
        Said("ben", DAY + HOUR, "Train at 9:40 or 10:10 on Saturday?"),
        Said("ada", DAY + 30 * MINUTE, "10:10, and I bring breakfast"),
        Said("ben", 50 * MINUTE, "Deal. The forecast looks _almost_ good now"),
        Said("ben", 48 * MINUTE, "https://weather.example/lake-district"),
        Said("ben", 47 * MINUTE, "Say when you are up 😄"),
    ),
    unread={"ada": 3},
)
_CHLOE = Talk(
    ("ada", "chloe"),
    (
        Said("chloe", 9 * DAY, "Happy birthday!! 🎂🎉"),
        Said("chloe", 9 * DAY - MINUTE, "May the year bring you more fern and fewer deadlines"),
        Said("ada", 9 * DAY - 40 * MINUTE, "❤️"),
        Said("chloe", 5 * HOUR, "Could you water my plants on Monday?"),
        Said("ada", 4 * HOUR, "With pleasure. The fern too?"),
        Said("chloe", 4 * HOUR - 2 * MINUTE, "Especially the fern 🌿", 5),
    ),
)
_DEV = Talk(
    ("dev", "ada"),
    (
        Said("dev", 3 * DAY, "Is the projector still at yours?"),
        Said("ada", 3 * DAY - 15 * MINUTE, "Under the sofa since New Year, with its cable"),
        Said("dev", 3 * DAY - 17 * MINUTE, "A home of its own. Film night on Thursday then?"),
        Said("ada", DAY + 9 * HOUR, "Thursday is good. Yours or mine?"),
        Said("dev", DAY + 8 * HOUR, "Mine has the better sofa, yours has the projector"),
        Said("ada", 31 * MINUTE, "Then I carry it over around *seven*"),
    ),
    missing={"dev": 1},
)
_FARAH = Talk(
    ("farah", "ada"),
    (
        Said("farah", DAY + 6 * HOUR, "صباح الخير! هل وصلك كتاب الوصفات؟"),
        Said("ada", DAY + 5 * HOUR, "وصل أمس، شكراً جزيلاً 🙏 الصور رائعة"),
        Said("farah", DAY + 5 * HOUR - 3 * MINUTE, "جرّبي المقلوبة أولاً، صفحة 42", 2),
        Said("ada", 28 * MINUTE, "سأطبخها يوم الأحد. هل تأتين؟"),
        Said("farah", 26 * MINUTE, "بالتأكيد 😋 سأحضر السلطة"),
    ),
    unread={"ada": 1},
)
_GRACE = Talk(
    ("grace", "ada"),
    (
        Said("grace", 2 * DAY, "Dear Ada, the telephone says you called. I was in the garden."),
        Said("ada", 2 * DAY - HOUR, "Nothing urgent, only wanted to hear your voice 🙂"),
        Said("grace", DAY + 2 * HOUR, "Then call again on Sunday. After church, before lunch."),
        Said("ada", DAY + HOUR, "Sunday it is"),
        Said(
            "grace",
            2 * HOUR,
            "Good. I have put the recipe for the chin chin into the post, a real letter, because"
            " it belongs on paper. Mind the nutmeg: half of what you think, and then half of"
            " that. Your grandfather never learnt it and we had to open all windows.",
        ),
    ),
    unread={"ada": 1},
)
_KIM = Talk(
    ("ada", "kim"),
    (
        Said("ada", DAY + 7 * HOUR, "Are you settled in? How is the new flat?"),
        Said("kim", DAY + 6 * HOUR, "창문이 크고 햇빛이 좋아요. Very bright!"),
        Said("ada", DAY + 6 * HOUR - 9 * MINUTE, "Dinner this week? There is a noodle place"),
        Said("kim", 55 * MINUTE, "고마워! Wednesday at seven 🍜", 3),
        Said("ada", 52 * MINUTE, "👍"),
    ),
)
_LENA = Talk(
    ("lena", "ada"),
    (
        Said("lena", 2 * DAY + 4 * HOUR, "Die Tomaten sind endlich reif, magst du welche?"),
        Said("ada", 2 * DAY + 3 * HOUR, "Unbedingt. Ich tausche gegen Quittengelee"),
        Said("lena", 2 * DAY + 3 * HOUR - 5 * MINUTE, "Abgemacht 🍅"),
        Said("ada", DAY + 10 * HOUR, "Danke dir, bis Sonntag"),
    ),
    unread={"lena": 1},
)
_MATEO = Talk(
    ("ada", "mateo"),
    (
        Said("mateo", 45 * DAY, "Last village with a network. Back when the boots are worn out 🥾"),
        Said("ada", 44 * DAY, "Take care, send stones"),
        Said("ada", 36 * DAY, "Are you near a telephone by any chance?"),
    ),
    missing={"mateo": 1},
    unreachable=("mateo",),
)
_HUGO = Talk(
    ("hugo", "ada"),
    (
        Said("hugo", 6 * DAY, "Could you send me the address of the bike shop?"),
        Said("ada", 6 * DAY - 2 * HOUR, "Mill Lane 4, ask for Rosa. `closed on Mondays`"),
        Said("hugo", 6 * DAY - 3 * HOUR, "Obrigado"),
    ),
    arranged={"ada": Arranged(unread=True)},
)
_NOTES = Talk(
    ("ada",),
    (
        Said("ada", DAY, "Gas cartridge, matches, head torch"),
        Said("ada", 20 * MINUTE, "Call grandma on Sunday"),
    ),
)
_OLD_FLAT = Talk(
    ("ada", "jonas"),
    (
        Said("jonas", 80 * DAY, "Found one more box of yours in the cellar"),
        Said("ada", 80 * DAY - HOUR, "If it says _cables_, it is yours now"),
        Said("jonas", 79 * DAY, "It says _cables_ 😑"),
    ),
    arranged={"ada": Arranged(archived=True)},
)

BETWEEN_TWO = (
    _OLD_FLAT,
    _MATEO,
    _HUGO,
    _LENA,
    _GRACE,
    _KIM,
    _CHLOE,
    _DEV,
    _FARAH,
    _BEN,
    _NOTES,
)
