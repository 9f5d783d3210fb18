-- The results database, schema 3 (STORE_SCHEMA in store.h; store/migrate.c has the
-- way from older ones).
-- Times are ISO 8601 UTC text; measured times are ms as in METHOD §1. NaN is stored as NULL.
-- WITHOUT ROWID tables begin with their key's columns in the key's order: SQLite 3.40's integrity_check
-- reports NULLs that are not there otherwise.
-- Columns that hold JSON are named so by their content: spec, environment, transitions, report, record.

CREATE TABLE run (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	id TEXT NOT NULL UNIQUE,
	machine TEXT NOT NULL,
	probe TEXT NOT NULL,
	plan TEXT,
	plan_id TEXT,
	seed INTEGER NOT NULL,          -- the u64's bits
	threshold_ms REAL NOT NULL,
	blocks INTEGER NOT NULL,
	spec TEXT NOT NULL,
	environment TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('running', 'done', 'interrupted', 'failed')),
	started TEXT NOT NULL,
	finished TEXT,
	writer_pid INTEGER NOT NULL,    -- who began it: for the start-up sweep
	writer_ticks INTEGER NOT NULL
);

CREATE TABLE arm (
	run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	name TEXT NOT NULL,
	position INTEGER NOT NULL,
	PRIMARY KEY (run, name)
) WITHOUT ROWID;

CREATE TABLE build (
	id TEXT PRIMARY KEY NOT NULL,
	machine TEXT NOT NULL,
	failed INTEGER NOT NULL CHECK (failed IN (0, 1)),
	record TEXT NOT NULL,
	stored TEXT NOT NULL
) WITHOUT ROWID;

-- Committed before a browser is executed; completed once, in one transaction with what it left.
CREATE TABLE launch (
	row INTEGER PRIMARY KEY AUTOINCREMENT,
	run TEXT NOT NULL,
	number INTEGER NOT NULL CHECK (number >= 1),
	block INTEGER NOT NULL CHECK (block >= 1),
	attempt INTEGER NOT NULL CHECK (attempt >= 1),
	arm TEXT NOT NULL,
	build TEXT REFERENCES build (id),
	traced INTEGER NOT NULL CHECK (traced IN (0, 1)),
	outcome TEXT NOT NULL DEFAULT 'running' CHECK (outcome IN
		('running', 'valid', 'failed', 'void', 'saturated', 'abandoned')),
	reason TEXT NOT NULL DEFAULT '',
	death TEXT,
	folder TEXT,
	started TEXT NOT NULL,
	finished TEXT,
	environment TEXT,
	transitions TEXT,
	report TEXT,
	scratch TEXT NOT NULL,
	staging TEXT NOT NULL,
	writer_pid INTEGER NOT NULL,
	writer_ticks INTEGER NOT NULL,
	supervisor_pid INTEGER NOT NULL DEFAULT 0,
	browser_pid INTEGER NOT NULL DEFAULT 0,
	browser_start_ticks INTEGER NOT NULL DEFAULT 0,
	UNIQUE (run, number),
	FOREIGN KEY (run, arm) REFERENCES arm (run, name) ON DELETE CASCADE
);
CREATE INDEX launch_running ON launch (row) WHERE outcome = 'running';

-- One row per launch: due, sent, received, replied, returned, column after column, each `count`
-- little-endian f64 in ms, missing = NaN.
CREATE TABLE samples (
	launch INTEGER PRIMARY KEY REFERENCES launch (row) ON DELETE CASCADE,
	count INTEGER NOT NULL,
	cold INTEGER NOT NULL,
	sender_origin_ms REAL,
	target_origin_ms REAL,
	drain_end_ms REAL,
	columns BLOB NOT NULL,
	CHECK (cold BETWEEN 0 AND count AND length(columns) = count * 40)
);

