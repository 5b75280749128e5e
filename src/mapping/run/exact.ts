const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/** `value * times / parts`, where it is a whole number; undefined where it is not. Never rounds. */
export function exactProduct(
  value: number,
  { times, parts }: { times: number; parts: number },
): number | undefined {
  if (Number.isSafeInteger(value)) {
    const product = value * times;
    if (Number.isSafeInteger(product)) return product % parts === 0 ? product / parts : undefined;
  }
  const [, sign, whole, fraction = '', exponent = '0'] = DECIMAL.exec(String(value)) ?? [];
  if (whole === undefined) return undefined;
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction) * BigInt(times);
  const over = BigInt(parts) * 10n ** BigInt(Math.max(0, scale));
  const product = digits * 10n ** BigInt(Math.max(0, -scale));
  if (product % over !== 0n) return undefined;
  const result = Number(product / over) * (sign === '-' ? -1 : 1);
  return Number.isSafeInteger(result) ? result : undefined;
}
