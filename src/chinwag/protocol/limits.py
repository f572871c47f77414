"""Every bound of the wire, in one place. Types in `scalars` and the generated pages read them."""

# A text frame from a client. Large enough for the longest text with every character escaped.
FRAME_BYTES = 64 * 1024
# JSON escapes one byte to six at most (``\u0001``): 10,000 bytes always fit a frame.
TEXT_BYTES = 10_000
NAME_CHARS = 64
ABOUT_CHARS = 140
HANDLE_CHARS = 32
HANDLE_CHARS_MIN = 3
TITLE_CHARS = 100
DESCRIPTION_CHARS = 2_048
PASSWORD_CHARS_MIN = 8
# Long enough for any pass phrase; bounds what one sign-in may ask to be hashed.
PASSWORD_CHARS = 256
DEVICE_NAME_CHARS = 64
ID_CHARS = 36
CLIENT_ID_CHARS = 64
CLIENT_ID_CHARS_MIN = 8
TOKEN_CHARS = 128
QUERY_CHARS = 64
SINCE_CHARS = 128

GROUP_MEMBERS = 1_024
MENTIONS = 64
MEMBERS_PER_CALL = 256
MARKS_PER_CALL = 256
WATCHED_USERS = 200
USERS_PER_CALL = 200
HISTORY_PAGE = 200
HISTORY_PAGE_DEFAULT = 50
# What a browser calls a push subscription's endpoint; the longest known have some 800 characters.
ENDPOINT_CHARS = 1_024
# Of a message's text in an alert.
ALERT_CHARS = 240
# A push message as it goes out, encrypted: push services take 4,096 (RFC 8030), less in places.
ALERT_BYTES = 3_000
# The longest name that common file systems take.
FILE_NAME_CHARS = 255
MEDIA_TYPE_CHARS = 127
PLACEHOLDER_CHARS = 64
WAVEFORM_CHARS = 88
GALLERY_PAGE = 100
GALLERY_PAGE_DEFAULT = 50
# How long after it was sent a message can be deleted for everyone.
DELETE_SECONDS = 60 * 3600
INVITE_USES = 1_024
INVITE_SECONDS = 30 * 24 * 3600
# Largest integer that JavaScript holds exactly (RFC 8259 section 6).
SAFE_INTEGER = 2**53 - 1
