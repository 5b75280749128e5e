CREATE TABLE `answers` (
	`event_id` text PRIMARY KEY NOT NULL,
	`answer` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `answers_by_age` ON `answers` (`at`);