CREATE INDEX `picks_reference_any` ON `picks` (`reference`,`updated_at`,`pick_id`);--> statement-breakpoint
CREATE INDEX `picks_status_updated` ON `picks` (`status`,`updated_at`,`pick_id`);