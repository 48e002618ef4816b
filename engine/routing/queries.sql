-- name: numbers -- every DID
select id, number, name, language, destination, record, max_calls, fallback_extension, enabled
from numbers;

-- name: extensions -- every internal number, without its password
select id, number, name, ring_s, caller_id, voicemail_box_id, forwards, enabled
from extensions;

-- name: groups -- every ring group
select id, name, strategy, members, ring_s, no_answer
from ring_groups;

-- name: schedules -- every schedule
select id, name, timezone, weekly, exceptions, open, closed
from schedules;

-- name: menus -- every voice menu
select id, name, definition
from menus;

-- name: prompts -- every prompt
select id, name, language, file
from prompts;

-- name: boxes -- every voicemail box
select id, name, greeting_prompt_id, max_message_s, max_messages
from voicemail_boxes;

-- name: trunks -- every trunk
select id, name, caller_id, max_channels, enabled
from trunks;

-- name: speed_dials -- every speed dial
select id, code, name, destination
from speed_dials;

-- name: blacklist -- every blocked caller, oldest first
select id, pattern, kind, reason, until, action
from blacklist
order by id;
