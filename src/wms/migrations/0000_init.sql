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
CREATE TABLE `draws` (
	`pick_line` text NOT NULL,
	`sku` text NOT NULL,
	`location` text NOT NULL,
	`lot` text NOT NULL,
	`reserved` integer NOT NULL,
	`picked` integer NOT NULL,
	`counting` integer NOT NULL,
	PRIMARY KEY(`pick_line`, `location`, `lot`),
	FOREIGN KEY (`pick_line`) REFERENCES `pick_lines`(`pick_line`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`sku`,`location`,`lot`) REFERENCES `stock`(`sku`,`location`,`lot`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "draws_not_negative" CHECK("draws"."reserved" >= 0 and "draws"."picked" >= 0 and "draws"."counting" >= 0)
);
--> statement-breakpoint
CREATE INDEX `draws_reserved` ON `draws` (`sku`,`location`,`lot`) WHERE "draws"."reserved" > 0;--> statement-breakpoint
CREATE TABLE `idempotency` (
	`scope` text NOT NULL,
	`key` text NOT NULL,
	`request_hash` text NOT NULL,
	`status` integer NOT NULL,
	`content_type` text NOT NULL,
	`body` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`scope`, `key`)
);
--> statement-breakpoint
CREATE INDEX `idempotency_at` ON `idempotency` (`at`);--> statement-breakpoint
CREATE TABLE `locations` (
	`location` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `lots` (
	`sku` text NOT NULL,
	`lot` text NOT NULL,
	`expires_at` integer,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`sku`, `lot`),
	FOREIGN KEY (`sku`) REFERENCES `products`(`sku`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `movements` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`sku` text NOT NULL,
	`location` text NOT NULL,
	`lot` text NOT NULL,
	`qty` integer NOT NULL,
	`d_on_hand` integer NOT NULL,
	`d_reserved` integer NOT NULL,
	`d_picked` integer NOT NULL,
	`d_held` integer NOT NULL,
	`d_counting` integer NOT NULL,
	`cause_id` text NOT NULL,
	`pick_line` text NOT NULL,
	`reason` text,
	`peer_location` text,
	FOREIGN KEY (`sku`,`location`,`lot`) REFERENCES `stock`(`sku`,`location`,`lot`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "movements_kind" CHECK("movements"."kind" in ('receive', 'reserve', 'release', 'pick', 'short', 'putback', 'ship', 'hold', 'unhold', 'count', 'scrap', 'transfer'))
);
--> statement-breakpoint
CREATE INDEX `movements_sku` ON `movements` (`sku`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `movements_effect` ON `movements` (`cause_id`,`kind`,`pick_line`,`location`,`lot`);--> statement-breakpoint
CREATE TABLE `pick_lines` (
	`pick_line` text PRIMARY KEY NOT NULL,
	`pick_id` text NOT NULL,
	`line_id` text NOT NULL,
	`position` integer NOT NULL,
	`sku` text NOT NULL,
	`lot` text,
	`requested` integer NOT NULL,
	`allocated` integer NOT NULL,
	`picked` integer NOT NULL,
	`shipped` integer NOT NULL,
	`short` integer NOT NULL,
	`cancelled` integer NOT NULL,
	`unfilled` integer NOT NULL,
	`over` integer NOT NULL,
	`cancel_asked` integer NOT NULL,
	FOREIGN KEY (`pick_id`) REFERENCES `picks`(`pick_id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`sku`) REFERENCES `products`(`sku`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "pick_lines_not_negative" CHECK("pick_lines"."allocated" >= 0 and "pick_lines"."picked" >= 0 and "pick_lines"."shipped" >= 0 and "pick_lines"."short" >= 0 and "pick_lines"."cancelled" >= 0 and "pick_lines"."unfilled" >= 0 and "pick_lines"."over" >= 0),
	CONSTRAINT "pick_lines_conserved" CHECK("pick_lines"."requested" + "pick_lines"."over" = "pick_lines"."allocated" + "pick_lines"."unfilled" + "pick_lines"."picked" + "pick_lines"."short" + "pick_lines"."cancelled"),
	CONSTRAINT "pick_lines_shipped" CHECK("pick_lines"."shipped" <= "pick_lines"."picked")
);
--> statement-breakpoint
CREATE INDEX `pick_lines_unfilled` ON `pick_lines` (`sku`) WHERE "pick_lines"."unfilled" > 0;--> statement-breakpoint
CREATE UNIQUE INDEX `pick_lines_position` ON `pick_lines` (`pick_id`,`position`);--> statement-breakpoint
CREATE TABLE `picks` (
	`n` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`pick_id` text NOT NULL,
	`order_id` text NOT NULL,
	`reference` text,
	`status` text NOT NULL,
	`outcome` text,
	`priority` text NOT NULL,
	`assignee` text,
	`preferences` text NOT NULL,
	`sequence` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "picks_status" CHECK("picks"."status" in ('CREATED', 'ASSIGNED', 'IN_PROGRESS', 'PARTIAL', 'COMPLETED', 'CANCELLED')),
	CONSTRAINT "picks_outcome_when_terminal" CHECK(("picks"."outcome" is not null) = ("picks"."status" in ('COMPLETED', 'CANCELLED')))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `picks_reference` ON `picks` (`reference`) WHERE "picks"."reference" is not null and "picks"."status" <> 'CANCELLED';--> statement-breakpoint
CREATE INDEX `picks_order` ON `picks` (`order_id`,`n`);--> statement-breakpoint
CREATE INDEX `picks_updated` ON `picks` (`updated_at`,`pick_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `picks_pick_id` ON `picks` (`pick_id`);--> statement-breakpoint
CREATE TABLE `products` (
	`sku` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`policy` text NOT NULL,
	`low_mark` integer NOT NULL,
	`over_pick_tolerance` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "products_policy" CHECK("products"."policy" in ('fifo', 'fefo')),
	CONSTRAINT "products_limits" CHECK("products"."low_mark" >= 0 and "products"."over_pick_tolerance" >= 0)
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
CREATE TABLE `shipment_lines` (
	`shipment_id` text NOT NULL,
	`pick_line` text NOT NULL,
	`qty` integer NOT NULL,
	PRIMARY KEY(`shipment_id`, `pick_line`),
	FOREIGN KEY (`shipment_id`) REFERENCES `shipments`(`shipment_id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`pick_line`) REFERENCES `pick_lines`(`pick_line`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "shipment_lines_qty" CHECK("shipment_lines"."qty" > 0)
);
--> statement-breakpoint
CREATE TABLE `shipments` (
	`n` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`shipment_id` text NOT NULL,
	`pick_id` text NOT NULL,
	`carrier` text NOT NULL,
	`tracking` text,
	`status` text NOT NULL,
	`created_at` integer NOT NULL,
	`delivered_at` integer,
	FOREIGN KEY (`pick_id`) REFERENCES `picks`(`pick_id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "shipments_status" CHECK("shipments"."status" in ('CREATED', 'DELIVERED'))
);
--> statement-breakpoint
CREATE INDEX `shipments_pick` ON `shipments` (`pick_id`,`n`);--> statement-breakpoint
CREATE UNIQUE INDEX `shipments_shipment_id` ON `shipments` (`shipment_id`);--> statement-breakpoint
CREATE TABLE `stock` (
	`sku` text NOT NULL,
	`location` text NOT NULL,
	`lot` text NOT NULL,
	`on_hand` integer NOT NULL,
	`reserved` integer NOT NULL,
	`picked` integer NOT NULL,
	`held` integer NOT NULL,
	`counting` integer NOT NULL,
	`received_at` integer NOT NULL,
	PRIMARY KEY(`sku`, `location`, `lot`),
	FOREIGN KEY (`sku`) REFERENCES `products`(`sku`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`location`) REFERENCES `locations`(`location`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "stock_counters_not_negative" CHECK("stock"."on_hand" >= 0 and "stock"."reserved" >= 0 and "stock"."picked" >= 0 and "stock"."held" >= 0),
	CONSTRAINT "stock_counting_is_held" CHECK("stock"."counting" between 0 and "stock"."held"),
	CONSTRAINT "stock_available_not_negative" CHECK("stock"."reserved" + "stock"."picked" + "stock"."held" <= "stock"."on_hand")
);
--> statement-breakpoint
CREATE TABLE `webhook_modes` (
	`webhook_id` text PRIMARY KEY NOT NULL,
	`mode` text NOT NULL,
	`delay_ms` integer NOT NULL,
	CONSTRAINT "webhook_modes_mode" CHECK("webhook_modes"."mode" in ('on', 'off', 'duplicate', 'reverse')),
	CONSTRAINT "webhook_modes_delay" CHECK("webhook_modes"."delay_ms" >= 0)
);
