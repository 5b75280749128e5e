import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: './src/sandbox/tasks/schema.ts',
  out: './src/sandbox/tasks/migrations',
});
