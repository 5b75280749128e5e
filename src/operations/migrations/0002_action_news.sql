CREATE TABLE `action_feed` (
	`id` integer PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL,
	CONSTRAINT "action_feed_one" CHECK("action_feed"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE `action_marks` (
	`action_id` text PRIMARY KEY NOT NULL,
	`rung` integer NOT NULL,
	`closed_at` integer
);
--> statement-breakpoint
CREATE INDEX `action_marks_by_end` ON `action_marks` (`closed_at`) WHERE closed_at is not null;