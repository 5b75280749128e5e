CREATE TABLE `connection_pauses` (
	`connection` text PRIMARY KEY NOT NULL,
	`since` integer NOT NULL,
	`reason` text
);
--> statement-breakpoint
CREATE TABLE `connection_secrets` (
	`connection` text NOT NULL,
	`secret_id` text NOT NULL,
	`state` text NOT NULL,
	`until` integer,
	`created_at` integer,
	`master_key_id` text NOT NULL,
	`sealed` blob NOT NULL,
	PRIMARY KEY(`connection`, `secret_id`),
	CONSTRAINT "connection_secrets_state" CHECK("connection_secrets"."state" in ('next', 'active', 'retiring')),
	CONSTRAINT "connection_secrets_until" CHECK(("connection_secrets"."state" = 'retiring') = ("connection_secrets"."until" is not null))
);
