import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: './src/sandbox/crm/schema.ts',
  out: './src/sandbox/crm/migrations',
});
