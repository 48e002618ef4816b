-- name: lock_configuration -- one change of configuration at a time
select pg_advisory_xact_lock(7250010);

-- name: tell
select add_changes(array[$4::text], array[$1::text], array[$2::text], array[$3::jsonb]);

-- name: users -- who refers to a thing: $1 its key as text, $2 the path that finds it in documents, $4 itself
select 'numbers' as resource, id, number as name from numbers
where jsonb_path_exists(destination, $2::jsonpath, $3) or trunk_id::text = $1 or fallback_extension = $1
union all
select 'extensions', id, number from extensions
where id <> $4 and (jsonb_path_exists(forwards, $2::jsonpath, $3) or voicemail_box_id::text = $1)
union all
select 'groups', id, name from ring_groups
where id <> $4 and (jsonb_path_exists(no_answer, $2::jsonpath, $3) or $1 = any (members))
union all
select 'schedules', id, name from schedules
where id <> $4 and (jsonb_path_exists(open, $2::jsonpath, $3) or jsonb_path_exists(closed, $2::jsonpath, $3)
    or jsonb_path_exists(exceptions, $2::jsonpath, $3))
union all
select 'menus', id, name from menus
where id <> $4 and jsonb_path_exists(definition, $2::jsonpath, $3)
union all
select 'speed-dials', id, code from speed_dials
where jsonb_path_exists(destination, $2::jsonpath, $3)
union all
select 'blacklist', id, pattern from blacklist
where jsonb_path_exists(action, $2::jsonpath, $3)
union all
select 'queues', id, name from queues
where id <> $4 and (jsonb_path_exists(jsonb_build_array(full_to, timeout_to, empty_to, exit_to), $2::jsonpath, $3)
    or $1 in (welcome_prompt_id::text, music_prompt_id::text, callback_prompt_id::text, callback_schedule_id::text)
    or $1 = any (message_prompt_ids::text[]))
union all
select 'outbound-rules', id, name from outbound_rules
where schedule_id::text = $1 or $1 = any (extensions) or $1 = any (users::text[]) or $1 = any (groups::text[])
union all
select 'caller-id-rules', id, name from caller_id_rules
where $1 = any (extensions) or $1 = any (users::text[]) or $1 = any (groups::text[])
union all
select 'speech-rules', id, name from speech_rules
where queue_id::text = $1
union all
select 'callbacks', id, number from callback_requests
where queue_id::text = $1 and done_at is null
union all
select 'campaigns', id, name from campaigns
where queue_id::text = $1 or jsonb_path_exists(settings, $2::jsonpath, $3)
union all
select 'webhooks', id, name from webhooks
where $1 = any (campaign_ids::text[])
union all
select 'sla-plans', id, name from sla_plans
where calendar_id::text = $1
union all
select 'voicemail-boxes', id, name from voicemail_boxes
where greeting_prompt_id::text = $1
union all
select 'voicemail-messages', id, caller from voicemail_messages
where box_id = case when $1 ~ '^[0-9a-f-]{36}$' then $1::uuid end
union all
(select 'working-time', user_id, status from presence_intervals
where reason_id = case when $1 ~ '^[0-9a-f-]{36}$' then $1::uuid end limit 1)
limit 20;

-- name: phone -- an extension with its password
select number, name, codecs, password from extensions where id = $1;

-- name: menu_steps -- which of these steps there are, each as menu/step
select id || '/' || step as key
from menus, jsonb_object_keys(definition -> 'steps') step
where id || '/' || step = any ($1);
