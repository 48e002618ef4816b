-- name: callbacks
select id, call_id, number, called, requested_at, done_at
from callback_requests
where ($2::timestamptz is null or (requested_at, id) < ($2, $3::uuid)) and (not $4::boolean or done_at is null)
order by requested_at desc, id desc
limit $1;

-- name: live_node -- the node that a call in progress belongs to
select node_id from live_calls where call_id = $1;

-- name: extension_enabled
select enabled from extensions where number = $1;

-- name: extension_of -- a user's own extension
select extension from users where id = $1;
