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
    (select count(*) from queue_people p where p.queue_id = c.queue_id) as operators
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

-- name: leads -- how the clients of campaigns stand
select campaign_id, state, result, count(*) as leads, count(*) filter (where state = 'waiting' and next_at <= $2) as due
from campaign_leads where campaign_id = any ($1) group by campaign_id, state, result;

-- name: unseeded -- clients of a campaign's lists, for one that has not begun
select count(*) from campaign_lists cl join lead_lists s on s.id = cl.list_id and s.enabled
    join leads l on l.list_id = cl.list_id and l.enabled where cl.campaign_id = $1;

-- name: rates -- sums of attempts since a moment
select a.campaign_id, count(a.dialed_at) as dialed, count(a.answered_at) as answered,
    count(*) filter (where {person}) as humans,
    count(*) filter (where {person} and a.outcome = 'talked') as connected,
    count(*) filter (where {person} and a.abandoned) as abandoned
from dial_attempts a
where a.campaign_id = any ($1) and a.claimed_at >= $2 and a.ended_at is not null
group by a.campaign_id;

-- name: lines -- attempts in progress by stage, as far as they are written down
select case
        when connected_at is not null then 'talking'
        when detected_at is not null then case when mode = 'robocall' then 'menu' else 'waiting' end
        when answered_at is not null then case when mode = 'robocall' then 'menu' else 'answered' end
        when ringing_at is not null then 'ringing'
        when dialed_at is not null then 'dialing'
        else 'claimed'
    end as stage, count(*) as lines
from dial_attempts
where campaign_id = $1 and ended_at is null and claimed_at > $2
group by 1;

-- name: pace -- clients done since $2, and the first attempt of that time
select count(distinct a.lead_id) filter (where x.state = 'done') as done, min(a.claimed_at) as since
from dial_attempts a
    left join campaign_leads x on x.campaign_id = a.campaign_id and x.lead_id = a.lead_id and x.attempt_id = a.id
where a.campaign_id = $1 and a.claimed_at >= $2 and a.ended_at is not null;

-- name: agents -- statuses of a queue's operators
select coalesce(p.status, 'offline') as status, count(*) as agents
from queue_people q left join presence p on p.user_id = q.user_id
where q.queue_id = $1 group by 1;

-- name: samples -- of a campaign from $2 to before $3, at most one a node and $5 seconds, oldest first
select * from (
    select distinct on (node_id, floor(extract(epoch from at) / $5)) campaign_id, node_id, at, mode, agents, ready,
        talking, wrapping, lines, wanted, occupancy, abandon_rate, answer_rate, explanation
    from pacing_samples
    where campaign_id = $1 and at >= $2 and at < $3
    order by node_id, floor(extract(epoch from at) / $5), at desc) s
order by at, node_id
limit $4;

-- name: exists_campaign
select queue_id, mode, state from campaigns where id = $1;

-- name: forget_samples -- of long ago
delete from pacing_samples p using campaigns c where p.campaign_id = c.id and p.at < $1;
