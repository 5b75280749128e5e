CREATE TABLE `applied_events` (
	`connection` text NOT NULL,
	`event_id` text NOT NULL,
	`order_key` text NOT NULL,
	`state` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`connection`, `event_id`)
);
--> statement-breakpoint
CREATE INDEX `applied_events_by_age` ON `applied_events` (`at`);--> statement-breakpoint
CREATE TABLE `dead_letters` (
	`id` text PRIMARY KEY NOT NULL,
	`order_key` text NOT NULL,
	`kind` text NOT NULL,
	`connection` text NOT NULL,
	`subject` text NOT NULL,
	`cause` text NOT NULL,
	`attempts` integer NOT NULL,
	`last_status` integer,
	`last_error` text NOT NULL,
	`status` text NOT NULL,
	`at` integer NOT NULL,
	`resolved_at` integer,
	CONSTRAINT "dead_letters_kind" CHECK("dead_letters"."kind" in ('command', 'event')),
	CONSTRAINT "dead_letters_status" CHECK("dead_letters"."status" in ('open', 'replayed', 'discarded'))
);
--> statement-breakpoint
CREATE INDEX `dead_letters_by_status` ON `dead_letters` (`status`,`at`,`id`);--> statement-breakpoint
CREATE INDEX `dead_letters_by_order` ON `dead_letters` (`order_key`);--> statement-breakpoint
CREATE TABLE `offers` (
	`offer_id` text PRIMARY KEY NOT NULL,
	`backorder_id` text NOT NULL,
	`order_key` text NOT NULL,
	`workflow_id` text NOT NULL,
	`wms` text NOT NULL,
	`sku` text NOT NULL,
	`qty` integer NOT NULL,
	`at` integer NOT NULL,
	`signalled_at` integer,
	CONSTRAINT "offers_qty" CHECK("offers"."qty" > 0)
);
--> statement-breakpoint
CREATE INDEX `offers_by_sku` ON `offers` (`wms`,`sku`);--> statement-breakpoint
CREATE INDEX `offers_by_order` ON `offers` (`order_key`);--> statement-breakpoint
CREATE INDEX `offers_by_backorder` ON `offers` (`backorder_id`);--> statement-breakpoint
CREATE TABLE `order_terms` (
	`term` text NOT NULL,
	`order_key` text NOT NULL,
	PRIMARY KEY(`term`, `order_key`)
);
--> statement-breakpoint
CREATE INDEX `order_terms_by_order` ON `order_terms` (`order_key`);--> statement-breakpoint
CREATE TABLE `orders` (
	`order_key` text PRIMARY KEY NOT NULL,
	`connection` text NOT NULL,
	`order_id` text NOT NULL,
	`workflow_id` text NOT NULL,
	`step` integer NOT NULL,
	`version` integer NOT NULL,
	`stage` text NOT NULL,
	`headline` text NOT NULL,
	`needs_action` integer NOT NULL,
	`priority` text NOT NULL,
	`promised_at` integer,
	`view` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`closed_at` integer
);
--> statement-breakpoint
CREATE INDEX `orders_by_update` ON `orders` (`updated_at`,`order_key`);--> statement-breakpoint
CREATE INDEX `orders_by_stage` ON `orders` (`stage`,`updated_at`,`order_key`);--> statement-breakpoint
CREATE INDEX `orders_by_headline` ON `orders` (`headline`,`updated_at`,`order_key`);--> statement-breakpoint
CREATE INDEX `orders_by_id` ON `orders` (`order_id`);--> statement-breakpoint
CREATE TABLE `timeline` (
	`order_key` text NOT NULL,
	`seq` integer NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`summary` text NOT NULL,
	`cause` text NOT NULL,
	PRIMARY KEY(`order_key`, `seq`)
);
--> statement-breakpoint
CREATE TABLE `waiting` (
	`backorder_id` text PRIMARY KEY NOT NULL,
	`order_key` text NOT NULL,
	`workflow_id` text NOT NULL,
	`wms` text NOT NULL,
	`sku` text NOT NULL,
	`qty` integer NOT NULL,
	`priority` text NOT NULL,
	`promised_at` integer,
	`since` integer NOT NULL,
	`not_before` integer NOT NULL,
	CONSTRAINT "waiting_qty" CHECK("waiting"."qty" > 0)
);
--> statement-breakpoint
CREATE INDEX `waiting_by_sku` ON `waiting` (`wms`,`sku`);--> statement-breakpoint
CREATE INDEX `waiting_by_order` ON `waiting` (`order_key`);