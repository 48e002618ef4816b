-- name: figures -- how these webhooks are
select w.id, coalesce(h.failures, 0) as failures, h.down_until, h.failed_at, h.error,
    (select max(d.delivered_at) from (select delivered_at from webhook_deliveries d where d.webhook_id = w.id
        and d.state = 'delivered' order by d.id desc limit 50) d) as delivered_at,
    (select count(*) from webhook_deliveries d where d.webhook_id = w.id and d.state in ('waiting', 'sending'))
        as waiting,
    (select count(*) from webhook_deliveries d where d.webhook_id = w.id and d.state = 'dead') as dead
from webhooks w left join webhook_health h on h.webhook_id = w.id
where w.id = any ($1);

-- name: end -- one webhook as deliveries need it
select w.id, w.url, w.secret, case when w.secret_before_until > $2 then w.secret_before end as secret_before,
    coalesce(h.failures, 0) as failures
from webhooks w left join webhook_health h on h.webhook_id = w.id
where w.id = $1;

-- name: rotate
update webhooks set secret_before = secret, secret_before_until = $3, secret = $2, version = version + 1,
    updated_at = now()
where id = $1
returning version;

-- name: afresh -- what was told of the other end is forgotten, and what waits goes now
with gone as (delete from webhook_health where webhook_id = $1)
update webhook_deliveries set next_at = created_at where webhook_id = $1 and state = 'waiting';

-- name: deliveries -- newest first
select id, webhook_id, event_id, event, key, state, attempts, created_at,
    case when state in ('waiting', 'sending') then next_at end as next_at, delivered_at, status, error, body
from webhook_deliveries
where webhook_id = $1 and ($3::bigint is null or id < $3) and ($4::text is null or state = $4)
    and ($5::text is null or event = $5) and ($6::text is null or key = $6) and ($7::text is null or event_id = $7)
order by id desc
limit $2;

-- name: resend_one -- tries and age count anew
update webhook_deliveries set state = 'waiting', attempts = 0, refusals = 0, next_at = $2, resent_at = $2,
    delivered_at = null
where id = $1 and state in ('dead', 'delivered')
returning webhook_id;

-- name: state_of
select state from webhook_deliveries where id = $1;

-- name: resend_dead
update webhook_deliveries set state = 'waiting', attempts = 0, refusals = 0, next_at = $2, resent_at = $2
where webhook_id = $1 and state = 'dead';

-- name: wake
select pg_notify('webhooks', '');

-- name: ends -- webhooks that are up (or may be asked again) and have something due
select w.id, w.url, w.secret, case when w.secret_before_until > $1 then w.secret_before end as secret_before,
    coalesce(h.failures, 0) as failures
from webhooks w left join webhook_health h on h.webhook_id = w.id
where w.enabled and (h.down_until is null or h.down_until <= $1)
    and exists (select from webhook_deliveries d
        where d.webhook_id = w.id and d.state = 'waiting' and d.next_at <= $1);

-- name: probe -- whose other end is down: one process asks, once, until $3
update webhook_health set down_until = $3 where webhook_id = $1 and (down_until is null or down_until <= $2)
returning webhook_id;

-- name: take -- the first of each key that are due, so that the events of a key go one after another; the first of a
-- key is looked up by the index for each row, however many wait
update webhook_deliveries set state = 'sending', attempts = attempts + 1, claimed_at = $2
where id in (
    select d.id from webhook_deliveries d
        cross join lateral (select p.id from webhook_deliveries p where p.webhook_id = d.webhook_id and p.key = d.key
            and p.state in ('waiting', 'sending') order by p.id limit 1) first
    where d.webhook_id = $1 and d.state = 'waiting' and d.next_at <= $2 and first.id = d.id
    order by d.next_at, d.id
    limit $3
    for update of d skip locked
)
returning id, event_id, event, key, body, attempts, refusals, created_at, coalesce(resent_at, created_at) as since;

-- name: delivered
update webhook_deliveries set state = 'delivered', delivered_at = $3, status = $4, error = null
where id = $1 and state = 'sending' and attempts = $2;

-- name: failed -- $3 when it is tried again, null: it is dead
update webhook_deliveries set state = case when $3::timestamptz is null then 'dead' else 'waiting' end,
    next_at = coalesce($3, next_at), status = $4, error = $5, refusals = $6
where id = $1 and state = 'sending' and attempts = $2;

-- name: back -- the other end answers again: what it missed need not wait
with up as (
    update webhook_health set failures = 0, down_until = null, delivered_at = $2
    where webhook_id = $1 and failures > 0
    returning webhook_id
)
update webhook_deliveries d set next_at = d.created_at from up
where d.webhook_id = up.webhook_id and d.state = 'waiting' and d.refusals = 0 and d.attempts > 0;

-- name: away -- one more failure in a row; gives how many
insert into webhook_health as h (webhook_id, failures, failed_at, error) values ($1, 1, $2, $3)
on conflict (webhook_id) do update set failures = h.failures + 1, failed_at = $2, error = $3
returning failures;

-- name: down -- nothing is sent before $2
update webhook_health set down_until = $2 where webhook_id = $1 and failures > 0;

-- name: recover -- taken by a process that is gone
update webhook_deliveries set state = 'waiting', next_at = created_at, error = 'the process that sent it ended'
where state = 'sending' and claimed_at < $1;

-- name: next_due -- when there will be something to do: now is $1, a try may last $2 seconds
select least(
    (select min(n.next_at) from webhooks w cross join lateral (select d.next_at from webhook_deliveries d
        where d.webhook_id = w.id and d.state = 'waiting' and d.next_at > $1 order by d.next_at limit 1) n
        where w.enabled),
    (select min(h.down_until) from webhook_health h join webhooks w on w.id = h.webhook_id and w.enabled
        where h.down_until > $1),
    (select min(claimed_at) + make_interval(secs => $2) from webhook_deliveries where state = 'sending'));

-- name: forget
delete from webhook_deliveries where state in ('delivered', 'dead') and coalesce(delivered_at, resent_at, created_at) < $1;
