-- name: campaigns -- campaigns that this engine has to do with
select c.id, c.name, c.mode, c.state, c.settings, c.priority, c.queue_id, c.partner_id, c.starts_at, c.ends_at,
    c.started_at, c.version, coalesce((select jsonb_agg(jsonb_build_array(l.list_id, l.priority)
        order by l.priority desc, l.list_id) from campaign_lists l where l.campaign_id = c.id), '[]') as lists
from campaigns c
where not c.template and (c.state in ('scheduled', 'running', 'paused') or c.id = any($1::uuid[]))

-- name: move_due -- states that the clock changes
update campaigns c set version = version + 1, updated_at = now(),
    state = case when c.ends_at <= now() then 'finished' else 'running' end,
    started_at = case when c.ends_at <= now() then c.started_at else coalesce(c.started_at, now()) end,
    finished_at = case when c.ends_at <= now() then now() end,
    state_why = case when c.ends_at <= now() then 'its end has come' else 'its start has come' end
where not c.template and ((c.state = 'scheduled' and c.starts_at <= now())
    or (c.state in ('scheduled', 'running', 'paused') and c.ends_at <= now()))
returning c.id

-- name: finish_exhausted -- a campaign whose leads are all done
update campaigns c set version = version + 1, updated_at = now(), state = 'finished', finished_at = now(),
    state_why = 'all leads are done'
where c.id = $1 and c.state = 'running' and c.ends_at is null
    and exists (select from campaign_leads l where l.campaign_id = c.id)
    and not exists (select from campaign_leads l where l.campaign_id = c.id and l.state <> 'done')
    and not exists (select from dial_attempts a where a.campaign_id = c.id and a.ended_at is null)
    and not exists (select from campaign_lists cl join leads d on d.list_id = cl.list_id and d.enabled
        where cl.campaign_id = c.id
            and not exists (select from campaign_leads l where l.campaign_id = c.id and l.lead_id = d.id))
returning c.id

-- name: owed -- people who were abandoned not long ago
select a.address, max(a.ended_at + make_interval(hours =>
    coalesce((c.settings->'abandonment'->>'live_hours')::int, 72))) as until
from dial_attempts a join campaigns c on c.id = a.campaign_id
where a.abandoned and a.ended_at > now() - interval '30 days'
group by a.address
having max(a.ended_at + make_interval(hours =>
    coalesce((c.settings->'abandonment'->>'live_hours')::int, 72))) > now()

-- name: live_nodes
select count(*) from engine_nodes where heartbeat_at > now() - interval '20 seconds'

-- name: dispositions -- what may be said of a call
select id, campaign_id, code, title, title_en, meaning, retry_s from dispositions where enabled order by place, code

-- name: portrait -- what is known of a client
select external_id, name, language, data, portrait from leads where id = $1

-- name: learnt -- what the pacing of a node knows
select campaign_id, state from pacing_states where node_id = $1

-- name: keep_learnt -- what the pacing of a node knows now
insert into pacing_states (campaign_id, node_id, state, at)
select c.id, $1, l.state, now() from unnest($2::uuid[], $3::jsonb[]) as l(id, state) join campaigns c on c.id = l.id
on conflict (campaign_id, node_id) do update set state = excluded.state, at = excluded.at
