-- name: users
insert into users (id, login, name, password_hash, role)
select md5('user' || $3 || n)::uuid, 'client-' || n || $4, 'Клиент ' || n, $2, 'client'
from generate_series(0, $1::int - 1) n;

-- name: companies
insert into client_accounts (id, user_id, name, registered_at)
select md5('account' || n)::uuid, md5('user' || n)::uuid, 'ООО «Магазин ' || n || '»', now() - interval '3 years'
from generate_series(0, $1::int - 1) n;

-- name: children
insert into client_accounts (id, parent_id, user_id, name)
select md5('child' || n)::uuid, md5('account' || n)::uuid, md5('userchild' || n)::uuid, 'Продавец ' || n
from generate_series(0, $1::int - 1) n;

-- name: outlets
insert into outlets (id, account_id, name)
select md5('outlet' || n || '-' || o)::uuid, md5('account' || n)::uuid, 'Точка ' || o
from generate_series(0, $1::int - 1) n, generate_series(0, $2::int - 1) o;

-- name: grants
insert into outlet_grants (account_id, outlet_id, parent_id)
select md5('child' || n)::uuid, md5('outlet' || n || '-0')::uuid, md5('account' || n)::uuid
from generate_series(0, $1::int - 1) n;

-- name: tickets -- $1 how many, $2 companies, $3 outlets, $4 subjects, $5 texts, $6 syllables; ids grow with time
insert into tickets (id, account_id, outlet_id, author_account_id, channel, subject, description, state, line, priority,
    created_at, updated_at, first_response_at, closed_at, first_closed_at, overdue_at, due_at)
select (lpad(to_hex((extract(epoch from created) * 1000)::bigint), 12, '0') || substr(md5(n::text), 1, 20))::uuid,
    md5('account' || who)::uuid, md5('outlet' || who || '-' || (n % $3::int))::uuid, md5('account' || who)::uuid, 'portal',
    ($4::text[])[1 + n % cardinality($4::text[])] || ' ' || rare,
    ($5::text[])[1 + (n / 7) % cardinality($5::text[])] || ' ' || ($5::text[])[1 + (n / 3) % cardinality($5::text[])],
    case when done then 'closed' when n % 3 = 0 then 'new' else 'in_work' end,
    1 + (n % 10 / 8) + (n % 50 / 49), case when n % 9 = 0 then 'high' else 'normal' end, created, created,
    created + make_interval(secs => 60 + n % 9000),
    case when done then created + make_interval(hours => 1 + n % 90) end,
    case when done then created + make_interval(hours => 1 + n % 90) end,
    case when n % 20 = 0 then created end, case when not done then created + interval '2 days' end
from (
    select n, floor($2::int * power(random(), 2))::int as who, created,
        created < now() - interval '20 days' and n % 40 > 0 as done,
        ($6::text[])[1 + floor(random() * cardinality($6::text[]))::int]
            || ($6::text[])[1 + floor(random() * cardinality($6::text[]))::int]
            || ($6::text[])[1 + floor(random() * cardinality($6::text[]))::int] as rare
    from (
        select n, now() - interval '3 years' + n * (interval '3 years' / $1::int) as created
        from generate_series(1, $1::int) n
    ) spread
) made
order by created;

-- name: messages -- every other request was answered, one of four answers is a note for staff
insert into ticket_messages (id, ticket_id, at, author, public, channel, body)
select md5('said' || number)::uuid, id, first_response_at, 'staff', number % 4 > 0, 'desk',
    ($1::text[])[1 + number % cardinality($1::text[])]
from tickets where number % 2 = 0;

-- name: words -- as index_ticket (migrations/0014_desk.sql) does it for one
insert into ticket_words (ticket_id, number, words)
select t.id, t.number, ticket_signs(t) || open.words || noted.words || inner_signs(noted.words, open.words)
from tickets t left join ticket_messages m on m.ticket_id = t.id
cross join lateral (select text_stems(case when not m.public then m.body else '' end) as words) noted
cross join lateral (select text_stems(concat_ws(' ', t.number, t.subject)) || text_stems(t.description)
    || text_stems(case when m.public then m.body else '' end) as words) open
order by t.number;
