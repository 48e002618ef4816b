-- name: page -- live sessions, last used first: $1 limit, $2 and $3 the last one seen, $4 now, $5 a user
select s.id, s.user_id, u.login, s.created_at, s.last_used_at, s.expires_at, s.address, s.agent, v.name as provider
from sessions s join users u on u.id = s.user_id left join sign_in_providers v on v.id = s.provider_id
where s.revoked_at is null and s.expires_at > $4
    and ($2::timestamptz is null or (s.last_used_at, s.id) < ($2, $3::uuid))
    and ($5::uuid is null or s.user_id = $5)
    and ($6::uuid is null or u.partner_id = $6)
order by s.last_used_at desc, s.id desc
limit $1;

-- name: holder -- who a live session belongs to, with the rights of the role
select s.user_id, u.partner_id, r.rights
from sessions s join users u on u.id = s.user_id join roles r on r.name = u.role
where s.id = $1 and s.revoked_at is null;

-- name: end
update sessions set revoked_at = $2, revoked_why = $3 where id = $1 and revoked_at is null returning id;

-- name: end_own
update sessions set revoked_at = $3, revoked_why = 'ended by the user'
where id = $1 and user_id = $2 and revoked_at is null
returning id;

-- name: end_others
update sessions set revoked_at = $3, revoked_why = 'ended by the user'
where user_id = $1 and id <> $2 and revoked_at is null;
