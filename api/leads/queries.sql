-- name: partners_of -- lists with whose they are
select id, partner_id from lead_lists where id = any($1::uuid[])

-- name: columns -- of a lead l
l.id, l.list_id, l.external_id, l.name, l.language, l.timezone, l.data, l.portrait, l.portrait_at, l.import_id, l.enabled,
    l.created_at, l.updated_at,
    coalesce((select json_agg(json_build_object('position', c.position, 'channel', c.channel, 'address', c.address,
        'role', c.role, 'timezone', c.timezone, 'enabled', c.enabled) order by c.position)
        from lead_contacts c where c.lead_id = l.id), '[]'::json) as contacts

-- name: get
select {columns} from leads l where l.id = $1

-- name: held
select {columns} from leads l where l.id = $1 for update

-- name: page -- {where} and {limit} are filled in
select {columns} from leads l {where} order by l.id {limit}

-- name: standings
select s.campaign_id, c.name as campaign, s.state, s.attempts, s.last_outcome, s.last_at,
    case when isfinite(s.next_at) then s.next_at end as next_at, s.result
from campaign_leads s join campaigns c on c.id = s.campaign_id where s.lead_id = $1 order by c.name limit 100

-- name: change_fields
update leads set external_id = $2, name = $3, language = $4, timezone = $5, data = $6, enabled = $7, updated_at = now()
where id = $1

-- name: drop_contacts
delete from lead_contacts where lead_id = $1

-- name: put_contact
insert into lead_contacts (lead_id, position, list_id, channel, address, role, timezone, enabled)
values ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: delete
delete from leads where id = $1 returning id

-- name: delete_chosen -- {where} is filled in; a page of them
delete from leads where id in (select l.id from leads l {where} {limit})

-- name: count_chosen
select count(*) from (select from leads l {where} {limit}) found

-- name: chosen -- a page of them, by id
select l.id, l.external_id, l.name, l.language, l.timezone, l.data, l.enabled,
    coalesce((select json_agg(json_build_array(c.channel, c.address, c.role, c.timezone, c.enabled) order by c.position)
        from lead_contacts c where c.lead_id = l.id), '[]'::json) as ways
from leads l {where} order by l.id {limit}

-- name: contacts -- of the directory, that the user $1 of partner $2 sees: chosen by id or group
select c.id, c.name, c.company, c.position, c.email,
    coalesce((select json_agg(p.number order by p.place) from contact_phones p where p.contact_id = c.id), '[]') as phones
from contacts c
where coalesce(c.partner_id, '00000000-0000-0000-0000-000000000000') = coalesce($2, '00000000-0000-0000-0000-000000000000'::uuid)
    and (c.owner_id = $1 or c.owner_id is null) and (c.id = any($3::uuid[]) or c.group_id = any($4::uuid[]))
order by c.id limit $5
