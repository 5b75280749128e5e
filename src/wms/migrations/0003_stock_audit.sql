CREATE TABLE `corrections` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`class` text NOT NULL,
	`sku` text NOT NULL,
	`location` text NOT NULL,
	`lot` text NOT NULL,
	`pick_line` text NOT NULL,
	`before` text NOT NULL,
	`after` text NOT NULL,
	CONSTRAINT "corrections_class" CHECK("corrections"."class" in ('D9', 'D10', 'D11'))
);
--> statement-breakpoint
CREATE INDEX `movements_pick_line` ON `movements` (`pick_line`) WHERE "movements"."pick_line" <> '';--> statement-breakpoint
CREATE TRIGGER `corrections_no_update` BEFORE UPDATE ON `corrections`
BEGIN
  SELECT RAISE(ABORT, 'corrections are append-only');
END;
--> statement-breakpoint
CREATE TRIGGER `corrections_no_delete` BEFORE DELETE ON `corrections`
BEGIN
  SELECT RAISE(ABORT, 'corrections are append-only');
END;
