-- name: lists -- of these campaigns
select campaign_id, list_id, priority from campaign_lists where campaign_id = any ($1)
order by campaign_id, priority desc, list_id;

-- name: put_lists -- those given, and no others; rows that stay as they are are left alone
with given as (
    select * from jsonb_to_recordset($2::jsonb) as r(list_id uuid, priority smallint)
), gone as (
    delete from campaign_lists c where c.campaign_id = $1 and c.list_id not in (select list_id from given)
)
insert into campaign_lists as c (campaign_id, list_id, priority)
select $1, list_id, priority from given
on conflict (campaign_id, list_id) do update set priority = excluded.priority where c.priority <> excluded.priority;

-- name: standing -- of a campaign before a change
select state, template, mode, partner_id from campaigns where id = $1;

-- name: strangers -- lists ($2), queue ($3) and numbers ($4) that are not for campaigns of partner $1
select 'lists' as field, id::text as key from lead_lists where id = any ($2) and partner_id is distinct from $1
union all
select 'queue_id', id::text from queues where id = $3 and partner_id is not null and partner_id is distinct from $1
union all
select 'settings.caller_ids', number from numbers
where number = any ($4) and partner_id is not null and partner_id is distinct from $1;

-- name: readiness -- what a start is judged by
select
    (select count(*) from campaign_lists cl join lead_lists l on l.id = cl.list_id and l.enabled
        where cl.campaign_id = c.id) as lists,
    exists (select from campaign_lists cl join lead_lists l on l.id = cl.list_id and l.enabled
        join leads d on d.list_id = cl.list_id and d.enabled where cl.campaign_id = c.id) as leads,
    c.state <> 'finished' or exists (select from campaign_lists cl join lead_lists l on l.id = cl.list_id and l.enabled
        join leads d on d.list_id = cl.list_id and d.enabled
        left join campaign_leads x on x.campaign_id = c.id and x.lead_id = d.id
        where cl.campaign_id = c.id and x.state is distinct from 'done') as left,
    coalesce(q.enabled, false) as queue_enabled,
    (select count(*) from queue_people p join users u on u.id = p.user_id and u.blocked_at is null
        where p.queue_id = c.queue_id) as operators
from campaigns c left join queues q on q.id = c.queue_id
where c.id = $1;

-- name: move -- $2 the state, $3 why; times of start and end follow
update campaigns set state = $2, state_why = $3, version = version + 1, updated_at = now(),
    started_at = case when $2 = 'running' then coalesce(started_at, $4) else started_at end,
    finished_at = case when $2 = 'finished' then $4 when $2 in ('running', 'scheduled') then null else finished_at end,
    starts_at = case when $5 then $6 else starts_at end, ends_at = case when $5 then $7 else ends_at end
where id = $1;

-- name: clone_dispositions
insert into dispositions (id, campaign_id, code, title, title_en, meaning, retry_s, place, enabled)
select gen_random_uuid(), $2, code, title, title_en, meaning, retry_s, place, enabled from dispositions
where campaign_id = $1;

-- name: dialled_since -- whether the campaign dialled anybody since $2
select exists (select from dial_attempts where campaign_id = $1 and claimed_at >= $2);
