CREATE TABLE `events` (
	`seq` integer PRIMARY KEY NOT NULL,
	`connection` text NOT NULL,
	`event_id` text NOT NULL,
	`kind` text NOT NULL,
	`event_type` text NOT NULL,
	`source` text NOT NULL,
	`sent_at` integer NOT NULL,
	`lane` text,
	`status` text NOT NULL,
	`received_at` integer NOT NULL,
	`settled_at` integer,
	`due_at` integer NOT NULL,
	`lease_owner` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`last_error` text,
	`deliveries` integer DEFAULT 1 NOT NULL,
	`secret_id` text NOT NULL,
	`sha256` blob NOT NULL,
	`headers` text NOT NULL,
	`body` blob NOT NULL,
	CONSTRAINT "events_kind" CHECK("events"."kind" in ('crm', 'tasks', 'wms')),
	CONSTRAINT "events_status" CHECK("events"."status" in ('accepted', 'dispatched', 'late', 'ignored', 'quarantined')),
	CONSTRAINT "events_lease" CHECK("events"."lease_owner" is null or "events"."status" = 'accepted'),
	CONSTRAINT "events_settled" CHECK(("events"."status" = 'accepted') = ("events"."settled_at" is null)),
	CONSTRAINT "events_deliveries" CHECK("events"."deliveries" >= 1 and "events"."attempts" >= 0),
	CONSTRAINT "events_sha256" CHECK(length("events"."sha256") = 32)
);
--> statement-breakpoint
CREATE INDEX `events_by_lane` ON `events` (`lane`,`status`,`seq`);--> statement-breakpoint
CREATE INDEX `events_due` ON `events` (`due_at`,`seq`) WHERE status = 'accepted';--> statement-breakpoint
CREATE INDEX `events_leased` ON `events` (`lane`) WHERE lease_owner is not null;--> statement-breakpoint
CREATE INDEX `events_set_aside` ON `events` (`status`,`seq`) WHERE status in ('late', 'ignored', 'quarantined');--> statement-breakpoint
CREATE UNIQUE INDEX `events_by_id` ON `events` (`connection`,`event_id`);--> statement-breakpoint
CREATE TABLE `quarantine` (
	`id` text PRIMARY KEY NOT NULL,
	`connection` text NOT NULL,
	`kind` text NOT NULL,
	`event_id` text,
	`event_type` text,
	`cause` text NOT NULL,
	`detail` text NOT NULL,
	`received_at` integer NOT NULL,
	`deliveries` integer DEFAULT 1 NOT NULL,
	`secret_id` text NOT NULL,
	`sha256` blob NOT NULL,
	`headers` text NOT NULL,
	`body` blob NOT NULL,
	CONSTRAINT "quarantine_cause" CHECK("quarantine"."cause" in ('not-json', 'too-deep', 'schema-invalid', 'stale', 'event-id-reused', 'unprocessable'))
);
--> statement-breakpoint
CREATE INDEX `quarantine_by_age` ON `quarantine` (`received_at`,`id`);--> statement-breakpoint
CREATE INDEX `quarantine_by_event` ON `quarantine` (`connection`,`event_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `quarantine_once` ON `quarantine` (`connection`,`sha256`,`cause`);