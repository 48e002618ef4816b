-- name: jobs -- the latest first; {where} and {limit} are filled in
select j.id, j.batch_id, j.kind, j.subject_id, coalesce(r.call_id, m.call_id) as call_id, j.node_id, j.language, j.state,
    j.priority, j.attempts, j.progress, j.next_at, j.finished_at, j.error, j.transcript_id, j.created_at
from transcription_jobs j
    left join recordings r on j.kind = 'recording' and r.id = j.subject_id
    left join voicemail_messages m on j.kind = 'message' and m.id = j.subject_id
{where}
order by j.created_at desc, j.id desc
{limit}

-- name: order_recordings -- $1 batch, $2 language, $3 priority, $4 again; {where} is filled in
insert into transcription_jobs as j (id, batch_id, kind, subject_id, node_id, language, priority)
select gen_random_uuid(), $1, 'recording', r.id, c.node_id, $2, $3
from recordings r left join calls c on c.started_at = r.call_started_at and c.id = r.call_id
{where}
on conflict (kind, subject_id) do update set batch_id = excluded.batch_id, language = excluded.language,
    priority = excluded.priority, state = 'queued', attempts = 0, progress = 0, next_at = now(), error = null,
    finished_at = null, created_at = now()
where j.state in ('failed', 'cancelled') or ($4 and j.state = 'done')
returning id

-- name: order_messages -- the same of messages; $5 their ids
insert into transcription_jobs as j (id, batch_id, kind, subject_id, node_id, language, priority)
select gen_random_uuid(), $1, 'message', m.id, c.node_id, $2, $3
from voicemail_messages m left join calls c on c.id = m.call_id
    and c.started_at between m.created_at - interval '1 day' and m.created_at + interval '1 minute'
where m.id = any($5)
on conflict (kind, subject_id) do update set batch_id = excluded.batch_id, language = excluded.language,
    priority = excluded.priority, state = 'queued', attempts = 0, progress = 0, next_at = now(), error = null,
    finished_at = null, created_at = now()
where j.state in ('failed', 'cancelled') or ($4 and j.state = 'done')
returning id

-- name: put_batch
insert into transcription_batches (id, created_by, created_at, total) values ($1, $2, $3, $4)

-- name: batch
select b.id, b.created_at, b.created_by, b.paused, b.total,
    count(*) filter (where j.state = 'queued') as queued,
    count(*) filter (where j.state = 'running') as running,
    count(*) filter (where j.state = 'done') as done,
    count(*) filter (where j.state = 'failed') as failed,
    count(*) filter (where j.state = 'cancelled') as cancelled,
    coalesce(avg(case when j.state in ('queued', 'running') then j.progress else 1 end), 1)::double precision as progress
from transcription_batches b left join transcription_jobs j on j.batch_id = b.id
where b.id = $1
group by b.id

-- name: pause_batch
update transcription_batches set paused = $2 where id = $1 returning id

-- name: cancel_batch
update transcription_jobs set state = 'cancelled', finished_at = $2 where batch_id = $1 and state in ('queued', 'running')

-- name: cancel_job
update transcription_jobs set state = 'cancelled', finished_at = $2 where id = $1 and state in ('queued', 'running')
returning id
