-- name: operators -- users who may work: with an extension in use, neither they nor their partner blocked
select u.id as user_id, u.name, u.login, u.extension, 'PJSIP/' || u.extension as endpoint, e.kind, u.language,
    u.partner_id,
    array(select m.group_id from employee_group_members m where m.user_id = u.id) as groups,
    (select coalesce(jsonb_object_agg(s.skill_id, s.level), '{}') from user_skills s where s.user_id = u.id) as skills
from users u join extensions e on e.number = u.extension left join partners p on p.id = u.partner_id
where e.enabled and u.blocked_at is null and p.enabled is not false

-- name: breaks -- minutes that each kind of break in use may take
select id, max_minutes from break_reasons where enabled

-- name: presences -- what operators do, with their calls since $1
select p.user_id, p.status, p.reason_id, p.why, p.since, p.until, p.call_id, p.wanted, p.wrap_s, p.missed_in_row,
    c.last_call_at, coalesce(c.calls_today, 0) as calls_today, coalesce(c.talk_today_s, 0)::double precision as talk_today_s
from presence p left join lateral (
    select max(upper(i.during)) as last_call_at,
        count(*) filter (where lower(i.during) >= $1) as calls_today,
        sum(extract(epoch from upper(i.during) - lower(i.during))) filter (where lower(i.during) >= $1) as talk_today_s
    from presence_intervals i
    where i.user_id = p.user_id and i.status = 'on_call' and lower(i.during) >= $1 - interval '7 days'
) c on true
