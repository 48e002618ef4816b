-- name: stems -- of words, in their order, each with what the same word in other forms may have been cut to: терминалы is
-- cut to терминал, терминал (taken for a verb) to термина. Words that stand everywhere have none.
select w.word, s.stem, case when w.word ~ '^[а-я]+$' then array(
    select distinct (ts_lexize('pg_catalog.russian_stem', form))[1]
    from unnest(array[rtrim(w.word, 'аеиоуыэюяьй'), s.stem]) base, unnest(array[base, base || 'ы', base || 'ь']) form
    where length(base) > 3) else '{}' end as forms
from unnest($1::text[]) with ordinality w (word, place), lateral unnest(tsvector_to_array(text_stems(w.word))) s (stem)
order by w.place

-- name: near -- $1 pieces of a word, $2 its stem
select term, starts_with(term, $2) as goes_on from near_terms($1, $2) term

-- name: alone -- one process at a time notes stems
select pg_try_advisory_xact_lock(7250014)

-- name: note_terms -- {words} is filled in: from which tickets
with {words}, fresh as (
    select distinct ltrim(s.stem, '~') as term from taken, lateral unnest(tsvector_to_array(taken.words)) s (stem)
), noted as (
    insert into ticket_terms (term) select f.term from fresh f
    where f.term ~ '^[[:alpha:]]{3,}$' and not exists (select from ticket_terms t where t.term = f.term)
    on conflict do nothing
)
select count(*) from taken

-- name: next_words -- of the next $1 tickets in the order in which they were indexed; the latest may come out of it
marked as (select at, number from ticket_terms_noted), taken as (
    select w.at, w.number, w.words from ticket_words w
    where (w.at, w.number) > (select m.at, m.number from marked m) and w.at < now() - interval '1 minute'
    order by w.at, w.number limit $1
), moved as (
    update ticket_terms_noted set (at, number) = (select t.at, t.number from taken t order by 1 desc, 2 desc limit 1)
    where exists (select from taken)
)

-- name: latest_words -- of the $1 tickets that were indexed last
taken as (select words from ticket_words order by at desc, number desc limit $1)

-- name: latest
select max(at) from ticket_words

-- name: left_terms -- the next $1 stems that went from some ticket
delete from ticket_terms_left where ctid in (select ctid from ticket_terms_left limit $1) returning term

-- name: forget_terms -- those of $1 that stand nowhere any more
delete from ticket_terms t where t.term = any($1::text[])
    and not exists (select from ticket_words w where w.words @@ quote_literal(t.term)::tsquery)
