import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: './src/bundles/schema.ts',
  out: './src/bundles/migrations',
});
