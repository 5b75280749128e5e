CREATE TABLE `tasks` (
	`number` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`idempotency_key` text,
	`external_type` text NOT NULL,
	`external_id` text NOT NULL,
	`task_type` text NOT NULL,
	`status` text NOT NULL,
	`priority` text NOT NULL,
	`title` text NOT NULL,
	`instructions` text,
	`due_date` text,
	`assignee` text,
	`metadata` text NOT NULL,
	`revision` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "tasks_status" CHECK("tasks"."status" in ('OPEN', 'ASSIGNED', 'COMPLETED', 'CANCELLED')),
	CONSTRAINT "tasks_metadata" CHECK(json_type("tasks"."metadata") = 'object')
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tasks_idempotency_key` ON `tasks` (`idempotency_key`);--> statement-breakpoint
CREATE INDEX `tasks_external` ON `tasks` (`external_id`,`number`);--> statement-breakpoint
CREATE INDEX `tasks_status` ON `tasks` (`status`,`number`);--> statement-breakpoint
CREATE TABLE `deliveries` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`delivery_id` text NOT NULL,
	`webhook_id` text NOT NULL,
	`event_id` text NOT NULL,
	`event_type` text NOT NULL,
	`body` text NOT NULL,
	`status` text NOT NULL,
	`lane` text NOT NULL,
	`tries` integer DEFAULT 0 NOT NULL,
	`round` integer DEFAULT 0 NOT NULL,
	`forced` integer DEFAULT 0 NOT NULL,
	`next_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "deliveries_status" CHECK("deliveries"."status" in ('pending', 'delivered', 'failed', 'suppressed')),
	CONSTRAINT "deliveries_lane" CHECK("deliveries"."lane" in ('normal', 'reverse')),
	CONSTRAINT "deliveries_tries" CHECK("deliveries"."tries" >= 0 and "deliveries"."round" >= 0)
);
--> statement-breakpoint
CREATE INDEX `deliveries_due` ON `deliveries` (`webhook_id`,`status`,`lane`,`next_at`,`seq`);--> statement-breakpoint
CREATE INDEX `deliveries_event` ON `deliveries` (`event_id`);--> statement-breakpoint
CREATE INDEX `deliveries_created` ON `deliveries` (`created_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_delivery_id` ON `deliveries` (`delivery_id`);--> statement-breakpoint
CREATE TABLE `delivery_attempts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`delivery_seq` integer NOT NULL,
	`at` integer NOT NULL,
	`status` integer,
	`latency_ms` integer NOT NULL,
	`error` text,
	FOREIGN KEY (`delivery_seq`) REFERENCES `deliveries`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `delivery_attempts_delivery` ON `delivery_attempts` (`delivery_seq`,`id`);--> statement-breakpoint
CREATE TABLE `webhook_modes` (
	`webhook_id` text PRIMARY KEY NOT NULL,
	`mode` text NOT NULL,
	`delay_ms` integer NOT NULL,
	CONSTRAINT "webhook_modes_mode" CHECK("webhook_modes"."mode" in ('on', 'off', 'duplicate', 'reverse')),
	CONSTRAINT "webhook_modes_delay" CHECK("webhook_modes"."delay_ms" >= 0)
);
--> statement-breakpoint
CREATE TABLE `rehearsal_faults` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`method` text NOT NULL,
	`path` text NOT NULL,
	`kind` text NOT NULL,
	`status` integer,
	`retry_after` text,
	`delay_ms` integer,
	`times` integer NOT NULL,
	`times_left` integer NOT NULL,
	CONSTRAINT "rehearsal_faults_left" CHECK("rehearsal_faults"."times_left" between 0 and "rehearsal_faults"."times")
);
--> statement-breakpoint
CREATE TABLE `rehearsal_requests` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`method` text NOT NULL,
	`path` text NOT NULL,
	`idempotency_key` text,
	`body` text,
	`status` integer,
	`effect` text NOT NULL,
	CONSTRAINT "rehearsal_requests_effect" CHECK("rehearsal_requests"."effect" in ('created', 'replayed', 'none'))
);
--> statement-breakpoint
CREATE INDEX `rehearsal_requests_at` ON `rehearsal_requests` (`at`);--> statement-breakpoint
CREATE TABLE `idempotency_records` (
	`endpoint` text NOT NULL,
	`key` text NOT NULL,
	`fingerprint` text NOT NULL,
	`status` integer NOT NULL,
	`body` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`endpoint`, `key`)
);
--> statement-breakpoint
CREATE INDEX `idempotency_records_at` ON `idempotency_records` (`at`);