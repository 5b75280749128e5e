export interface Article {
  goodsOwnerId: number;
  articleNumber: string;
  inStock: number;
  allocated: number;
}

/** Articles of the Ongoing stub; each belongs to one goods owner. */
export class Articles {
  readonly all: Article[] = [];

  receive(goodsOwnerId: number, articleNumber: string, units: number): void {
    const article = this.#of(goodsOwnerId, articleNumber);
    if (article !== undefined) article.inStock += units;
    else this.all.push({ goodsOwnerId, articleNumber, inStock: units, allocated: 0 });
  }

  /** As many as there are, up to `units`. */
  allocate(goodsOwnerId: number, articleNumber: string, units: number): number {
    const article = this.#of(goodsOwnerId, articleNumber);
    const taken = article === undefined ? 0 : Math.min(units, article.inStock - article.allocated);
    if (article !== undefined) article.allocated += taken;
    return taken;
  }

  release(goodsOwnerId: number, articleNumber: string, units: number): void {
    const article = this.#of(goodsOwnerId, articleNumber);
    if (article !== undefined) article.allocated -= units;
  }

  /** Allocated units leave the shelf. */
  take(goodsOwnerId: number, articleNumber: string, units: number): void {
    this.release(goodsOwnerId, articleNumber, units);
    const article = this.#of(goodsOwnerId, articleNumber);
    if (article !== undefined) article.inStock -= units;
  }

  #of(goodsOwnerId: number, articleNumber: string): Article | undefined {
    return this.all.find(
      (one) => one.goodsOwnerId === goodsOwnerId && one.articleNumber === articleNumber,
    );
  }
}
