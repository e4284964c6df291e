/**
 * The tables, by version: each text makes the next version of the one before. What was released stays as it is. Times
 * are in milliseconds since 1970.
 */
export const migrations: readonly string[] = [
  `
CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  request TEXT NOT NULL,
  login TEXT,
  created_at INTEGER NOT NULL,
  stopped_at INTEGER,
  due_at INTEGER
) STRICT;
CREATE INDEX jobs_due ON jobs (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE runs (
  job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  service TEXT NOT NULL,
  service_id TEXT,
  unwanted TEXT,
  is_gone INTEGER NOT NULL,
  is_over INTEGER NOT NULL,
  finished_at INTEGER,
  progress TEXT NOT NULL,
  PRIMARY KEY (job, number)
) STRICT;
CREATE INDEX runs_open ON runs (is_over) WHERE is_over = 0;
CREATE INDEX runs_unwanted ON runs (unwanted) WHERE unwanted IS NOT NULL;
CREATE UNIQUE INDEX runs_service ON runs (service) WHERE is_gone = 0;
CREATE INDEX runs_finished ON runs (finished_at) WHERE finished_at IS NOT NULL;
CREATE TABLE answers (
  key TEXT PRIMARY KEY,
  answer TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
`,
  `
CREATE TABLE services (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT,
  repository TEXT NOT NULL,
  repository_key TEXT NOT NULL,
  config TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,
  removed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX services_name ON services (name) WHERE removed_at IS NULL;
CREATE INDEX services_removed ON services (name) WHERE removed_at IS NOT NULL;
CREATE INDEX services_repository ON services (repository_key) WHERE removed_at IS NULL;
CREATE TABLE versions (
  service_id INTEGER NOT NULL REFERENCES services (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  image TEXT NOT NULL,
  config TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  pushed_at REAL,
  rollback_of INTEGER,
  PRIMARY KEY (service_id, number)
) STRICT;
CREATE TABLE deployments (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  service_id INTEGER NOT NULL REFERENCES services (id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  state TEXT NOT NULL,
  is_over INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  details TEXT NOT NULL,
  UNIQUE (service_id, version)
) STRICT;
CREATE INDEX deployments_open ON deployments (is_over) WHERE is_over = 0;
CREATE TABLE journal (
  number INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  service TEXT NOT NULL,
  version INTEGER NOT NULL,
  config TEXT NOT NULL,
  rollback_of INTEGER
) STRICT;
`,
  `
CREATE TABLE secrets (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
`,
];

/** The version that this program writes. */
export const version = migrations.length;
