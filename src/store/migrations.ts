/** Marks a database file as ours: "whcl". */
export const APPLICATION_ID = 0x7768636c;

/**
 * The schema's history. Append only: a database holds as its user_version how many of these it has been through.
 * Large columns stand last, so that lists never read them. Indexes end in the row's number, by which lists are ordered;
 * they leave out what is so common that a list meets it soon anyway.
 */
export const migrations: readonly { readonly name: string; readonly sql: string }[] = [
  {
    name: 'captures, their answers, their text, attempts',
    sql: `
      create table captures (
        seq integer primary key autoincrement,
        id text not null unique,
        received_at integer not null,
        method text not null,
        path text not null,
        remote_address text,
        provider text,
        event_type text,
        event_id text,
        dedupe_key text,
        duplicate_of text,
        verdict_ok integer,
        verdict_reason text,
        body_size integer not null,
        verdict text,
        headers text not null,
        body blob not null
      ) strict;
      create index captures_received_at on captures (received_at);
      create index captures_provider on captures (provider);
      create index captures_event_type on captures (event_type);
      create index captures_dedupe_key on captures (dedupe_key) where dedupe_key is not null;
      create index captures_failed on captures (seq) where verdict_ok = 0;
      create index captures_unverified on captures (seq) where verdict_ok is null;
      create index captures_rare_method on captures (method) where method <> 'POST';

      create table capture_responses (
        capture_seq integer primary key references captures (seq) on delete cascade,
        status integer,
        duration_ms real not null
      ) strict;
      create index capture_responses_refused on capture_responses (status / 100) where status / 100 <> 2;

      create virtual table captures_text using fts5 (
        headers, body, content = '', contentless_delete = 1, tokenize = 'unicode61'
      );
      create table captures_text_progress (last_seq integer not null) strict;
      insert into captures_text_progress values (0);

      create table attempts (
        seq integer primary key autoincrement,
        id text not null unique,
        capture_id text references captures (id) on delete cascade,
        number integer not null,
        "trigger" text not null,
        provider text,
        event_type text,
        message_id text,
        scheduled_at integer not null,
        started_at integer not null,
        duration_ms real not null,
        ok integer not null,
        method text not null,
        url text not null,
        request_headers text not null,
        request_body_size integer not null,
        status integer,
        response_headers text,
        error_code text,
        error_message text,
        response_truncated integer not null default 0,
        response_body blob
      ) strict;
      create index attempts_capture_id on attempts (capture_id) where capture_id is not null;
    `,
  },
];
