import { AppError } from '../../errors.ts';
import type { Location, Product } from '../store/product-store.ts';
import type { Work } from '../work.ts';

export type ProductFields = Omit<Product, 'createdAt' | 'updatedAt'>;

export function createProduct(work: Work, fields: ProductFields): Product {
  if (work.stores.products.findProduct(fields.sku) !== undefined) {
    throw taken(`product ${fields.sku}`, { sku: fields.sku });
  }
  const product = { ...fields, createdAt: work.now, updatedAt: work.now };
  work.stores.products.insertProduct(product);
  return product;
}

export function changeProduct(work: Work, fields: ProductFields): Product {
  const product = foundProduct(work.stores.products.findProduct(fields.sku), fields.sku);
  const changed = { ...product, ...fields, updatedAt: work.now };
  work.stores.products.updateProduct(changed);
  return changed;
}

export function createLocation(work: Work, fields: { location: string; name: string }): Location {
  if (work.stores.products.findLocation(fields.location) !== undefined) {
    throw taken(`location ${fields.location}`, { location: fields.location });
  }
  const row = { ...fields, createdAt: work.now, updatedAt: work.now };
  work.stores.products.insertLocation(row);
  return row;
}

export function renameLocation(work: Work, fields: { location: string; name: string }): Location {
  const { location } = fields;
  const row = foundLocation(work.stores.products.findLocation(location), location);
  const changed = { ...row, name: fields.name, updatedAt: work.now };
  work.stores.products.updateLocation(changed);
  return changed;
}

export function foundProduct(product: Product | undefined, sku: string): Product {
  if (product !== undefined) return product;
  throw new AppError('not-found', `There is no product ${sku}, so nothing was changed.`);
}

export function foundLocation(row: Location | undefined, location: string): Location {
  if (row !== undefined) return row;
  throw new AppError('not-found', `There is no location ${location}, so nothing was changed.`);
}

function taken(what: string, members: Record<string, unknown>): AppError {
  return new AppError('conflict', `There is already a ${what}. Nothing was changed; PATCH it.`, {
    problem: 'already-exists',
    members,
  });
}
