CREATE TRIGGER `bundles_no_update` BEFORE UPDATE ON `bundles`
BEGIN
  SELECT RAISE(ABORT, 'a stored bundle never changes');
END;
--> statement-breakpoint
CREATE TRIGGER `bundle_texts_no_update` BEFORE UPDATE ON `bundle_texts`
BEGIN
  SELECT RAISE(ABORT, 'a stored bundle never changes');
END;
--> statement-breakpoint
CREATE TRIGGER `bundle_files_no_update` BEFORE UPDATE ON `bundle_files`
BEGIN
  SELECT RAISE(ABORT, 'a stored bundle never changes');
END;
--> statement-breakpoint
CREATE TRIGGER `bundle_files_no_delete` BEFORE DELETE ON `bundle_files`
WHEN EXISTS (SELECT 1 FROM `bundles` WHERE `hash` = OLD.`bundle`)
BEGIN
  SELECT RAISE(ABORT, 'a stored bundle is removed whole or not at all');
END;
--> statement-breakpoint
CREATE TRIGGER `bundles_no_delete_of_active` BEFORE DELETE ON `bundles`
WHEN OLD.`hash` = (SELECT `hash` FROM `activations` ORDER BY `seq` DESC LIMIT 1)
BEGIN
  SELECT RAISE(ABORT, 'the bundle that serves is not removed');
END;
--> statement-breakpoint
CREATE TRIGGER `activations_of_stored` BEFORE INSERT ON `activations`
WHEN NOT EXISTS (SELECT 1 FROM `bundles` WHERE `hash` = NEW.`hash`)
BEGIN
  SELECT RAISE(ABORT, 'only a stored bundle is activated');
END;
--> statement-breakpoint
CREATE TRIGGER `activations_no_update` BEFORE UPDATE ON `activations`
BEGIN
  SELECT RAISE(ABORT, 'activations are append-only');
END;
--> statement-breakpoint
CREATE TRIGGER `activations_no_delete` BEFORE DELETE ON `activations`
BEGIN
  SELECT RAISE(ABORT, 'activations are append-only');
END;
