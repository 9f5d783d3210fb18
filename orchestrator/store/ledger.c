#include "store/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mono.h"
#include "store/internal.h"

/* Before the first row: SHA-256 has no such value that anybody knows an input for. */
static const char genesis[HASH_HEX_SIZE] =
	"0000000000000000000000000000000000000000000000000000000000000000";

struct link {
	int64_t seq;
	const char *time, *kind, *subject, *note, *content, *previous, *hash;
};

static void hash_link(const struct link *link, char out[HASH_HEX_SIZE])
{
	char seq[24];
	snprintf(seq, sizeof seq, "%lld", (long long)link->seq);
	struct hash_stream *stream = hash_stream_new();
	hash_stream_add_text(stream, link->previous);
	hash_stream_add_text(stream, seq);
	hash_stream_add_text(stream, link->time);
	hash_stream_add_text(stream, link->kind);
	hash_stream_add_text(stream, link->subject);
	hash_stream_add_text(stream, link->content);
	hash_stream_end(stream, out);
}

/* ---- writing ---- */

static int read_head(struct store *store, int64_t *seq, char hash[HASH_HEX_SIZE], struct err *err)
{
	sqlite3_stmt *statement = query_open(store, err,
		"SELECT seq, hash FROM ledger WHERE machine = ? ORDER BY seq DESC LIMIT 1",
		QUERY_ROW(query_text(store->machine)));
	if (!statement)
		return -1;
	int more = query_next(store, statement, err);
	*seq = more > 0 ? sqlite3_column_int64(statement, 0) : 0;
	snprintf(hash, HASH_HEX_SIZE, "%s",
		more > 0 ? (const char *)sqlite3_column_text(statement, 1) : genesis);
	query_close(statement);
	return more < 0 ? -1 : 0;
}

int ledger_append(struct store *store, const struct ledger_entry *entry, struct err *err)
{
	int64_t seq;
	char previous[HASH_HEX_SIZE], hash[HASH_HEX_SIZE], now[MONO_ISO_SIZE];
	if (read_head(store, &seq, previous, err))
		return -1;
	store_now(now);
	struct link link = { .seq = seq + 1, .time = now, .kind = entry->kind, .subject = entry->subject,
		.note = entry->note, .content = entry->content, .previous = previous, .hash = hash };
	hash_link(&link, hash);
	return query_run(store, err,
		"INSERT INTO ledger (machine, seq, time, kind, subject, note, content, previous, hash) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		QUERY_ROW(query_text(store->machine), query_integer(link.seq), query_text(link.time),
			query_text(link.kind), query_text(link.subject), query_text(link.note),
			query_text(link.content), query_text(link.previous), query_text(link.hash)));
}

/* ---- verifying ---- */

static int fail_row(struct store *store, const struct link *link, struct err *err, const char *why)
{
	return err_set(err, ERR_INVALID, "row %lld of the ledger in %s (%s %s) does not hold: %s",
		(long long)link->seq, store->path, link->kind, link->subject, why);
}

/* Later deleted by retention, which is a row itself: RUN covers RUN and RUN:NUMBER. */
static int was_deleted(struct store *store, const struct link *link, bool *deleted, struct err *err)
{
	int64_t rows;
	size_t length = strcspn(link->subject, ":");
	if (query_number(store, err, 0, &rows,
			"SELECT count(*) FROM ledger WHERE machine = ? AND kind = 'deleted' AND seq > ? "
			"AND subject = substr(?, 1, ?)",
			QUERY_ROW(query_text(store->machine), query_integer(link->seq),
				query_text(link->subject), query_integer((int64_t)length))))
		return -1;
	*deleted = rows > 0;
	return 0;
}

static int launch_row_of(struct store *store, const char *subject, int64_t *row, struct err *err)
{
	return query_number(store, err, -1, row,
		"SELECT row FROM launch WHERE run || ':' || number = ?1 "
		"AND run = substr(?1, 1, instr(?1, ':') - 1)", QUERY_ROW(query_text(subject)));
}

