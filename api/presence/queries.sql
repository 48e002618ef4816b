-- name: operators -- users with an extension by name, after ($2, $3); $4 text, $5 status, $6 group, $7 one user
select u.id as user_id, u.name, u.login, u.extension, e.kind,
    array(select m.group_id from employee_group_members m where m.user_id = u.id order by m.group_id) as groups,
    coalesce(p.status, 'offline') as status, p.reason_id, coalesce(p.why, '') as why,
    coalesce(p.since, u.created_at) as since, p.until, p.call_id, p.wanted, coalesce(p.wrap_s, 0) as wrap_s,
    coalesce(p.missed_in_row, 0) as missed_in_row, coalesce(p.reachable, false) as reachable,
    c.last_call_at, coalesce(c.calls_today, 0) as calls_today, coalesce(c.talk_today_s, 0)::double precision as talk_today_s
from users u join extensions e on e.number = u.extension left join presence p on p.user_id = u.id
left join lateral (
    select max(upper(i.during)) as last_call_at,
        count(*) filter (where lower(i.during) >= $8) as calls_today,
        sum(extract(epoch from upper(i.during) - lower(i.during))) filter (where lower(i.during) >= $8) as talk_today_s
    from presence_intervals i
    where i.user_id = u.id and i.status = 'on_call' and lower(i.during) >= $8 - interval '7 days'
) c on true
where u.blocked_at is null and e.enabled
    and ($7::uuid is null or u.id = $7)
    and ($2::text is null or (u.name, u.id) > ($2, $3))
    and ($4::text is null or u.name ilike $4 or u.login ilike $4 or u.extension ilike $4)
    and ($5::text is null or coalesce(p.status, 'offline') = $5)
    and ($6::uuid is null or exists (select 1 from employee_group_members m where m.user_id = u.id and m.group_id = $6))
order by u.name, u.id limit $1;

-- name: signed_in -- does the user have another session that lives?
select exists (select 1 from sessions where user_id = $1 and id <> $2 and revoked_at is null and expires_at > $3);

-- name: shifts -- by begin, after ($2, $3); those that overlap with $4 to $5
select s.id, s.user_id, u.name as user_name, lower(s.during) as start, upper(s.during) as end, s.note, s.version,
    s.created_at, s.updated_at
from shifts s join users u on u.id = s.user_id
where ($2::timestamptz is null or (lower(s.during), s.id) > ($2, $3))
    and s.during && tstzrange($4, $5)
    and ($6::uuid is null or s.user_id = $6)
    and ($7::uuid is null or exists (select 1 from employee_group_members m where m.user_id = u.id and m.group_id = $7))
order by lower(s.during), s.id limit $1;

-- name: shift
select s.id, s.user_id, u.name as user_name, lower(s.during) as start, upper(s.during) as end, s.note, s.version,
    s.created_at, s.updated_at
from shifts s join users u on u.id = s.user_id where s.id = $1;

-- name: shift_held -- until the transaction ends
select s.id, s.user_id, lower(s.during) as start, upper(s.during) as end, s.note, s.version
from shifts s where s.id = $1 for update;

-- name: shift_in_the_way -- the first shift of $1 that overlaps with $2 to $3, other than $4
select lower(during) as start, upper(during) as end from shifts
where user_id = $1 and during && tstzrange($2, $3) and id is distinct from $4
order by lower(during) limit 1;

-- name: user_exists
select exists (select 1 from users where id = $1);

-- name: insert_shift
insert into shifts (id, user_id, during, note) values ($1, $2, tstzrange($3, $4), $5);

-- name: update_shift
update shifts set user_id = $2, during = tstzrange($3, $4), note = $5, version = version + 1, updated_at = now()
where id = $1;

-- name: delete_shift
delete from shifts where id = $1;

