-- Deletion by law. $1 accounts; requests stay as facts that tell of nobody. Those of a company lose their words and files.

-- name: users -- ids, logins and addresses of those who sign in for these accounts
select u.id, u.login, lower(u.email) as email from client_accounts a join users u on u.id = a.user_id where a.id = any ($1)

-- name: accounts -- $2 when, $3 the name from now on
update client_accounts set name = $3, contact = '', email = '', phone = '', tax_id = '', note = '', state = 'closed',
    closed_at = coalesce(closed_at, $2), user_id = null, version = version + 1, updated_at = now()
where id = any ($1)

-- name: drop_users
delete from users where id = any ($1)

-- name: drop_failures
delete from sign_in_failures where key = any (select 'login:' || login from unnest($1::text[]) login)

-- name: drop_addresses
delete from client_addresses where account_id = any ($1)

-- name: drop_grants
delete from outlet_grants where account_id = any ($1)

-- name: drop_watchers
delete from ticket_watchers where account_id = any ($1)

-- name: drop_orders
delete from analysis_mails where account_id = any ($1)

-- name: authors
update tickets set author_name = '', author_email = '', author_phone = '', version = version + 1
where author_account_id = any ($1)

-- name: words -- $2 the company: its requests are looked through, not all
update ticket_messages m set author_name = '' from tickets t
where t.account_id = $2 and m.ticket_id = t.id and m.account_id = any ($1)

-- name: events
update ticket_events e set actor_name = '' from tickets t
where t.account_id = $2 and e.ticket_id = t.id and e.account_id = any ($1)

-- name: told_of -- $1 addresses, $2 the company: letters to them that came back, letters in their name
update ticket_events e set data = e.data - array['recipient', 'sender', 'reason'] from tickets t
where t.account_id = $2 and e.ticket_id = t.id and e.kind in ('bounced', 'unverified')
    and lower(coalesce(e.data ->> 'recipient', e.data ->> 'sender')) = any ($1)

-- name: asks
update survey_asks set email = '', comment = '' where person_account_id = any ($1)

-- name: letters -- $1 addresses
delete from mails where lower(recipient) = any ($1)

-- name: letters_in
update mails_received set sender = '', subject = '' where sender = any ($1)

-- What a company alone loses; $1 the company.

-- name: words_later -- what its requests are found by is written once, at the end, and not with each of their words
select set_config('paylater.words', 'later', true)

-- name: company_found -- by their numbers alone from now on
update ticket_words w set words = ticket_signs(t) || text_stems(t.number::text), at = now()
from tickets t where t.account_id = $1 and w.ticket_id = t.id

-- name: words_now
select set_config('paylater.words', '', true)

-- name: company_tickets
update tickets set subject = $2, description = '', tags = '{}', author_name = '', author_email = '', author_phone = '',
    call_id = null, call_started_at = null, version = version + 1
where account_id = $1

-- name: company_words
update ticket_messages m set body = '', author_name = case when m.author = 'client' then '' else m.author_name end
from tickets t where t.account_id = $1 and m.ticket_id = t.id

-- name: company_events -- texts within; what happened and when stays
update ticket_events e set data = case when e.kind = 'edited' then '{}' else e.data - array['reason', 'text', 'note', 'name', 'recipient', 'sender'] end,
    actor_name = case when e.actor = 'client' then '' else e.actor_name end
from tickets t where t.account_id = $1 and e.ticket_id = t.id

-- name: company_work
update ticket_work w set note = '' from tickets t where t.account_id = $1 and w.ticket_id = t.id

-- name: company_checks
update ticket_checks c set text = $2 from tickets t where t.account_id = $1 and c.ticket_id = t.id

-- name: company_watchers
delete from ticket_watchers w using tickets t where t.account_id = $1 and w.ticket_id = t.id and w.email is not null

-- name: company_files
delete from ticket_files f using tickets t where t.account_id = $1 and f.ticket_id = t.id returning f.path

-- name: company_letters_in
update mails_received r set sender = '', subject = '' from tickets t where t.account_id = $1 and r.ticket_id = t.id

-- name: company_links_out
delete from desk_link_outbox o using tickets t where t.account_id = $1 and o.ticket_id = t.id

-- name: company_links_in
update desk_link_inbox i set body = null from tickets t where t.account_id = $1 and i.ticket_id = t.id

-- name: company_asks
update survey_asks set email = '', comment = '' where account_id = $1

-- name: company_outlets
update outlets o set name = $2 || ' ' || n.place, address = '', phone = '', external_id = null, enabled = false,
    version = version + 1, updated_at = now()
from (select id, row_number() over (order by id) as place from outlets where account_id = $1) n
where o.id = n.id

-- name: company_registrations
update registrations set company = $2, name = '', email = '', phone = '', outlets = '', comment = '', address = '',
    reason = '', version = version + 1
where account_id = $1

-- name: company_feed
delete from changes where topic = 'tickets' and data ->> 'account_id' = $1::uuid::text

-- name: log -- what the log of changes knew of them, this change too: $1 things' ids, $2 users. That something was done stays
update audit_log set before = null, after = null, label = ''
where object in ('client_accounts', 'users', 'outlets', 'registrations', 'analysis_mails') and object_id = any ($1)
    or object in ('client_addresses', 'outlet_grants') and coalesce(before, after) ->> 'account_id' = any ($1)

-- name: log_of -- and what they did themselves
update audit_log set login = '', address = '', label = '', before = null, after = null
where user_id = any ($1) or login = any ($2)

-- name: company_log -- what was written in requests
update audit_log l set before = null, after = null, label = ''
where l.object like '%/tickets%' and (l.after ->> 'account_id' = $1::uuid::text
    or exists (select from tickets t where t.account_id = $1 and t.id::text = l.object_id))

-- name: named -- what else of theirs the log knows by an id: $1 accounts, $2 the company or null
select id from analysis_mails where account_id = any ($1)
union all select id from outlets where account_id = $2
union all select id from registrations where account_id = $2

-- name: account_emails
select email from client_accounts where id = any ($1)
