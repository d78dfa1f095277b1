BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE api_token (
	id VARCHAR NOT NULL, 
	secret_hash VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	name VARCHAR(64) NOT NULL, 
	created_at VARCHAR(27) NOT NULL, 
	CONSTRAINT pk_api_token PRIMARY KEY (id), 
	CONSTRAINT uq_api_token_secret_hash UNIQUE (secret_hash), 
	CONSTRAINT fk_api_token_user_id_user FOREIGN KEY(user_id) REFERENCES user (id)
);
INSERT INTO "api_token" VALUES('token','token-hash','ben','bot','2026-01-01T00:00:00.000000Z');
CREATE TABLE change (
	conversation_id VARCHAR NOT NULL, 
	seq INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	actor_id VARCHAR NOT NULL, 
	body VARCHAR NOT NULL, 
	created_at VARCHAR(27) NOT NULL, 
	CONSTRAINT pk_change PRIMARY KEY (conversation_id, seq), 
	CONSTRAINT fk_change_conversation_id_conversation FOREIGN KEY(conversation_id) REFERENCES conversation (id), 
	CONSTRAINT fk_change_actor_id_user FOREIGN KEY(actor_id) REFERENCES user (id)
);
INSERT INTO "change" VALUES('room',2,'member','ana','{"user_id": "ben", "username": "ben", "display_name": "Ben", "action": "joined"}','2026-01-01T12:00:00.000000Z');
CREATE TABLE conversation (
	id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	title VARCHAR(100) NOT NULL, 
	created_by VARCHAR NOT NULL, 
	created_at VARCHAR(27) NOT NULL, 
	last_seq INTEGER NOT NULL, 
	direct_key VARCHAR, 
	creation_key VARCHAR, 
	CONSTRAINT pk_conversation PRIMARY KEY (id), 
	CONSTRAINT uq_conversation_direct_key UNIQUE (direct_key), 
	CONSTRAINT uq_conversation_created_by_creation_key UNIQUE (created_by, creation_key), 
	CONSTRAINT fk_conversation_created_by_user FOREIGN KEY(created_by) REFERENCES user (id)
);
INSERT INTO "conversation" VALUES('room','group','Room','ana','2026-01-01T00:00:00.000000Z',3,NULL,'key');
CREATE TABLE member (
	conversation_id VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	joined_at VARCHAR(27) NOT NULL, 
	delivered_seq INTEGER NOT NULL, 
	read_seq INTEGER NOT NULL, 
	CONSTRAINT pk_member PRIMARY KEY (conversation_id, user_id), 
	CONSTRAINT fk_member_conversation_id_conversation FOREIGN KEY(conversation_id) REFERENCES conversation (id), 
	CONSTRAINT fk_member_user_id_user FOREIGN KEY(user_id) REFERENCES user (id)
);
INSERT INTO "member" VALUES('room','ana','2026-01-01T00:00:00.000000Z',0,0);
INSERT INTO "member" VALUES('room','ben','2026-01-01T12:00:00.000000Z',1,1);
CREATE TABLE message (
	id VARCHAR NOT NULL, 
	conversation_id VARCHAR NOT NULL, 
	seq INTEGER NOT NULL, 
	author_id VARCHAR NOT NULL, 
	client_id VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	created_at VARCHAR(27) NOT NULL, 
	CONSTRAINT pk_message PRIMARY KEY (id), 
	CONSTRAINT uq_message_client_id_author_id UNIQUE (client_id, author_id), 
	CONSTRAINT uq_message_conversation_id_seq UNIQUE (conversation_id, seq), 
	CONSTRAINT fk_message_conversation_id_conversation FOREIGN KEY(conversation_id) REFERENCES conversation (id), 
	CONSTRAINT fk_message_author_id_user FOREIGN KEY(author_id) REFERENCES user (id)
);
INSERT INTO "message" VALUES('m1','room',1,'ana','c1','Grüße 😀','2026-01-01T12:00:00.000000Z');
INSERT INTO "message" VALUES('m3','room',3,'ana','c2','hi, it''s me','2026-01-01T12:00:00.000000Z');
CREATE TABLE session (
	id VARCHAR NOT NULL, 
	secret_hash VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	created_at VARCHAR(27) NOT NULL, 
	seen_at VARCHAR(27) NOT NULL, 
	CONSTRAINT pk_session PRIMARY KEY (id), 
	CONSTRAINT uq_session_secret_hash UNIQUE (secret_hash), 
	CONSTRAINT fk_session_user_id_user FOREIGN KEY(user_id) REFERENCES user (id)
);
INSERT INTO "session" VALUES('session','secret-hash','ana','2026-01-01T00:00:00.000000Z','2026-01-01T00:00:00.000000Z');
CREATE TABLE user (
	id VARCHAR NOT NULL, 
	username VARCHAR(32) NOT NULL, 
	display_name VARCHAR(64) NOT NULL, 
	password_hash VARCHAR NOT NULL, 
	created_at VARCHAR(27) NOT NULL, 
	disabled_at VARCHAR(27), 
	CONSTRAINT pk_user PRIMARY KEY (id), 
	CONSTRAINT uq_user_username UNIQUE (username)
);
INSERT INTO "user" VALUES('ana','ana','Ana','hash','2026-01-01T00:00:00.000000Z',NULL);
INSERT INTO "user" VALUES('ben','ben','Ben','hash','2026-01-01T00:00:00.000000Z',NULL);
CREATE INDEX ix_session_user_id ON session (user_id);
CREATE INDEX ix_api_token_user_id ON api_token (user_id);
CREATE INDEX ix_member_user_id ON member (user_id);
COMMIT;
