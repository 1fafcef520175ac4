/** The standalone build exports its moment; its declarations do not say so. */
import "vis-timeline/standalone";

declare module "vis-timeline/standalone" {
  export function moment(date: unknown): { valueOf(): number; utcOffset(minutes: number): unknown };
}
