-- name: bounds -- the oldest change that is kept and the newest that ever was
select coalesce(min(id), newest + 1) as oldest, newest
from (select coalesce(pg_sequence_last_value(pg_get_serial_sequence('changes', 'id')::regclass), 0) as newest) s
left join changes on true
group by newest;

-- name: changes_after -- in the order of their commits
select id, at, topic, kind, key, data
from changes
where id > $1 and ($2::bigint is null or id <= $2)
order by id
limit $3;

-- name: forget_changes
delete from changes where at < now() - make_interval(hours => $1);

-- name: own_calls -- calls in progress that the user takes part in
select call_id::text from live_calls
where state -> 'legs' @> jsonb_build_array(jsonb_build_object('user_id', $1::uuid)) or state ->> 'operator_id' = $1::text;
