CREATE TABLE `alerts` (
	`alert_id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`connection` text NOT NULL,
	`cause` text NOT NULL,
	`count` integer NOT NULL,
	`orders_blocked` integer NOT NULL,
	`oldest_at` integer NOT NULL,
	`last_error` text NOT NULL,
	`raised_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`resolved_at` integer,
	CONSTRAINT "alerts_kind" CHECK("alerts"."kind" in ('command', 'event', 'backlog'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `alerts_standing` ON `alerts` (`kind`,`connection`,`cause`) WHERE resolved_at is null;--> statement-breakpoint
CREATE INDEX `alerts_by_age` ON `alerts` (`raised_at`,`alert_id`);--> statement-breakpoint
CREATE TABLE `audit` (
	`seq` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`target` text NOT NULL,
	`reason` text,
	`request` text,
	`outcome` text NOT NULL,
	`request_id` text NOT NULL,
	`previous_hash` text NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `audit_pending` (
	`id` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`target` text NOT NULL,
	`reason` text,
	`request` text,
	`request_id` text NOT NULL
);
--> statement-breakpoint
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
CREATE TABLE `replay_items` (
	`replay_id` text NOT NULL,
	`position` integer NOT NULL,
	`dead_letter_id` text NOT NULL,
	`status` text NOT NULL,
	`error` text,
	`at` integer,
	PRIMARY KEY(`replay_id`, `position`),
	CONSTRAINT "replay_items_status" CHECK("replay_items"."status" in ('pending', 'sent', 'skipped', 'failed'))
);
--> statement-breakpoint
CREATE INDEX `replay_items_by_status` ON `replay_items` (`replay_id`,`status`,`position`);--> statement-breakpoint
CREATE TABLE `replays` (
	`replay_id` text PRIMARY KEY NOT NULL,
	`filter` text NOT NULL,
	`rate_per_s` real NOT NULL,
	`status` text NOT NULL,
	`total` integer NOT NULL,
	`remaining` integer NOT NULL,
	`actor` text NOT NULL,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	`last_error` text,
	CONSTRAINT "replays_status" CHECK("replays"."status" in ('running', 'done', 'cancelled'))
);
--> statement-breakpoint
CREATE INDEX `replays_by_status` ON `replays` (`status`,`created_at`);--> statement-breakpoint
CREATE TABLE `subscriptions` (
	`subscription_id` text PRIMARY KEY NOT NULL,
	`url` text NOT NULL,
	`event_types` text NOT NULL,
	`description` text,
	`secret` text NOT NULL,
	`enabled` integer NOT NULL,
	`disabled_reason` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "subscriptions_enabled" CHECK("subscriptions"."enabled" in (0, 1))
);
--> statement-breakpoint
CREATE INDEX `subscriptions_by_age` ON `subscriptions` (`created_at`,`subscription_id`);--> statement-breakpoint
CREATE TABLE `webhook_modes` (
	`webhook_id` text PRIMARY KEY NOT NULL,
	`mode` text NOT NULL,
	`delay_ms` integer NOT NULL,
	CONSTRAINT "webhook_modes_mode" CHECK("webhook_modes"."mode" in ('on', 'off', 'duplicate', 'reverse')),
	CONSTRAINT "webhook_modes_delay" CHECK("webhook_modes"."delay_ms" >= 0)
);
