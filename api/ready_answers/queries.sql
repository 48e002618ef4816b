-- name: answer
select text, text_en from ready_answers where id = $1

-- name: facts -- of ticket $1, for who asks ($2)
select t.language, t.number::text as number, t.subject, t.status, t.author_name as client,
    coalesce(a.name, '') as company, coalesce(o.name, '') as outlet, coalesce(u.name, '') as assignee,
    coalesce(case when t.language = 'en' then nullif(l.name_en, '') end, l.name) as line,
    coalesce(case when t.language = 'en' then nullif(c.name_en, '') end, c.name, '') as category,
    (select name from users where id = $2) as operator
from tickets t
join support_lines l on l.line = t.line
left join client_accounts a on a.id = t.account_id
left join outlets o on o.id = t.outlet_id
left join ticket_categories c on c.id = t.category_id
left join users u on u.id = t.assignee_id
where t.id = $1
