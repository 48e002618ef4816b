-- name: prompt_file
select file from prompts where id = $1;

-- name: add_prompt
insert into prompts (id, name, language, file, duration_s, size_bytes, source)
values ($1, $2, $3, $4, $5, $6, $7)
returning version;

-- name: replace_sound
update prompts set file = $2, duration_s = $3, size_bytes = $4, source = 'upload', version = version + 1,
    updated_at = now()
where id = $1
returning version;
