-- Made from schema.py by `make docs`; not to be edited.
BEGIN IMMEDIATE;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES ('0006');
CREATE TABLE accounts (
	id TEXT NOT NULL,
	handle TEXT NOT NULL,
	name TEXT DEFAULT '' NOT NULL,
	about TEXT DEFAULT '' NOT NULL,
	kind TEXT DEFAULT 'person' NOT NULL,
	owner TEXT,
	password TEXT,
	admin BIGINT DEFAULT 0 NOT NULL,
	status TEXT DEFAULT 'active' NOT NULL,
	see_last_seen TEXT DEFAULT 'everyone' NOT NULL,
	see_online TEXT DEFAULT 'everyone' NOT NULL,
	receipts BIGINT DEFAULT 1 NOT NULL,
	add_to_groups TEXT DEFAULT 'everyone' NOT NULL,
	created_at BIGINT DEFAULT 0 NOT NULL,
	last_seen BIGINT DEFAULT 0 NOT NULL,
	connected_at BIGINT DEFAULT 0 NOT NULL,
	avatar TEXT DEFAULT '' NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (handle)
)
 WITHOUT ROWID;
CREATE INDEX accounts_avatar ON accounts (avatar) WHERE avatar <> '';
CREATE INDEX accounts_owner ON accounts (owner) WHERE owner IS NOT NULL;
CREATE TABLE alerts (
	device TEXT NOT NULL,
	chat TEXT NOT NULL,
	due BIGINT DEFAULT 0 NOT NULL,
	done BIGINT DEFAULT 0 NOT NULL,
	shown BIGINT DEFAULT 0 NOT NULL,
	PRIMARY KEY (device, chat)
)
 WITHOUT ROWID;
CREATE TABLE alerts_due (
	chat TEXT NOT NULL,
	seq BIGINT NOT NULL,
	PRIMARY KEY (chat, seq)
)
 WITHOUT ROWID;
CREATE TABLE blobs (
	sha256 TEXT NOT NULL,
	size BIGINT DEFAULT 0 NOT NULL,
	segments TEXT DEFAULT '[]' NOT NULL,
	created_at BIGINT DEFAULT 0 NOT NULL,
	PRIMARY KEY (sha256)
)
 WITHOUT ROWID;
CREATE TABLE blocks (
	account TEXT NOT NULL,
	blocked TEXT NOT NULL,
	at BIGINT DEFAULT 0 NOT NULL,
	PRIMARY KEY (account, blocked)
)
 WITHOUT ROWID;
CREATE INDEX blocks_blocked ON blocks (blocked);
CREATE TABLE chats (
	id TEXT NOT NULL,
	kind TEXT DEFAULT '' NOT NULL,
	pair TEXT,
	last BIGINT DEFAULT 0 NOT NULL,
	count BIGINT DEFAULT 0 NOT NULL,
	version BIGINT DEFAULT 1 NOT NULL,
	change BIGINT DEFAULT 0 NOT NULL,
	title TEXT DEFAULT '' NOT NULL,
	description TEXT DEFAULT '' NOT NULL,
	edit_info TEXT DEFAULT 'everyone' NOT NULL,
	send TEXT DEFAULT 'everyone' NOT NULL,
	add_members TEXT DEFAULT 'everyone' NOT NULL,
	approval BIGINT DEFAULT 0 NOT NULL,
	history TEXT DEFAULT 'joined' NOT NULL,
	created_at BIGINT DEFAULT 0 NOT NULL,
	avatar TEXT DEFAULT '' NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (pair)
)
 WITHOUT ROWID;
CREATE INDEX chats_avatar ON chats (avatar) WHERE avatar <> '';
CREATE TABLE devices (
	id TEXT NOT NULL,
	account TEXT NOT NULL,
	name TEXT DEFAULT '' NOT NULL,
	token BLOB NOT NULL,
	created_at BIGINT DEFAULT 0 NOT NULL,
	used_at BIGINT DEFAULT 0 NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (token)
)
 WITHOUT ROWID;
