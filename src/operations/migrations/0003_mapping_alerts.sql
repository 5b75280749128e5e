PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_alerts` (
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
	CONSTRAINT "alerts_kind" CHECK("__new_alerts"."kind" in ('command', 'event', 'backlog', 'mappings'))
);
--> statement-breakpoint
INSERT INTO `__new_alerts`("alert_id", "kind", "connection", "cause", "count", "orders_blocked", "oldest_at", "last_error", "raised_at", "updated_at", "resolved_at") SELECT "alert_id", "kind", "connection", "cause", "count", "orders_blocked", "oldest_at", "last_error", "raised_at", "updated_at", "resolved_at" FROM `alerts`;--> statement-breakpoint
DROP TABLE `alerts`;--> statement-breakpoint
ALTER TABLE `__new_alerts` RENAME TO `alerts`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `alerts_standing` ON `alerts` (`kind`,`connection`,`cause`) WHERE resolved_at is null;--> statement-breakpoint
CREATE INDEX `alerts_by_age` ON `alerts` (`raised_at`,`alert_id`);