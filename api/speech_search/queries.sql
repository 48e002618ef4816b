-- name: custom_plans -- how many a word finds decides how it is looked for
set local plan_cache_mode = force_custom_plan

-- name: latest -- where to look first: the newest transcripts; {where} is filled in, {most} is how many
(select * from transcripts t
    {where}
    order by t.started_at desc, t.id desc
    limit {most})

-- name: everywhere -- every transcript that fits, by the index of words and not by time; {where} is filled in
(select * from (with fitting as materialized (select t.id from transcripts t {where}) select o.* from transcripts o join fitting using (id)) x)

-- name: found -- newest first; {from}, {where} and {limit} are filled in
select t.id, t.call_id, t.message_id, t.recording_id, t.source, t.started_at, t.duration_s, t.language, t.sentiment, t.masked,
    t.operator_id, u.name as operator_name, t.queue_id, q.name as queue_name, c.direction, c.caller, c.caller_name, c.called
from (
    select * from {from} t
    {where}
    order by t.started_at desc, t.id desc
    {limit}
) t
left join calls c on c.started_at = t.call_started_at and c.id = t.call_id
left join user_names u on u.id = t.operator_id
left join queues q on q.id = t.queue_id
order by t.started_at desc, t.id desc

-- name: hits -- $1 transcripts, $2 side, $3 so many of each; {query} is filled in
select h.transcript_id, h.hit_count, h.seq, h.side, h.start_s, h.end_s, h.text, h.words,
    ts_headline('speech', translate(h.text, 'ёЁ', 'еЕ'), {query},
        'HighlightAll=true, StartSel=⟦, StopSel=⟧') as headline
from (
    select s.*, count(*) over (partition by s.transcript_id) as hit_count,
        row_number() over (partition by s.transcript_id order by s.seq) as place
    from transcript_segments s
    where s.transcript_id = any($1) and ($2::text is null or s.side = $2) and s.search @@ ({query})
) h
where h.place <= $3
order by h.transcript_id, h.seq
