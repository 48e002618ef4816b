-- name: after_closing -- $1 ticket, $2 now, $3.. ids; one ask for each survey that fits and did not ask this person lately
insert into survey_asks (id, survey_id, account_id, person_account_id, ticket_id, outlet_id, line, email, ask_at, until)
select gen_random_uuid(), s.id, t.account_id, t.author_account_id, t.id, t.outlet_id, coalesce(t.solved_line, t.line),
    coalesce(nullif(a.email, ''), t.author_email), $2::timestamptz + make_interval(mins => s.delay_minutes),
    $2::timestamptz + make_interval(mins => s.delay_minutes, days => s.answer_days)
from tickets t left join client_accounts a on a.id = t.author_account_id
    join surveys s on s.enabled and s.trigger = 'closed' and (s.category_id is null or s.category_id = t.category_id)
where t.id = $1 and t.merged_into_id is null
    and (a.state = 'active' and s.by_portal or s.by_mail and coalesce(nullif(a.email, ''), t.author_email) <> '')
    and not exists (
        select from survey_asks e
        where (e.person_account_id = t.author_account_id
                or t.author_account_id is null and e.email = t.author_email and e.email <> '')
            and e.survey_id = s.id and e.ask_at > $2::timestamptz - make_interval(days => s.rest_days))
on conflict do nothing;

-- name: drop_unasked -- the request lives again: what was not asked yet is not asked
delete from survey_asks where ticket_id = $1 and sent_at is null and answered_at is null;

-- name: begin_schedules -- a survey that is new to the schedule asks for the first time now
update surveys set next_at = $1 where enabled and trigger = 'schedule' and next_at is null;

-- name: due_schedule -- the next whose time has come; held
select id, next_at, every_days from surveys
where enabled and trigger = 'schedule' and next_at <= $1 order by next_at limit 1 for update skip locked;

-- name: ask_all -- $1 survey, $2 now, $3 the name of this round
insert into survey_asks (id, survey_id, account_id, person_account_id, email, period, ask_at, until)
select gen_random_uuid(), s.id, coalesce(a.parent_id, a.id), a.id, a.email, $3, $2, $2::timestamptz + make_interval(days => s.answer_days)
from surveys s join client_accounts a on a.state = 'active' and a.user_id is not null and (s.by_portal or a.email <> '')
where s.id = $1 and not exists (
    select from survey_asks e where e.person_account_id = a.id and e.survey_id = s.id
        and e.ask_at > $2::timestamptz - make_interval(days => s.rest_days))
on conflict do nothing;

-- name: scheduled
update surveys set next_at = $2 where id = $1;

-- name: due_ask -- the next that goes out; held
select q.id, q.email, q.until, s.by_mail, s.question, s.question_en, t.number, t.subject,
    coalesce(a.language, t.language, 'ru') as language, coalesce(a.contact, a.name, t.author_name, '') as name
from survey_asks q join surveys s on s.id = q.survey_id
    left join tickets t on t.id = q.ticket_id left join client_accounts a on a.id = q.person_account_id
where q.sent_at is null and q.answered_at is null and q.ask_at <= $1
order by q.ask_at limit 1 for update of q skip locked;

-- name: asked
update survey_asks set sent_at = $2, hash = $3 where id = $1;

-- name: next_due -- when there will be something to do
select least(
    (select min(ask_at) from survey_asks where sent_at is null and answered_at is null),
    (select min(coalesce(next_at, '-infinity')) from surveys where enabled and trigger = 'schedule'));

-- name: of_person -- open questions of the reader, behind its wall
select q.id, s.question, s.question_en, s.ask_comment, s.best, q.ticket_id, t.number as ticket_number,
    t.subject as ticket_subject, q.until
from survey_asks q join surveys s on s.id = q.survey_id and s.by_portal left join tickets t on t.id = q.ticket_id
where q.person_account_id = $1 and q.answered_at is null and q.ask_at <= $2 and q.until > $2
order by q.ask_at desc, q.id limit 50;

-- name: by_hash
select q.id, s.question, s.question_en, s.ask_comment, s.best, q.ticket_id, t.number as ticket_number,
    t.subject as ticket_subject, q.until
from survey_asks q join surveys s on s.id = q.survey_id left join tickets t on t.id = q.ticket_id
where q.hash = $1 and q.answered_at is null and q.until > $2;

-- name: held -- one that may be answered
select q.id, q.ticket_id, q.person_account_id, s.best
from survey_asks q join surveys s on s.id = q.survey_id
where q.id = $1 and q.answered_at is null and q.until > $2 for update of q;

-- name: answer
update survey_asks set answered_at = $2, score = $3, comment = $4 where id = $1;

-- name: answers -- newest first
select q.id, q.survey_id, s.name as survey, q.account_id, a.name as account, q.outlet_id, o.name as outlet, q.ticket_id,
    t.number as ticket_number, q.line, q.score, s.best, q.comment, q.answered_at
from survey_asks q join surveys s on s.id = q.survey_id left join client_accounts a on a.id = q.account_id
    left join outlets o on o.id = q.outlet_id left join tickets t on t.id = q.ticket_id
where q.answered_at is not null and ($2::timestamptz is null or (q.answered_at, q.id) < ($2, $3::uuid))
    and ($4::uuid is null or q.survey_id = $4) and ($5::uuid is null or q.account_id = $5)
    and ($6::uuid is null or q.outlet_id = $6) and ($7::smallint is null or q.line = $7)
order by q.answered_at desc, q.id desc
limit $1;

-- name: results -- $1 from, $2 to, $3 time zone; {key} and {name} are filled in
select {key} as key, {name} as name, date_trunc('month', q.ask_at at time zone $3)::date as month, count(*) as asked,
    count(q.score) as answered, avg((q.score - 1)::float8 / (s.best - 1)) as mean
from survey_asks q join surveys s on s.id = q.survey_id left join client_accounts a on a.id = q.account_id
    left join outlets o on o.id = q.outlet_id left join support_lines l on l.line = q.line
where q.sent_at is not null and q.ask_at >= $1 and q.ask_at < $2 and ($4::uuid is null or q.survey_id = $4)
    and ($5::uuid is null or q.account_id = $5) and {key} is not null
group by 1, 2, 3
order by 3, 2, 1;
