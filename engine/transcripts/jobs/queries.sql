-- name: enqueue_recordings -- $1 node, $2 how far back, $3 shortest, $4 also calls that have a live text
insert into transcription_jobs (id, kind, subject_id, node_id)
select gen_random_uuid(), 'recording', r.id, $1
from recordings r join calls c on c.started_at = r.call_started_at and c.id = r.call_id
where r.state = 'done' and r.started_at > $2 and r.duration_s >= $3 and c.node_id = $1
    and not exists (select from transcription_jobs j where j.kind = 'recording' and j.subject_id = r.id)
    and ($4 or not exists (
        select from transcripts t where t.call_id = r.call_id and t.source = 'live'
            and (t.state = 'open' or exists (select from transcript_segments s where s.transcript_id = t.id))))
on conflict (kind, subject_id) do nothing

-- name: enqueue_messages -- as above
insert into transcription_jobs (id, kind, subject_id, node_id, priority)
select gen_random_uuid(), 'message', m.id, $1, 5
from voicemail_messages m
    join calls c on c.id = m.call_id and c.started_at between m.created_at - interval '1 day' and m.created_at + interval '1 minute'
where m.created_at > $2 and m.duration_s >= $3 and c.node_id = $1
    and not exists (select from transcription_jobs j where j.kind = 'message' and j.subject_id = m.id)
on conflict (kind, subject_id) do nothing

-- name: release_left -- what an earlier process of this node was doing; being killed is no try
update transcription_jobs set state = 'queued', next_at = $2, claimed_at = null, attempts = greatest(attempts - 1, 0)
where node_id = $1 and state = 'running' and claimed_at < $2

-- name: claim -- $1 node, $2 now, $3 claims older than this are taken again
update transcription_jobs set state = 'running', node_id = $1, claimed_at = $2, attempts = attempts + 1, progress = 0,
    error = null, finished_at = null
where id = (
    select j.id from transcription_jobs j
    where j.state in ('queued', 'running') and (j.node_id = $1 or j.node_id is null)
        and (j.state = 'queued' and j.next_at <= $2 or j.state = 'running' and j.claimed_at < $3)
        and not exists (select from transcription_batches b where b.id = j.batch_id and b.paused)
    order by j.priority desc, j.next_at, j.id
    for update skip locked
    limit 1)
returning id, kind, subject_id, attempts, claimed_at, batch_id, language

-- name: next_due -- when there may be work again
select min(case when state = 'queued' then next_at else claimed_at + $2::interval end)
from transcription_jobs j where state in ('queued', 'running') and (node_id = $1 or node_id is null)
    and not exists (select from transcription_batches b where b.id = j.batch_id and b.paused)

-- name: recording -- what a job is about
select r.file, r.channels, r.duration_s, r.started_at, r.call_id, r.call_started_at, c.language as call_language,
    coalesce(n.languages, '{}') as languages, c.operator_id, c.queue_id, c.partner_id,
    exists (select from transcripts t join transcript_segments s on s.transcript_id = t.id
        where t.call_id = r.call_id and t.source = 'live') as live
from recordings r
    left join calls c on c.started_at = r.call_started_at and c.id = r.call_id
    left join numbers n on n.id = c.number_id
where r.id = $1 and r.state = 'done'

-- name: message -- the same of a voicemail message
select m.file, 1 as channels, m.duration_s, m.created_at - make_interval(secs => m.duration_s) as started_at, m.call_id,
    c.started_at as call_started_at, c.language as call_language, coalesce(n.languages, '{}') as languages,
    null::uuid as operator_id, c.queue_id, c.partner_id, false as live
from voicemail_messages m
    left join calls c on c.id = m.call_id and c.started_at between m.created_at - interval '1 day' and m.created_at + interval '1 minute'
    left join numbers n on n.id = c.number_id
where m.id = $1

-- name: tell_progress -- the claim is fresh again; nothing is returned when it is another's
update transcription_jobs set progress = $4, claimed_at = $3
where id = $1 and state = 'running' and claimed_at = $2
returning id

-- name: finish -- nothing is returned when the claim is another's
update transcription_jobs set state = $3, progress = case $3 when 'done' then 1 else progress end, finished_at = $4,
    transcript_id = coalesce($5, transcript_id), error = $6
where id = $1 and state = 'running' and claimed_at = $2
returning id

-- name: put_back -- to be tried again
update transcription_jobs set state = 'queued', next_at = $3, claimed_at = null, error = $4, attempts = attempts - $5
where id = $1 and state = 'running' and claimed_at = $2
returning id

-- name: forget_segments -- of an earlier text of the same job
delete from transcript_segments where transcript_id = $1

-- name: add_changes
select add_changes($1, $2, $3, $4)

-- name: to_mute -- recordings of this node's calls whose live text hides something
select r.id, r.file, r.channels, r.started_at, t.id as transcript_id, t.started_at as said_from
from recordings r
    join calls c on c.started_at = r.call_started_at and c.id = r.call_id
    join transcripts t on t.call_id = r.call_id and t.source = 'live' and t.state = 'done' and t.masked
where r.state = 'done' and r.muted_at is null and r.started_at > $2 and c.node_id = $1
order by r.started_at

-- name: hidden_segments
select side, start_s, end_s, words from transcript_segments where transcript_id = $1 and masked and text like '%' || $2 || '%'

-- name: muted
update recordings set muted_at = $2 where id = $1