-- name: worked -- seconds by day ($1: begins, $2: ends), user, status and reason, what goes on now up to $3 included
with asked as (
    select day, starts, ends from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality as d(starts, ends, day)
), people as (
    select u.id from users u where ($4::uuid is null or u.id = $4) and ($5::uuid is null
        or exists (select 1 from employee_group_members m where m.user_id = u.id and m.group_id = $5))
), running as (
    select p.user_id, p.status, p.reason_id, greatest(p.since, last.ends) as starts, $3::timestamptz as ends
    from presence p left join lateral (
        select max(upper(i.during)) as ends from presence_intervals i
        where i.user_id = p.user_id and lower(i.during) >= p.since
    ) last on true
    where p.status <> 'offline' and greatest(p.since, last.ends) < $3::timestamptz
), times as (
    select asked.day, asked.starts as day_starts, asked.ends as day_ends, i.user_id, i.status, i.reason_id,
        lower(i.during) as starts, upper(i.during) as ends, false as open
    from asked join presence_intervals i on i.during && tstzrange(asked.starts, asked.ends)
    union all
    select asked.day, asked.starts, asked.ends, r.user_id, r.status, r.reason_id, r.starts, r.ends, true
    from asked join running r on r.starts < asked.ends and r.ends > asked.starts
), sums as (
    select t.day, t.user_id, t.status, t.reason_id,
        sum(extract(epoch from least(t.ends, t.day_ends) - greatest(t.starts, t.day_starts))) as seconds,
        sum(greatest(0, extract(epoch from t.ends - t.starts) - r.max_minutes * 60))
            filter (where t.ends > t.day_starts and t.ends <= t.day_ends) as overrun,
        min(greatest(t.starts, t.day_starts)) as first_on, max(least(t.ends, t.day_ends)) as last_off,
        bool_or(t.open and t.ends <= t.day_ends) as open
    from times t left join break_reasons r on r.id = t.reason_id and t.status = 'break'
    where ($4::uuid is null and $5::uuid is null) or t.user_id in (select id from people)
    group by t.day, t.user_id, t.status, t.reason_id
)
select s.day, s.user_id, coalesce(u.name, '') as name, s.status, s.reason_id, s.seconds::double precision as seconds,
    s.overrun::double precision as overrun, s.first_on, s.last_off, s.open
from sums s left join users u on u.id = s.user_id
order by s.day, u.name, s.user_id, s.status, s.reason_id;

-- name: planned -- shifts that overlap with $1 to $2: when their operators were first and last signed on in them
with asked as (
    select s.id, s.user_id, u.name, s.during from shifts s join users u on u.id = s.user_id
    where s.during && tstzrange($1::timestamptz, $2::timestamptz) and ($4::uuid is null or s.user_id = $4)
        and ($5::uuid is null
            or exists (select 1 from employee_group_members m where m.user_id = s.user_id and m.group_id = $5))
), times as (
    select s.id, i.during from asked s join presence_intervals i on i.during && s.during and i.user_id = s.user_id
    union all
    select s.id, tstzrange(p.since, $3::timestamptz) from asked s join presence p on p.user_id = s.user_id
    where p.status <> 'offline' and p.since < $3::timestamptz and tstzrange(p.since, $3::timestamptz) && s.during
)
select s.user_id, s.name, lower(s.during) as starts, upper(s.during) as ends,
    min(greatest(lower(t.during), lower(s.during))) filter (where t.during is not null) as first_on,
    max(least(upper(t.during), upper(s.during))) filter (where t.during is not null) as last_off
from asked s left join times t on t.id = s.id
group by s.id, s.user_id, s.name, s.during order by starts;

-- name: in_shifts -- seconds signed on within shifts by day ($1, $2) and user, up to $3
with asked as (
    select day, tstzrange(starts, ends) as during
    from unnest($1::timestamptz[], $2::timestamptz[]) with ordinality as d(starts, ends, day)
), planned as (
    select asked.day, s.user_id, s.during * asked.during as during from asked join shifts s on s.during && asked.during
), running as (
    select p.user_id, tstzrange(greatest(p.since, last.ends), $3::timestamptz) as during
    from presence p left join lateral (
        select max(upper(i.during)) as ends from presence_intervals i
        where i.user_id = p.user_id and lower(i.during) >= p.since
    ) last on true
    where p.status <> 'offline' and greatest(p.since, last.ends) < $3::timestamptz
), pieces as (
    select s.day, s.user_id, s.during * i.during as during
    from planned s join presence_intervals i on i.during && s.during and i.user_id = s.user_id
    union all
    select s.day, s.user_id, s.during * r.during from planned s join running r on r.during && s.during and r.user_id = s.user_id
)
select day, user_id, sum(extract(epoch from upper(during) - lower(during)))::double precision as seconds
from pieces where not isempty(during) group by day, user_id;

-- name: reasons -- kinds of breaks, used ones too
select id, name, name_en, paid from break_reasons;
