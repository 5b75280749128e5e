CREATE TABLE `activations` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`hash` text NOT NULL,
	`previous` text,
	`back_to` integer,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`note` text,
	`kind` text NOT NULL,
	CONSTRAINT "activations_kind" CHECK("activations"."kind" in ('boot', 'reload', 'api', 'rollback')),
	CONSTRAINT "activations_change" CHECK("activations"."previous" is null or "activations"."previous" <> "activations"."hash")
);
--> statement-breakpoint
CREATE INDEX `activations_by_previous` ON `activations` (`previous`,`at`);--> statement-breakpoint
CREATE TABLE `bundle_candidate` (
	`id` integer PRIMARY KEY NOT NULL,
	`hash` text,
	`digest` text,
	`at` integer NOT NULL,
	`since` integer NOT NULL,
	`actor` text NOT NULL,
	`why` text NOT NULL,
	`message` text NOT NULL,
	`mistakes` text NOT NULL,
	`golden` text NOT NULL,
	`summary` text,
	CONSTRAINT "bundle_candidate_one" CHECK("bundle_candidate"."id" = 1),
	CONSTRAINT "bundle_candidate_why" CHECK("bundle_candidate"."why" in ('errors', 'golden', 'accept')),
	CONSTRAINT "bundle_candidate_accept" CHECK("bundle_candidate"."why" <> 'accept' or ("bundle_candidate"."hash" is not null and "bundle_candidate"."summary" is not null))
);
--> statement-breakpoint
CREATE TABLE `bundle_directory` (
	`id` integer PRIMARY KEY NOT NULL,
	`digest` text NOT NULL,
	`hash` text,
	`held` integer NOT NULL,
	CONSTRAINT "bundle_directory_one" CHECK("bundle_directory"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE `bundle_files` (
	`bundle` text NOT NULL,
	`path` text NOT NULL,
	`text_hash` text NOT NULL,
	PRIMARY KEY(`bundle`, `path`),
	FOREIGN KEY (`bundle`) REFERENCES `bundles`(`hash`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`text_hash`) REFERENCES `bundle_texts`(`hash`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `bundle_files_by_text` ON `bundle_files` (`text_hash`);--> statement-breakpoint
CREATE TABLE `bundle_texts` (
	`hash` text PRIMARY KEY NOT NULL,
	`text` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `bundles` (
	`hash` text PRIMARY KEY NOT NULL,
	`digest` text NOT NULL,
	`files` integer NOT NULL,
	`stored_at` integer NOT NULL,
	CONSTRAINT "bundles_hash" CHECK(length("bundles"."hash") = 64)
);
