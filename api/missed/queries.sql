-- name: missed -- newest first; {where} and {limit} are filled in
select m.id, m.started_at, m.at, m.number, m.caller, m.caller_name, m.called, m.partner_id, m.queue_ids, m.user_ids,
    m.extensions, m.outcome, m.waited_s, m.taken_by, m.taken_at, m.closed_at, m.closed_by, m.closed_how,
    m.closed_call_id, u.name as taken_by_name,
    array(select q.name from queues q where q.id = any(m.queue_ids) order by q.name) as queue_names,
    (select count(*) from missed_calls o where o.number = m.number and o.closed_at is null) as times
from missed_calls m
left join user_names u on u.id = m.taken_by
{where}
order by m.at desc, m.id desc
{limit}

-- name: lock_feed -- before rows that are told in the feed: everybody takes these locks in one order
select pg_advisory_xact_lock(7250002)

-- name: number_of -- of an open missed call; {where} is filled in
select m.number, m.caller from missed_calls m {where}

-- name: take -- all open missed calls of a number, unless somebody else has them: $3 the time before which that is over
update missed_calls set taken_by = $2, taken_at = $4
where number = $1 and closed_at is null and (taken_by is null or taken_by = $2 or taken_at < $3)
returning id

-- name: release -- the call back did not begin
update missed_calls set taken_by = null, taken_at = null
where number = $1 and closed_at is null and taken_by = $2
returning id

-- name: dismiss
update missed_calls set closed_at = greatest(at, $3), closed_by = $2, closed_how = 'dismissed'
where id = $1 and closed_at is null
returning id

-- name: tell
select tell_missed($1, $2)

-- name: extension_of
select extension from users where id = $1

-- name: digest
select every_minutes from missed_digests where user_id = $1

-- name: set_digest
insert into missed_digests (user_id, every_minutes, sent_until) values ($1, $2, $3)
on conflict (user_id) do update set every_minutes = excluded.every_minutes

-- name: drop_digest
delete from missed_digests where user_id = $1

-- name: due_digests -- users whose time has come, each for one api process
select d.user_id, d.sent_until, u.email, u.language, u.role, r.rights
from missed_digests d join users u on u.id = d.user_id join roles r on r.name = u.role
where d.sent_until + make_interval(mins => d.every_minutes) <= $1 and u.blocked_at is null and u.email is not null
order by d.sent_until
limit 100
for update of d skip locked

-- name: digest_calls -- open missed calls that concern a user, newer than the last e-mail
select m.at, m.number, m.caller_name, m.called,
    array(select q.name from queues q where q.id = any(m.queue_ids) order by q.name) as queue_names
from missed_calls m
where m.closed_at is null and m.at > $2 and m.at <= $3
    and (m.user_ids @> array[$1::uuid] or m.queue_ids && array(select queue_id from queue_people where user_id = $1))
order by m.at
limit 200

-- name: sent
update missed_digests set sent_until = $2 where user_id = $1

-- name: forget -- what was closed, or has grown old
delete from missed_calls where at < $1 or closed_at < $1
