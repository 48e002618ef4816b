-- name: sizes
select list_id as id, count(*)::integer as leads from leads where list_id = any($1::uuid[]) group by list_id

-- name: plan
update lead_lists set refresh_next_at = $2, refresh_error = case when $2::timestamptz is null then null else refresh_error end
where id = $1 returning refresh_next_at, refresh_error

-- name: source_kind
select kind from lead_sources where id = $1

-- name: open_imports
select exists (select from lead_imports where list_id = $1 and state in ('queued', 'running'))

-- name: campaigns_of
select 'campaigns' as resource, c.id, c.name from campaign_lists l join campaigns c on c.id = l.campaign_id
where l.list_id = $1 order by c.name limit 20

-- name: counts
select (select count(*)::integer from leads where list_id = $1) as leads,
    (select count(*)::integer from leads where list_id = $1 and enabled) as enabled,
    (select count(*)::integer from leads l where list_id = $1 and not exists (
        select from lead_contacts c where c.lead_id = l.id and c.channel = 'phone' and c.enabled)) as without_phone,
    (select count(distinct c.lead_id)::integer from do_not_call d
        join lead_contacts c on c.address = d.address and c.list_id = $1
        join lead_lists l on l.id = c.list_id
        where (d.partner_id is null or d.partner_id = l.partner_id) and (d.until is null or d.until > now())
    ) as do_not_call,
    (select count(*)::integer from campaign_lists where list_id = $1) as campaigns,
    s.waiting, s.done
from (select count(*) filter (where s.state <> 'done')::integer as waiting,
    count(*) filter (where s.state = 'done')::integer as done
    from campaign_lists c join campaign_leads s on s.campaign_id = c.campaign_id and s.list_id = c.list_id
    where c.list_id = $1) s

-- name: list_exists
select exists (select from lead_lists where id = $1)

-- name: touch -- a page of leads whose times are to be looked at again
update leads set updated_at = now() where id in (
    select id from leads where list_id = $1 and id > $2 order by id limit $3
) returning id
