-- name: seen
select id from tickets where id = $1

-- name: held
select id from tickets where id = $1 for update

-- name: watchers
select w.id, w.user_id, w.account_id, w.email, coalesce(u.name, a.name) as name, w.created_at
from ticket_watchers w left join users u on u.id = w.user_id left join client_accounts a on a.id = w.account_id
where w.ticket_id = $1 order by w.created_at, w.id

-- name: add_watcher -- once each, $7 at most; $6 now
insert into ticket_watchers (id, ticket_id, user_id, account_id, email, created_at)
select $1, $2, $3, $4, $5, $6 where (select count(*) from ticket_watchers where ticket_id = $2) < $7
on conflict do nothing returning id

-- name: watches
select exists (select from ticket_watchers where ticket_id = $1 and user_id is not distinct from $2::uuid
    and account_id is not distinct from $3::uuid and email is not distinct from $4)

-- name: may_watch -- whether an account sees a ticket, as the walls of clients have it
select exists (select from tickets t where t.id = $1 and (t.account_id = $2
    or t.outlet_id is null and t.author_account_id = $2
    or exists (select from outlet_grants g where g.account_id = $2 and g.outlet_id = t.outlet_id)))

-- name: works_here
select exists (select from users u join roles r on r.name = u.role
    where u.id = $1 and u.blocked_at is null and u.partner_id is null and r.rights && array['*', 'tickets.read'])

-- name: drop_watcher
delete from ticket_watchers where ticket_id = $1 and id = $2 returning id

-- name: checks
select id, place, text, done_at, done_by from ticket_checks where ticket_id = $1 order by place, id

-- name: add_check -- $4 at most
insert into ticket_checks (id, ticket_id, place, text)
select $1, $2, coalesce(max(place) + 1, 0), $3 from ticket_checks where ticket_id = $2 having count(*) < $4
on conflict (id) do nothing returning id

-- name: check
select id, place, text, done_at, done_by from ticket_checks where ticket_id = $1 and id = $2

-- name: put_check
update ticket_checks set text = $3, done_at = $4, done_by = $5, place = $6 where ticket_id = $1 and id = $2

-- name: make_room -- for a step that moves to $2
update ticket_checks set place = place + 1 where ticket_id = $1 and place >= $2

-- name: drop_check
delete from ticket_checks where ticket_id = $1 and id = $2 returning id

-- name: work
select w.id, w.user_id, u.name as user_name, w.line, w.seconds, w.note, w.at
from ticket_work w left join users u on u.id = w.user_id where w.ticket_id = $1 order by w.at, w.id

-- name: add_work
insert into ticket_work (id, ticket_id, user_id, line, seconds, note, at) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (id) do nothing returning id

-- name: one_work
select w.id, w.user_id, u.name as user_name, w.line, w.seconds, w.note, w.at
from ticket_work w left join users u on u.id = w.user_id where w.ticket_id = $1 and w.id = $2

-- name: viewers -- $2 now
select v.user_id, u.name, v.writing, v.until from ticket_viewers v join users u on u.id = v.user_id
where v.ticket_id = $1 and v.until > $2 order by u.name, v.user_id

-- name: viewed -- $3 writing, $4 until, $5 now; whether others see something new
with before as (select writing from ticket_viewers where ticket_id = $1 and user_id = $2 and until > $5), put as (
    insert into ticket_viewers (ticket_id, user_id, writing, until) values ($1, $2, $3, $4)
    on conflict (ticket_id, user_id) do update set writing = excluded.writing, until = excluded.until
)
select not exists (select from before where writing = $3)

-- name: left
delete from ticket_viewers where ticket_id = $1 and user_id = $2 returning user_id

-- name: tell_viewing -- $1 ticket, $2 user, $3 writing, $4 whether it is there
select add_changes(array['tickets'], array['viewing'], array[$1::text], array[jsonb_build_object(
    'ticket_id', $1::text, 'user_id', $2::uuid, 'name', (select name from users where id = $2::uuid),
    'writing', $3::boolean, 'here', $4::boolean)])

-- name: clean -- $1 now
delete from ticket_viewers where until < $1
