import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: './src/books/schema.ts',
  out: './src/books/migrations',
});
