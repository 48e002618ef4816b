-- Transfer. $1 the company's account, $2 a person of it: what was the one's is the other's from now on.

-- name: nobody
update client_accounts set user_id = null where id in ($1, $2)

-- name: become -- $2.. the person of an account
update client_accounts set contact = $2, email = $3, phone = $4, language = $5, user_id = $6, version = version + 1,
    updated_at = now()
where id = $1

-- name: become_person
update client_accounts set name = $2, email = $3, phone = $4, language = $5, user_id = $6, version = version + 1,
    updated_at = now()
where id = $1

-- name: swap_authors
update tickets set author_account_id = case author_account_id when $1 then $2 else $1 end, version = version + 1
where account_id = $1 and author_account_id in ($1, $2)

-- name: swap_words
update ticket_messages m set account_id = case m.account_id when $1 then $2::uuid else $1 end
from tickets t where t.account_id = $1 and m.ticket_id = t.id and m.account_id in ($1, $2)

-- name: swap_events
update ticket_events e set account_id = case e.account_id when $1 then $2::uuid else $1 end
from tickets t where t.account_id = $1 and e.ticket_id = t.id and e.account_id in ($1, $2)

-- name: swap_orders
update analysis_mails set account_id = case account_id when $1 then $2 else $1 end where account_id in ($1, $2)

-- name: swap_addresses -- $3 $4: their own e-mail addresses; a company's other ones stay its own
update client_addresses set account_id = case account_id when $1 then $2::uuid else $1 end
where kind = 'email' and (account_id = $1 and address = $3 or account_id = $2 and address = $4)

-- name: take_watchers
delete from ticket_watchers where account_id in ($1, $2) returning id, ticket_id, account_id

-- name: put_watchers
insert into ticket_watchers (id, ticket_id, account_id) select * from unnest($1::uuid[], $2::uuid[], $3::uuid[])

-- name: drop_asks -- what was asked and not answered is not asked of the other
delete from survey_asks where person_account_id in ($1, $2) and answered_at is null

-- name: all_outlets
select id from outlets where account_id = $1 order by id

-- Export. Read with the eyes of who asks; $2: the person whose own it is, null for a company.

-- name: account
select id, parent_id, is_parent, name, contact, email, phone, tax_id, timezone, language, state, registered_at, created_at
from client_accounts where id = $1

-- name: people
select id, name, email, phone, language, state, created_at,
    array(select g.outlet_id from outlet_grants g where g.account_id = a.id order by 1) as outlets
from client_accounts a where parent_id = $1 and state <> 'closed' order by id

-- name: outlets
select o.id, o.name, o.address, o.phone, o.enabled, o.created_at from outlets o
where o.account_id = $1
    and ($2::uuid is null or exists (select from outlet_grants g where g.account_id = $2 and g.outlet_id = o.id))
order by o.id

-- name: tickets -- $3 the last number seen, $4 how many
select t.id, t.number, t.outlet_id, t.author_account_id, t.author_name, t.author_email, t.author_phone, t.channel,
    t.subject, t.description, t.priority, t.state, t.status, t.due_at, t.overdue_at, t.first_response_at, t.solved_at,
    t.closed_at, t.created_at,
    coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'at', m.at,
            'author', case m.author when 'link' then 'staff' else m.author end, 'author_name', m.author_name,
            'body', m.body) order by m.at, m.id)
        from ticket_messages m where m.ticket_id = t.id and m.public), '[]') as messages,
    coalesce((select jsonb_agg(jsonb_build_object('id', f.id, 'message_id', f.message_id, 'name', f.name,
            'size_bytes', f.size_bytes, 'created_at', f.created_at, 'path', f.path) order by f.created_at, f.id)
        from ticket_files f where f.ticket_id = t.id and f.public and f.verdict <> 'infected'), '[]') as files
from tickets t
where t.account_id = $1 and ($2::uuid is null or t.author_account_id = $2) and t.number > $3
order by t.number
limit $4

-- name: hold_account -- who begins an export of the same account waits until this one is noted
select from client_accounts where id = $1 for no key update

-- name: begin_export -- no row: $3 run already, those whose process is gone (alive before $4 seconds) left out
insert into client_exports (id, account_id)
select $2, $1
where (select count(*) from client_exports where account_id = $1 and alive_at > now() - make_interval(secs => $4)) < $3
returning id

-- name: drop_exports -- those of an account whose process is gone
delete from client_exports where account_id = $1 and alive_at <= now() - make_interval(secs => $2)

-- name: alive_export
insert into client_exports (id, account_id) values ($2, $1) on conflict (id) do update set alive_at = now()

-- name: end_export
delete from client_exports where id = $1
