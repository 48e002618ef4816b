-- name: tell -- those who read mailboxes look again which there are
select pg_notify('mailboxes', '');

-- name: afresh -- it is another box: what was read of the one before says nothing of it
update mailboxes set uid_validity = null, uid_next = null, seen_at = null, error = null where id = $1;

-- name: access
select id, version, address, host, port, security, login, secret, folder, category_id, strangers, authserv_id, uid_validity,
    uid_next
from mailboxes where id = $1;
