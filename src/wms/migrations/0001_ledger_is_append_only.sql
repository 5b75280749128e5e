CREATE TRIGGER `movements_no_update` BEFORE UPDATE ON `movements`
BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;
--> statement-breakpoint
CREATE TRIGGER `movements_no_delete` BEFORE DELETE ON `movements`
BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;
