CREATE TABLE `recon_absences` (
	`remote` text PRIMARY KEY NOT NULL,
	`order_key` text NOT NULL,
	`first_at` integer NOT NULL,
	`last_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `recon_coverage` (
	`order_key` text PRIMARY KEY NOT NULL,
	`verified_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `recon_coverage_by_age` ON `recon_coverage` (`verified_at`);--> statement-breakpoint
CREATE TABLE `recon_drifts` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`run_id` text NOT NULL,
	`drift_key` text NOT NULL,
	`class` text NOT NULL,
	`order_key` text,
	`order_id` text,
	`we_say` text NOT NULL,
	`they_say` text NOT NULL,
	`action` text NOT NULL,
	`result` text NOT NULL,
	`inputs` text,
	`repaired` integer DEFAULT false NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `recon_drifts_by_run` ON `recon_drifts` (`run_id`,`result`,`order_key`,`seq`);--> statement-breakpoint
CREATE UNIQUE INDEX `recon_drifts_by_key` ON `recon_drifts` (`drift_key`,`run_id`);--> statement-breakpoint
CREATE INDEX `recon_drifts_by_class` ON `recon_drifts` (`class`,`seq`);--> statement-breakpoint
CREATE INDEX `recon_drifts_by_order` ON `recon_drifts` (`order_id`,`seq`);--> statement-breakpoint
CREATE INDEX `recon_drifts_by_time` ON `recon_drifts` (`at`);--> statement-breakpoint
CREATE TABLE `recon_handled` (
	`stream` text NOT NULL,
	`id` text NOT NULL,
	`version` text NOT NULL,
	`changed_at` integer NOT NULL,
	PRIMARY KEY(`stream`, `id`)
);
--> statement-breakpoint
CREATE INDEX `recon_handled_by_age` ON `recon_handled` (`stream`,`changed_at`);--> statement-breakpoint
CREATE TABLE `recon_runs` (
	`run_id` text PRIMARY KEY NOT NULL,
	`tier` text NOT NULL,
	`scope_connection` text,
	`scope_order_id` text,
	`mode` text NOT NULL,
	`status` text NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`page` integer DEFAULT 0 NOT NULL,
	`scanned` integer DEFAULT 0 NOT NULL,
	`changes` integer DEFAULT 0 NOT NULL,
	`missed` integer DEFAULT 0 NOT NULL,
	`gets` integer DEFAULT 0 NOT NULL,
	`counts` text DEFAULT '{}' NOT NULL,
	`brakes` text DEFAULT '{}' NOT NULL,
	`open_orders` integer DEFAULT 0 NOT NULL,
	`open_verified` integer DEFAULT 0 NOT NULL,
	CONSTRAINT "recon_runs_mode" CHECK("recon_runs"."mode" in ('repair', 'report')),
	CONSTRAINT "recon_runs_status" CHECK("recon_runs"."status" in ('running', 'completed', 'aborted', 'failed')),
	CONSTRAINT "recon_runs_finished" CHECK(("recon_runs"."status" = 'running') = ("recon_runs"."finished_at" is null))
);
--> statement-breakpoint
CREATE INDEX `recon_runs_by_start` ON `recon_runs` (`started_at`,`run_id`);--> statement-breakpoint
CREATE INDEX `recon_runs_by_tier` ON `recon_runs` (`tier`,`started_at`);--> statement-breakpoint
CREATE TABLE `recon_seen` (
	`run_id` text NOT NULL,
	`remote` text NOT NULL,
	PRIMARY KEY(`run_id`, `remote`)
);
--> statement-breakpoint
CREATE TABLE `recon_streams` (
	`stream` text PRIMARY KEY NOT NULL,
	`mark_at` integer NOT NULL,
	`mark_id` text NOT NULL,
	`complete_at` integer NOT NULL,
	`full_count` integer DEFAULT 0 NOT NULL,
	`shrunk_times` integer DEFAULT 0 NOT NULL
);
