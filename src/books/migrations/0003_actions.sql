CREATE TABLE `actions` (
	`action_id` text PRIMARY KEY NOT NULL,
	`order_key` text NOT NULL,
	`connection` text NOT NULL,
	`order_id` text NOT NULL,
	`status` text NOT NULL,
	`reason` text NOT NULL,
	`opened_at` integer NOT NULL,
	`due_at` integer,
	`due_order` integer NOT NULL,
	`version` integer NOT NULL,
	`view` text NOT NULL,
	`closed_at` integer,
	`change_seq` integer NOT NULL,
	CONSTRAINT "actions_status" CHECK("actions"."status" in ('OPEN', 'ACKED', 'RESOLVED', 'SUPERSEDED')),
	CONSTRAINT "actions_closed" CHECK(("actions"."closed_at" is null) = ("actions"."status" in ('OPEN', 'ACKED')))
);
--> statement-breakpoint
CREATE INDEX `actions_open` ON `actions` (`due_order`,`action_id`) WHERE closed_at is null;--> statement-breakpoint
CREATE INDEX `actions_open_by_reason` ON `actions` (`reason`) WHERE closed_at is null;--> statement-breakpoint
CREATE INDEX `actions_closed_by_time` ON `actions` (`closed_at`,`action_id`) WHERE closed_at is not null;--> statement-breakpoint
CREATE INDEX `actions_by_age` ON `actions` (`opened_at`,`action_id`);--> statement-breakpoint
CREATE INDEX `actions_by_order` ON `actions` (`order_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `actions_by_change` ON `actions` (`change_seq`);