CREATE TABLE metric (
	launch INTEGER NOT NULL REFERENCES launch (row) ON DELETE CASCADE,
	name TEXT NOT NULL,
	value REAL,
	unit TEXT NOT NULL,
	PRIMARY KEY (launch, name)
) WITHOUT ROWID;

CREATE TABLE spike (
	launch INTEGER NOT NULL REFERENCES launch (row) ON DELETE CASCADE,
	sample INTEGER NOT NULL,
	due_ms REAL,
	response_ms REAL,
	episode INTEGER NOT NULL,
	PRIMARY KEY (launch, sample)
) WITHOUT ROWID;

-- What the trace of a launch says of its spikes (docs/CAUSES.md), as it was told when the launch ended. Only traced
-- launches have a row; with a refusal, which says why nothing is told, they have no cause and no part.
CREATE TABLE explanation (
	launch INTEGER PRIMARY KEY REFERENCES launch (row) ON DELETE CASCADE,
	refusal TEXT,
	episodes INTEGER NOT NULL,
	explained INTEGER NOT NULL CHECK (explained BETWEEN 0 AND episodes), -- of these, that have a cause
	stalled_ms REAL,
	refused_ms REAL,
	main_us REAL,                   -- the trace's µs minus 1000 × the page's ms
	worker_us REAL,                 -- the same of the other party's worker
	spread_us REAL                  -- p95 of the clock marks' deviations
);

-- Stalled time by cause; spikes and episodes: those of which it is the largest part.
CREATE TABLE cause (
	launch INTEGER NOT NULL REFERENCES launch (row) ON DELETE CASCADE,
	name TEXT NOT NULL,
	spikes INTEGER NOT NULL,
	episodes INTEGER NOT NULL,
	ms REAL NOT NULL,
	PRIMARY KEY (launch, name)
) WITHOUT ROWID;

-- The parts of a spike's response, which sum to it.
CREATE TABLE part (
	launch INTEGER NOT NULL REFERENCES launch (row) ON DELETE CASCADE,
	sample INTEGER NOT NULL,
	cause TEXT NOT NULL,
	ms REAL NOT NULL,
	PRIMARY KEY (launch, sample, cause)
) WITHOUT ROWID;

CREATE TABLE artefact (
	launch INTEGER NOT NULL REFERENCES launch (row) ON DELETE CASCADE,
	path TEXT NOT NULL,
	kind TEXT NOT NULL,
	bytes INTEGER NOT NULL,
	sha256 TEXT NOT NULL,
	lossy INTEGER NOT NULL CHECK (lossy IN (0, 1)),
	PRIMARY KEY (launch, path)
) WITHOUT ROWID;

-- Claims as they were judged when the run ended, each reading by itself.
CREATE TABLE claim (
	run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
	position INTEGER NOT NULL,
	id TEXT NOT NULL,
	reading TEXT,
	verdict TEXT NOT NULL,
	value REAL,
	low REAL,
	high REAL,
	n INTEGER NOT NULL,
	why TEXT NOT NULL,
	PRIMARY KEY (run, position)
) WITHOUT ROWID;

-- One hash chain per machine: hash = SHA-256 of previous, seq, time, kind, subject and content.
CREATE TABLE ledger (
	machine TEXT NOT NULL,
	seq INTEGER NOT NULL,
	time TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('run', 'build', 'launch', 'abandoned', 'deleted')),
	subject TEXT NOT NULL,
	note TEXT NOT NULL,             -- of a deletion: why
	content TEXT NOT NULL,
	previous TEXT NOT NULL,
	hash TEXT NOT NULL,
	PRIMARY KEY (machine, seq)
) WITHOUT ROWID;
CREATE INDEX ledger_subject ON ledger (subject);
CREATE TRIGGER ledger_keeps_rows BEFORE DELETE ON ledger
	BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_keeps_values BEFORE UPDATE ON ledger
	BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;

PRAGMA application_id = 1464290631; -- "WGMG"
PRAGMA user_version = 3;
