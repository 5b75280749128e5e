import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: './src/operations/schema.ts',
  out: './src/operations/migrations',
});
