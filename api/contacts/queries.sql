-- name: columns -- of a contact that the user $1 sees
c.id, c.name, c.company, c.position, c.email, c.note, c.group_id, c.version, c.created_at, c.updated_at,
    case when c.owner_id is not null then 'own' when c.group_id is not null then 'group' else 'company' end as scope,
    coalesce((select json_agg(json_build_object('number', p.number, 'label', p.label) order by p.place)
        from contact_phones p where p.contact_id = c.id), '[]'::json) as phones,
    exists (select from favourites f where f.user_id = $1 and f.contact_id = c.id) as favourite

-- name: seen -- by user $1 of partner $2 (null: the company itself): own, of one's groups, everybody's; as the index has it
coalesce(c.partner_id, '00000000-0000-0000-0000-000000000000') = coalesce($2, '00000000-0000-0000-0000-000000000000'::uuid)
    and (c.owner_id = $1 or c.owner_id is null and (c.group_id is null
    or c.group_id in (select group_id from employee_group_members where user_id = $1)))

-- name: page -- {columns}, {where} and {limit} are filled in
select {columns}, lower(c.name) as sorting from contacts c {where} order by lower(c.name), c.id {limit}

-- name: get
select {columns} from contacts c where c.id = $3 and {seen}

-- name: held
select {columns}, c.owner_id, c.partner_id from contacts c where c.id = $3 and {seen} for update of c

-- name: create
insert into contacts (id, owner_id, group_id, partner_id, name, company, position, email, note, created_by)
values ($3, $4, $5, $2, $6, $7, $8, $9, $10, $1)
returning version, created_at, updated_at

-- name: change
update contacts set owner_id = $2, group_id = $3, name = $4, company = $5, position = $6, email = $7, note = $8,
    version = version + 1, updated_at = now()
where id = $1

-- name: drop_phones
delete from contact_phones where contact_id = $1

-- name: add_phones
insert into contact_phones (contact_id, place, number, label)
select $1, place, number, label from unnest($2::text[], $3::text[]) with ordinality as p(number, label, place)

-- name: drop
delete from contacts where id = $1

-- name: in_group
select exists (select from employee_group_members where user_id = $1 and group_id = $2)

-- name: known -- of these pairs of name and number, those that are there in the same scope
select lower(c.name) as name, p.number
from contact_phones p join contacts c on c.id = p.contact_id
where p.number = any($1::text[]) and c.owner_id is not distinct from $2 and c.group_id is not distinct from $3
    and c.partner_id is not distinct from $4

-- name: by_phone
select {columns} from contacts c
where c.id in (select contact_id from contact_phones where number = $3) and {seen}
order by c.owner_id is null, c.group_id is null, lower(c.name)
limit 5

-- name: colleague
select id, name, extension from users
where extension = $1 and blocked_at is null and partner_id is not distinct from $2::uuid

-- name: earlier_calls -- with a number, the newest; each side has an index
select c.id, c.started_at, c.direction, c.outcome, c.talk_s, c.called, u.name as operator_name, q.name as queue_name
from (
    (select * from calls where caller = $1 and partner_id is not distinct from coalesce($2, partner_id)
        order by started_at desc limit $3)
    union all
    (select * from calls where called = $1 and partner_id is not distinct from coalesce($2, partner_id)
        order by started_at desc limit $3)
) c
left join user_names u on u.id = c.operator_id
left join queues q on q.id = c.queue_id
order by c.started_at desc
limit $3

-- name: open_missed
select count(*) from missed_calls
where number = phone_key($1) and closed_at is null and partner_id is not distinct from coalesce($2, partner_id)

-- name: favourites
select {columns}, f.place, null::uuid as user_id, null::text as user_name, null::text as extension
from favourites f join contacts c on c.id = f.contact_id
where f.user_id = $1 and {seen}
order by f.place

-- name: favourite_colleagues
select u.id, u.name, u.extension, f.place from favourites f join users u on u.id = f.colleague_id
where f.user_id = $1 and u.blocked_at is null and u.partner_id is not distinct from $2::uuid
order by f.place

-- name: favourites_count
select count(*) from favourites where user_id = $1

-- name: add_favourite
insert into favourites (user_id, contact_id, colleague_id, place)
values ($1, $2, $3, coalesce((select max(place) + 1 from favourites where user_id = $1), 0))
on conflict do nothing

-- name: drop_favourite
delete from favourites where user_id = $1 and (contact_id = $2 or colleague_id = $2) returning place

-- name: order_favourites
update favourites f set place = coalesce(n.place, 1000000 + f.place)
from favourites o left join unnest($2::uuid[]) with ordinality as n(id, place) on n.id = coalesce(o.contact_id, o.colleague_id)
where f.user_id = $1 and o.user_id = $1 and o.contact_id is not distinct from f.contact_id
    and o.colleague_id is not distinct from f.colleague_id

-- name: user_visible
select exists (select from users where id = $1 and blocked_at is null and partner_id is not distinct from $2::uuid)
