-- name: columns
id, list_id, source, file, options, state, total, read, added, updated, duplicates, errors, error, created_by,
    created_at, started_at, finished_at

-- name: create
insert into lead_imports (id, list_id, source, file, options, state, total, created_by)
values ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: get
select {columns} from lead_imports where id = $1

-- name: page
select {columns} from lead_imports
where ($2::uuid is null or list_id = $2) and ($3::text is null or state = $3)
    and ($4::timestamptz is null or (created_at, id) < ($4, $5))
order by created_at desc, id desc limit $1

-- name: start -- false for one that is not there to be started
update lead_imports set state = 'queued', options = $2, error = null where id = $1 and state = 'uploaded' returning id

-- name: remember
update lead_lists set mapping = mapping || $2, version = version + 1, updated_at = now() where id = $1

-- name: cancel
update lead_imports set state = 'cancelled', finished_at = now(), worker = null
where id = $1 and state in ('uploaded', 'queued', 'running') returning id

-- name: wake
select pg_notify('imports', '')

-- name: tell -- how an import goes, in the feed
select add_changes(array['campaigns'], array['import'], array[i.id::text], array[jsonb_build_object(
    'import_id', i.id, 'list_id', i.list_id, 'partner_id', l.partner_id, 'source', i.source, 'state', i.state,
    'total', i.total, 'read', i.read, 'added', i.added, 'updated', i.updated, 'duplicates', i.duplicates,
    'errors', i.errors, 'error', i.error)])
from lead_imports i join lead_lists l on l.id = i.list_id where i.id = $1

-- name: errors_page
select line, field, value, message from (
    select line, field, value, message, row_number() over (order by line, field, message, value) as place
    from lead_import_errors where import_id = $1
) e where place > $3 order by place limit $2

-- name: errors_after -- for the file of all
select line, field, value, message from lead_import_errors where import_id = $1 order by line, field, message, value

-- name: claim -- the oldest import that waits, or whose process is gone
update lead_imports set state = 'running', worker = $1, heartbeat_at = now(), started_at = coalesce(started_at, now())
where id = (
    select id from lead_imports
    where state = 'queued' or state = 'running' and heartbeat_at < now() - make_interval(secs => $2)
    order by created_at limit 1 for update skip locked
)
returning id, list_id, source, file, options, read, errors, total

-- name: place -- the list that an import goes into
select l.id, l.region, l.timezone, l.dedup, l.partner_id, l.mapping, l.source_id from lead_lists l where l.id = $1

-- name: beat
update lead_imports set heartbeat_at = now() where id = $1 and worker = $2 and state = 'running' returning id

-- name: advance -- within the merge's transaction; no row: the import is not ours any more, or goes on elsewhere
update lead_imports set read = read + $4::integer, added = added + $5::integer, updated = updated + $6::integer, duplicates = duplicates + $7::integer,
    errors = errors + $8::integer, heartbeat_at = now(), total = greatest(total, read + $4::integer)
where id = $1 and worker = $2 and state = 'running' and read = $3 returning id

-- name: fetched
update lead_imports set file = $3, total = $4, options = $5, heartbeat_at = now()
where id = $1 and worker = $2 and state = 'running' returning id

-- name: finish
update lead_imports set state = $3::text, error = $4, finished_at = now(), worker = null,
    total = case when $3::text = 'done' then read else total end
where id = $1 and worker = $2 and state = 'running' returning id

-- name: give_back -- the process goes: another one takes it up at once
update lead_imports set state = 'queued', worker = null where id = $1 and worker = $2 and state = 'running'

-- name: error_rows
select count(*) from lead_import_errors where import_id = $1

-- name: due -- lists whose source is to be read again, each once
update lead_lists set refresh_next_at = null
where id = (
    select id from lead_lists
    where enabled and source_id is not null and refresh is not null and refresh_next_at <= $1
    order by refresh_next_at limit 1 for update skip locked
)
returning id, source_id, refresh, timezone

-- name: plan
update lead_lists set refresh_next_at = $2 where id = $1

-- name: refreshed
update lead_lists set refreshed_at = case when $2::text is null then now() else refreshed_at end, refresh_error = $2::text
where id = $1

-- name: open_of_list -- is a refresh of the list on its way already
select id from lead_imports where list_id = $1 and source in ('http', 'sql') and state in ('queued', 'running') limit 1

-- name: old -- files that nobody wants any more
select id, file from lead_imports where file <> '' and (state in ('done', 'cancelled')
    or state in ('uploaded', 'failed') and created_at < now() - make_interval(days => $1)) limit 1000

-- name: forget_file
update lead_imports set file = '', state = case when state = 'uploaded' then 'cancelled' else state end where id = $1

-- name: forget_errors
delete from lead_import_errors e using lead_imports i
where i.id = e.import_id and i.finished_at < now() - make_interval(days => $1)
