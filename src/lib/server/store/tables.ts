/** Version of the tables; it grows when they change. */
export const version = 1;

/** Times are in milliseconds since 1970. */
export const tables = `
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
`;
