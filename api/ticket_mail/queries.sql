-- name: boxes -- mailboxes to read
select id, version from mailboxes where enabled order by id;

-- name: box
select id, version, address, host, port, security, login, secret, folder, category_id, strangers, authserv_id, uid_validity,
    uid_next
from mailboxes where id = $1 and enabled;

-- name: seen_at
select seen_at from mailboxes where id = $1;

-- name: try_lock -- one process reads a mailbox
select pg_try_advisory_lock(hashtextextended($1::uuid::text, 7250031));

-- name: start -- what lay in the box before it is not read
update mailboxes set uid_validity = $2, uid_next = $3, seen_at = $4, error = null where id = $1;

-- name: seen
update mailboxes set seen_at = $2, error = null where id = $1;

-- name: failed
update mailboxes set error = $2 where id = $1;

-- name: own_addresses -- that letters of ours come from
select address from mailboxes;

-- name: hold_letter -- the same letter in two mailboxes is taken once
select pg_advisory_xact_lock(hashtextextended($1, 7250032));

-- name: has_place
select exists (select from mails_received where mailbox_id = $1 and uid_validity = $2 and uid = $3);

-- name: came_before
select exists (select from mails_received where letter_id = $1 and verdict <> 'unreadable');

-- name: is_ours -- a letter of a thread that did not come in
select exists (select from ticket_letters where letter_id = $1);

-- name: sender_counts -- since $2
select count(*) as letters, count(*) filter (where verdict = 'refused' and reason = 'wrong token') as forged
from mails_received where sender = $1 and received_at > $2 and unverified = $3;

-- name: by_number
select id, mail_token from tickets where number = $1;

-- name: of_letters -- the ticket of the nearest of these letters
select l.ticket_id from unnest($1::text[]) with ordinality as a (letter_id, place)
join ticket_letters l using (letter_id)
order by a.place
limit 1;

-- name: has_bounced
select exists (select from ticket_events where ticket_id = $1 and kind = 'bounced' and data ->> 'letter_id' = $2::text);

-- name: standing -- who may speak in a ticket by letter: whom its wall lets see it, its author's and watchers' addresses
with t as (select * from tickets where id = $1),
seated as (
    select a.id, a.email from client_accounts a
    where a.state = 'active' and a.id = any (array(select author_account_id from t union select account_id from t
        union select g.account_id from outlet_grants g join t on g.outlet_id = t.outlet_id))
)
select array(select lower(author_email) from t where author_email <> ''
            and (author_account_id is null or author_account_id in (select id from seated))
        union select lower(email) from seated where email <> ''
        union select email from ticket_watchers where ticket_id = $1 and email is not null) as emails,
    array(select id from seated) as accounts;

-- name: category -- of the mailbox, where clients may name it
select id from ticket_categories where id = $1 and enabled and for_clients;

-- name: note
insert into mails_received (id, mailbox_id, uid_validity, uid, letter_id, sender, subject, unverified, verdict, reason,
    ticket_id, message_id, received_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict (mailbox_id, uid_validity, uid) do nothing
returning id;

-- name: advance
update mailboxes set uid_validity = $2, uid_next = greatest(case when uid_validity = $2 then uid_next end, $3 + 1)
where id = $1;

-- name: thread -- letters of a ticket, in or out
insert into ticket_letters (letter_id, ticket_id, at) values ($1, $2, $3) on conflict (letter_id) do nothing;

-- name: received -- newest first; {where} is filled in
select r.id, r.mailbox_id, b.name as mailbox_name, r.letter_id, r.sender, r.subject, r.unverified, r.verdict,
    r.reason, r.ticket_id, t.number as ticket_number, r.message_id, r.received_at
from mails_received r
join mailboxes b on b.id = r.mailbox_id
left join tickets t on t.id = r.ticket_id
{where}
order by r.received_at desc, r.id desc
limit $1;

-- name: forget
delete from mails_received where received_at < $1;
