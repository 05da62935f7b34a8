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
  {
    name: 'endpoints, events, deliveries',
    sql: `
      create table endpoints (
        seq integer primary key autoincrement,
        id text not null unique,
        provider text not null,
        status text not null,
        failures integer not null default 0,
        successes integer not null default 0,
        revision integer not null default 1,
        deleted_at integer,
        settings text not null,
        secret any
      ) strict;
      create index endpoints_provider on endpoints (provider) where deleted_at is null;
      create table endpoint_changes (
        provider text primary key,
        number integer not null
      ) strict, without rowid;
      create trigger endpoints_added after insert on endpoints begin
        insert into endpoint_changes values (new.provider, random() & 0x1fffffffffffff)
          on conflict do update set number = excluded.number;
      end;
      create trigger endpoints_changed after update of status, settings, secret, deleted_at on endpoints begin
        update endpoint_changes set number = random() & 0x1fffffffffffff where provider = new.provider;
      end;

      create table events (
        seq integer primary key autoincrement,
        id text not null,
        provider text not null,
        event_type text,
        is_own_id integer not null,
        created_at integer not null
      ) strict;
      create index events_id on events (id);
      create table messages (
        seq integer primary key autoincrement,
        event_seq integer not null references events (seq) on delete cascade,
        body blob not null
      ) strict;
      create index messages_event on messages (event_seq);
      create table remembered_values (
        provider text not null,
        filter text not null,
        key text not null,
        value text not null,
        primary key (provider, filter, key)
      ) strict, without rowid;

      create table deliveries (
        seq integer primary key autoincrement,
        id text not null unique,
        event_seq integer not null references events (seq) on delete cascade,
        message_seq integer not null references messages (seq) on delete cascade,
        endpoint_seq integer not null references endpoints (seq) on delete cascade,
        status text not null,
        "trigger" text not null,
        created_at integer not null,
        due_at integer,
        resume_at integer,
        finished_at integer,
        step integer not null default 0,
        attempts integer not null default 0,
        interruptions integer not null default 0,
        failures integer not null default 0,
        failures_at_success integer not null default 0,
        owner integer,
        claim integer not null default 0,
        batch text,
        reason text
      ) strict;
      create index deliveries_due on deliveries (endpoint_seq, due_at) where status = 'pending';
      create index deliveries_batch_due on deliveries (batch, endpoint_seq, due_at)
        where status = 'pending' and batch is not null;
      create index deliveries_batch on deliveries (batch) where batch is not null;
      create index deliveries_sending on deliveries (owner) where status = 'sending';
      create index deliveries_ended on deliveries (status) where status in ('failed', 'discarded', 'canceled');
      create index deliveries_endpoint on deliveries (endpoint_seq);
      create index deliveries_event on deliveries (event_seq);
      create index deliveries_message on deliveries (message_seq);
      create index deliveries_created_at on deliveries (created_at);

      create table engines (
        seq integer primary key autoincrement,
        clock text not null,
        host text not null,
        pid integer not null,
        process_started integer not null,
        beats integer not null default 0
      ) strict;

      create table retry_runs (
        seq integer primary key autoincrement,
        id text not null unique,
        selection text not null,
        begun_at integer not null,
        filter text not null,
        next_seq integer not null default 0,
        done integer not null default 0
      ) strict;

      alter table attempts add column delivery_seq integer references deliveries (seq) on delete cascade;
      create index attempts_delivery on attempts (delivery_seq) where delivery_seq is not null;
    `,
  },
  {
    name: 'what apps answered; what filters look at, apart from what is large',
    sql: `
      create table capture_answers (
        capture_seq integer primary key references captures (seq) on delete cascade,
        headers text not null,
        truncated integer not null,
        body blob not null
      ) strict;
      create index captures_in_order on captures (
        seq, received_at, method, path, provider, event_type, verdict_ok, verdict_reason
      );
    `,
  },
  {
    name: 'deliveries by facet, and spans of their times',
    sql: `
      create table delivery_facets (
        seq integer primary key,
        endpoint_seq integer not null references endpoints (seq) on delete cascade,
        event_type text
      ) strict;
      create index delivery_facets_endpoint on delivery_facets (endpoint_seq, event_type);
      insert into delivery_facets (endpoint_seq, event_type)
        select distinct d.endpoint_seq, v.event_type from deliveries d join events v on v.seq = d.event_seq;
      alter table deliveries add column facet integer references delivery_facets (seq);
      drop index deliveries_endpoint;
      drop index deliveries_ended;
      drop index deliveries_created_at;
      update deliveries set facet = (
        select f.seq from delivery_facets f where f.endpoint_seq = deliveries.endpoint_seq
          and f.event_type is (select v.event_type from events v where v.seq = deliveries.event_seq));
      create index deliveries_facet on deliveries (facet, status);

      create table delivery_spans (
        number integer primary key,
        earliest integer not null,
        latest integer not null
      ) strict;
      insert into delivery_spans
        select seq / 1024, min(created_at), max(created_at) from deliveries group by seq / 1024;
    `,
  },
  {
    name: 'large bodies in pieces',
    sql: `
      create table capture_chunks (
        capture_seq integer not null references captures (seq) on delete cascade,
        number integer not null,
        bytes blob not null,
        primary key (capture_seq, number)
      ) strict;
    `,
  },
  {
    name: 'captures by facet, spans of their times, their paths',
    sql: `
      create table capture_facets (
        seq integer primary key,
        method text not null,
        provider text,
        event_type text,
        verdict_ok integer,
        verdict_reason text
      ) strict;
      create index capture_facets_values on capture_facets (event_type, provider, method, verdict_reason, verdict_ok);
      create table capture_list (
        seq integer primary key references captures (seq) on delete cascade,
        facet integer not null,
        received_at integer not null
      ) strict;
      create table capture_spans (
        number integer primary key,
        earliest integer not null,
        latest integer not null
      ) strict;

      insert into capture_facets (method, provider, event_type, verdict_ok, verdict_reason)
        select distinct method, provider, event_type, verdict_ok, verdict_reason from captures;
      insert into capture_list
        select c.seq, f.seq, c.received_at from captures c join capture_facets f
          on f.event_type is c.event_type and f.provider is c.provider and f.method = c.method
            and f.verdict_reason is c.verdict_reason and f.verdict_ok is c.verdict_ok;
      create index capture_list_facet on capture_list (facet);
      insert into capture_spans
        select seq / 1024, min(received_at), max(received_at) from capture_list
          where seq / 1024 < (select max(seq) / 1024 from capture_list) group by seq / 1024;

      drop index captures_received_at;
      drop index captures_provider;
      drop index captures_event_type;
      drop index captures_failed;
      drop index captures_unverified;
      drop index captures_rare_method;
      drop index captures_in_order;
      create index captures_path on captures (path);
      create index capture_responses_status on capture_responses (status) where status / 100 <> 2;

      drop table captures_text;
      create virtual table captures_text using fts5 (
        headers, body, facet, content = '', contentless_delete = 1, tokenize = 'unicode61'
      );
      update captures_text_progress set last_seq = 0;
    `,
  },
  {
    name: 'text of captures that were deleted',
    sql: `
      insert into captures_text (captures_text, rank) values ('deletemerge', 0), ('automerge', 16);
      alter table captures_text_progress add column forgotten integer not null default 0;
    `,
  },
  {
    name: 'endpoints that fail for long, or are disabled for a while; why attempts failed',
    sql: `
      alter table endpoints add column failing_since integer;
      alter table endpoints add column paused_until integer;
      alter table endpoints add column pauses integer not null default 0;
      create index endpoints_paused on endpoints (paused_until) where paused_until is not null;
      alter table deliveries add column last_failure text;
    `,
  },
];