CREATE INDEX ix_devices_account ON devices (account);
CREATE TABLE events (
	chat TEXT NOT NULL,
	seq BIGINT NOT NULL,
	kind TEXT DEFAULT '' NOT NULL,
	sender TEXT DEFAULT '' NOT NULL,
	at BIGINT DEFAULT 0 NOT NULL,
	count BIGINT DEFAULT 0 NOT NULL,
	client_id TEXT,
	digest BLOB,
	hidden BIGINT DEFAULT 0 NOT NULL,
	body TEXT NOT NULL,
	answer TEXT,
	PRIMARY KEY (chat, seq)
);
CREATE UNIQUE INDEX events_client ON events (client_id, sender) WHERE client_id IS NOT NULL;
CREATE INDEX events_hidden ON events (chat, seq) WHERE hidden = 1;
CREATE TABLE failures (
	chat TEXT NOT NULL,
	account TEXT NOT NULL,
	first BIGINT NOT NULL,
	last BIGINT DEFAULT 0 NOT NULL,
	reason TEXT DEFAULT '' NOT NULL,
	attempts BIGINT DEFAULT 0 NOT NULL,
	at BIGINT DEFAULT 0 NOT NULL,
	ended BIGINT DEFAULT 0 NOT NULL,
	PRIMARY KEY (chat, account, first)
)
 WITHOUT ROWID;
CREATE TABLE file_uses (
	chat TEXT NOT NULL,
	seq BIGINT NOT NULL,
	file TEXT DEFAULT '' NOT NULL,
	kind TEXT DEFAULT '' NOT NULL,
	PRIMARY KEY (chat, seq)
)
 WITHOUT ROWID;
CREATE INDEX file_uses_file ON file_uses (file);
CREATE INDEX file_uses_kind ON file_uses (chat, kind, seq);
CREATE TABLE files (
	id TEXT NOT NULL,
	account TEXT DEFAULT '' NOT NULL,
	kind TEXT DEFAULT '' NOT NULL,
	name TEXT DEFAULT '' NOT NULL,
	type TEXT DEFAULT '' NOT NULL,
	size BIGINT DEFAULT 0 NOT NULL,
	width BIGINT DEFAULT 0 NOT NULL,
	height BIGINT DEFAULT 0 NOT NULL,
	duration BIGINT DEFAULT 0 NOT NULL,
	placeholder TEXT DEFAULT '' NOT NULL,
	waveform TEXT DEFAULT '' NOT NULL,
	blob TEXT DEFAULT '' NOT NULL,
	small TEXT DEFAULT '' NOT NULL,
	medium TEXT DEFAULT '' NOT NULL,
	created_at BIGINT DEFAULT 0 NOT NULL,
	PRIMARY KEY (id)
)
 WITHOUT ROWID;
CREATE INDEX files_account ON files (account);
CREATE INDEX files_blob ON files (blob);
CREATE INDEX files_created_at ON files (created_at);
CREATE INDEX files_medium ON files (medium);
CREATE INDEX files_small ON files (small);
CREATE TABLE invites (
	code TEXT NOT NULL,
	chat TEXT NOT NULL,
	invited TEXT,
	created_by TEXT DEFAULT '' NOT NULL,
	expires_at BIGINT DEFAULT 0 NOT NULL,
	limited BIGINT DEFAULT 0 NOT NULL,
	uses BIGINT DEFAULT 0 NOT NULL,
	PRIMARY KEY (code)
)
 WITHOUT ROWID;
CREATE INDEX ix_invites_chat ON invites (chat);
CREATE TABLE jobs (
	id TEXT NOT NULL,
	kind TEXT DEFAULT '' NOT NULL,
	"key" TEXT DEFAULT '' NOT NULL,
	body BLOB NOT NULL,
	attempts BIGINT DEFAULT 0 NOT NULL,
	due_at BIGINT DEFAULT 0 NOT NULL,
	created_at BIGINT DEFAULT 0 NOT NULL,
	dead_at BIGINT DEFAULT 0 NOT NULL,
	error TEXT DEFAULT '' NOT NULL,
	node TEXT DEFAULT '' NOT NULL,
	crashes BIGINT DEFAULT 0 NOT NULL,
	PRIMARY KEY (id)
)
 WITHOUT ROWID;
CREATE INDEX jobs_due ON jobs (dead_at, due_at);
CREATE UNIQUE INDEX jobs_key ON jobs (kind, "key", node) WHERE dead_at = 0;
CREATE TABLE join_requests (
	chat TEXT NOT NULL,
	account TEXT NOT NULL,
	invited_by TEXT,
	at BIGINT DEFAULT 0 NOT NULL,
	PRIMARY KEY (chat, account)
)
 WITHOUT ROWID;
