-- name: numbers -- every DID
select id, number, name, language, languages, destination, record, max_calls, fallback_extension, partner_id, enabled
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

-- name: people -- whose each extension is, with the groups of the user
select u.extension, u.id as user_id, u.id,
    array(select m.group_id from employee_group_members m where m.user_id = u.id) as groups
from users u where u.extension is not null and u.blocked_at is null;

-- name: outbound_rules -- who may call what, in order
select id, position, name, users, groups, extensions, prefixes, allow, schedule_id, max_calls, max_minutes_day, together
from outbound_rules where enabled order by position, name;

-- name: caller_id_rules -- which number is shown, in order
select id, position, name, users, groups, extensions, prefixes, caller_id
from caller_id_rules where enabled order by position, name;

-- name: blacklist -- every blocked caller, oldest first
select id, pattern, kind, reason, until, action
from blacklist
order by id;

-- name: queues -- every queue in use: members with groups taken apart, required skills
select q.id, q.name, q.partner_id, q.strategy, q.ring_s, q.retry_s, q.wrap_s, q.tier_after_s, q.relax_s, q.head_start_s,
    q.priority_s, q.vip_numbers, q.vip_priority, q.max_waiting, q.full_to, q.max_wait_s, q.timeout_to, q.when_empty,
    q.empty_to, q.exit_digit, q.exit_to, q.announce_position, q.announce_wait, q.announce_every_s, q.expected_handle_s,
    q.welcome_prompt_id, q.music_prompt_id, q.message_prompt_ids, q.message_every_s, q.callback_digit,
    q.callback_prompt_id, q.callback_mode, q.callback_attempts, q.callback_interval_s, q.callback_ring_s,
    q.callback_schedule_id, q.callback_caller_id, q.target_s, q.target_percent, q.transcribe,
    (select coalesce(jsonb_agg(jsonb_build_object('user_id', m.user_id, 'tier', m.tier, 'place', m.place)), '[]')
     from (select distinct on (e.user_id) e.user_id, e.tier, e.place
           from (select qm.user_id, qm.tier, qm.place from queue_members qm
                 where qm.queue_id = q.id and qm.user_id is not null
                 union all
                 select gm.user_id, qm.tier, qm.place from queue_members qm
                 join employee_group_members gm on gm.group_id = qm.group_id where qm.queue_id = q.id) e
           order by e.user_id, e.tier, e.place) m) as members,
    (select coalesce(jsonb_object_agg(s.skill_id, s.level), '{}') from queue_skills s where s.queue_id = q.id) as skills
from queues q where q.enabled;
