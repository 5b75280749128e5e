import { defineConfig } from 'drizzle-kit';

// drizzle-kit takes its config as the default export.
export default defineConfig({
  dialect: 'sqlite',
  schema: './src/wms/schema.ts',
  out: './src/wms/migrations',
});