/* The content hash as the stored rows give it now. */
static int content_now(struct store *store, const struct link *link, char out[HASH_HEX_SIZE],
	struct err *err)
{
	int64_t row;
	if (strcmp(link->kind, "run") == 0)
		return content_of_run(store, link->subject, out, err);
	if (strcmp(link->kind, "build") == 0)
		return content_of_build(store, link->subject, out, err);
	if (strcmp(link->kind, "deleted") == 0) {
		hash_bytes_hex(link->note, strlen(link->note), out);
		return 0;
	}
	if (launch_row_of(store, link->subject, &row, err))
		return -1;
	return content_of_launch(store, row, out, err);
}

static int verify_content(struct store *store, const struct link *link, struct err *err)
{
	bool deleted = false;
	char content[HASH_HEX_SIZE];
	if (was_deleted(store, link, &deleted, err))
		return -1;
	if (deleted)
		return 0;
	struct err why = { .code = ERR_NONE };
	if (content_now(store, link, content, &why)) {
		if (why.code == ERR_NOT_FOUND)
			return fail_row(store, link, err, "what it vouches for is gone, and no row says deleted");
		return err_set(err, why.code, "%s", why.text);
	}
	if (strcmp(content, link->content) != 0)
		return fail_row(store, link, err, "what is stored is not what was entered");
	return 0;
}

static int verify_link(struct store *store, const struct link *link, int64_t seq,
	const char *previous, struct err *err)
{
	char hash[HASH_HEX_SIZE];
	if (link->seq != seq)
		return fail_row(store, link, err, "rows before it are missing");
	if (strcmp(link->previous, previous) != 0)
		return fail_row(store, link, err, "it does not follow the row before it");
	hash_link(link, hash);
	if (strcmp(hash, link->hash) != 0)
		return fail_row(store, link, err, "its hash is not that of its fields");
	return verify_content(store, link, err);
}

static const char *column(sqlite3_stmt *statement, int index)
{
	return (const char *)sqlite3_column_text(statement, index);
}

static int verify_chain(struct store *store, struct err *err)
{
	char previous[HASH_HEX_SIZE];
	snprintf(previous, sizeof previous, "%s", genesis);
	sqlite3_stmt *statement = query_open(store, err,
		"SELECT seq, time, kind, subject, note, content, previous, hash FROM ledger "
		"WHERE machine = ? ORDER BY seq", QUERY_ROW(query_text(store->machine)));
	if (!statement)
		return -1;
	int more;
	for (int64_t seq = 1; (more = query_next(store, statement, err)) > 0; seq++) {
		struct link link = { sqlite3_column_int64(statement, 0), column(statement, 1),
			column(statement, 2), column(statement, 3), column(statement, 4), column(statement, 5),
			column(statement, 6), column(statement, 7) };
		if (verify_link(store, &link, seq, previous, err)) {
			more = -1;
			break;
		}
		snprintf(previous, sizeof previous, "%s", link.hash);
	}
	query_close(statement);
	return more;
}

/* A finalised launch that no row of the ledger names was put in by another hand. */
static int verify_nothing_unlisted(struct store *store, struct err *err)
{
	sqlite3_stmt *statement = query_open(store, err,
		"SELECT l.run || ':' || l.number FROM launch l JOIN run r ON r.id = l.run "
		"WHERE r.machine = ?1 AND l.outcome <> 'running' AND NOT EXISTS (SELECT 1 FROM ledger g "
		"WHERE g.machine = ?1 AND g.subject = l.run || ':' || l.number) LIMIT 1",
		QUERY_ROW(query_text(store->machine)));
	if (!statement)
		return -1;
	int more = query_next(store, statement, err);
	if (more > 0)
		err_set(err, ERR_INVALID, "launch %s in %s is in no row of the ledger",
			column(statement, 0), store->path);
	query_close(statement);
	return more == 0 ? 0 : -1;
}

static int check_integrity(struct store *store, struct err *err)
{
	sqlite3_stmt *statement = query_open(store, err, "PRAGMA integrity_check(1)", QUERY_NONE);
	if (!statement)
		return -1;
	int more = query_next(store, statement, err);
	bool whole = more > 0 && strcmp(column(statement, 0), "ok") == 0;
	if (more > 0 && !whole)
		err_set(err, ERR_INVALID, "%s is damaged: %s", store->path, column(statement, 0));
	query_close(statement);
	return whole ? 0 : -1;
}

int store_ledger_verify(struct store *store, struct err *err)
{
	return check_integrity(store, err) || verify_chain(store, err)
		|| verify_nothing_unlisted(store, err) ? -1 : 0;
}
