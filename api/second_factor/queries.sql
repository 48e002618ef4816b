-- name: begin -- a secret that does not count before it was confirmed
update users set totp_secret = $2, totp_confirmed_at = null, totp_step = null
where id = $1 and totp_confirmed_at is null
returning id;

-- name: confirm
update users set totp_confirmed_at = $2, totp_step = $3, version = version + 1
where id = $1 and totp_confirmed_at is null and totp_secret is not null
returning id;

-- name: drop
update users set totp_secret = null, totp_confirmed_at = null, totp_step = null, version = version + 1 where id = $1;

-- name: drop_codes
delete from recovery_codes where user_id = $1;

-- name: add_codes
insert into recovery_codes (user_id, hash) select $1, unnest($2::bytea[]);

-- name: codes_left
select count(*) from recovery_codes where user_id = $1 and used_at is null;

-- name: end_other_sessions
update sessions set revoked_at = $3, revoked_why = 'second factor changed'
where user_id = $1 and id <> $2 and revoked_at is null;
