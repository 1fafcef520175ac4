/** Prices as people type them, without the currency: it is the record's. */

/** 49.00 */
export const priceOf = (cents: number): string => (cents / 100).toFixed(2);

/** From 49, 49.5 or 49,50. */
export const centsIn = (text: string): number => Math.round(Number(text.replace(",", ".")) * 100);
