-- name: add
insert into sign_on_tokens (hash, user_id, created_at, expires_at) values ($1, $2, $3, $4);

-- name: use -- whose token it was
update sign_on_tokens set used_at = $2 where hash = $1 and used_at is null and expires_at > $2 returning user_id;

-- name: forget
delete from sign_on_tokens where expires_at < $1;