CREATE TABLE members (
	chat TEXT NOT NULL,
	account TEXT NOT NULL,
	role TEXT DEFAULT 'member' NOT NULL,
	joined BIGINT DEFAULT 1 NOT NULL,
	departed BIGINT DEFAULT 0 NOT NULL,
	departed_count BIGINT DEFAULT 0 NOT NULL,
	stays TEXT DEFAULT '[]' NOT NULL,
	since BIGINT DEFAULT 0 NOT NULL,
	sent BIGINT DEFAULT 0 NOT NULL,
	delivered BIGINT DEFAULT 0 NOT NULL,
	read BIGINT DEFAULT 0 NOT NULL,
	shown BIGINT DEFAULT 0 NOT NULL,
	read_count BIGINT DEFAULT 0 NOT NULL,
	mentioned BIGINT DEFAULT 0 NOT NULL,
	expired BIGINT DEFAULT 0 NOT NULL,
	muted_until BIGINT DEFAULT 0 NOT NULL,
	pinned_at BIGINT DEFAULT 0 NOT NULL,
	archived BIGINT DEFAULT 0 NOT NULL,
	unread BIGINT DEFAULT 0 NOT NULL,
	change BIGINT DEFAULT 0 NOT NULL,
	PRIMARY KEY (chat, account)
)
 WITHOUT ROWID;
CREATE INDEX members_account ON members (account, chat);
CREATE TABLE meta (
	"key" TEXT NOT NULL,
	value TEXT DEFAULT '' NOT NULL,
	PRIMARY KEY ("key")
)
 WITHOUT ROWID;
CREATE TABLE outbox (
	id TEXT NOT NULL,
	at BIGINT DEFAULT 0 NOT NULL,
	body TEXT DEFAULT '' NOT NULL,
	PRIMARY KEY (id)
)
 WITHOUT ROWID;
CREATE TABLE push_subscriptions (
	device TEXT NOT NULL,
	account TEXT NOT NULL,
	endpoint TEXT NOT NULL,
	"key" TEXT DEFAULT '' NOT NULL,
	auth TEXT DEFAULT '' NOT NULL,
	previews BIGINT DEFAULT 0 NOT NULL,
	closing BIGINT DEFAULT 1 NOT NULL,
	round BIGINT DEFAULT 0 NOT NULL,
	created_at BIGINT DEFAULT 0 NOT NULL,
	PRIMARY KEY (device),
	UNIQUE (endpoint)
)
 WITHOUT ROWID;
CREATE INDEX ix_push_subscriptions_account ON push_subscriptions (account);
CREATE TABLE receipts (
	chat TEXT NOT NULL,
	account TEXT NOT NULL,
	kind INTEGER NOT NULL,
	seq BIGINT NOT NULL,
	at BIGINT DEFAULT 0 NOT NULL,
	PRIMARY KEY (chat, account, kind, seq)
)
 WITHOUT ROWID;
CREATE TABLE revisions (
	id TEXT NOT NULL,
	kind TEXT DEFAULT '' NOT NULL,
	subject TEXT DEFAULT '' NOT NULL,
	node TEXT DEFAULT '' NOT NULL,
	at BIGINT DEFAULT 0 NOT NULL,
	change BIGINT DEFAULT 0 NOT NULL,
	PRIMARY KEY (id)
)
 WITHOUT ROWID;
CREATE INDEX revisions_change ON revisions (change);
CREATE TABLE sign_up_codes (
	code BLOB NOT NULL,
	kind TEXT DEFAULT 'invite' NOT NULL,
	created_at BIGINT DEFAULT 0 NOT NULL,
	expires_at BIGINT DEFAULT 0 NOT NULL,
	PRIMARY KEY (code)
)
 WITHOUT ROWID;
CREATE TABLE uploads (
	id TEXT NOT NULL,
	account TEXT DEFAULT '' NOT NULL,
	name TEXT DEFAULT '' NOT NULL,
	kind TEXT DEFAULT '' NOT NULL,
	type TEXT DEFAULT '' NOT NULL,
	size BIGINT DEFAULT 0 NOT NULL,
	received BIGINT DEFAULT 0 NOT NULL,
	segments TEXT DEFAULT '[]' NOT NULL,
	sha256 TEXT DEFAULT '' NOT NULL,
	writer TEXT DEFAULT '' NOT NULL,
	state TEXT DEFAULT 'open' NOT NULL,
	error TEXT DEFAULT '' NOT NULL,
	created_at BIGINT DEFAULT 0 NOT NULL,
	expires_at BIGINT DEFAULT 0 NOT NULL,
	PRIMARY KEY (id)
)
 WITHOUT ROWID;
CREATE INDEX uploads_account ON uploads (account);
CREATE INDEX uploads_expires ON uploads (expires_at);
COMMIT;
